using System.Globalization;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Dispatcher;

/// <summary>
/// The sets of a list file, one destination a line: <c>set-id uri [flags [priority [attributes]]]</c>; '#' begins a comment. Attributes are
/// <c>name=value</c> with ';' between them; <c>weight</c>, <c>rweight</c> and <c>socket</c> mean something here. Immutable; a reload makes a new one.
/// </summary>
internal sealed class DispatchList(IReadOnlyDictionary<int, DispatchSet> sets)
{
    public static readonly DispatchList Empty = new(new Dictionary<int, DispatchSet>());

    public IReadOnlyDictionary<int, DispatchSet> Sets { get; } = sets;

    /// <exception cref="FormatException">A line is malformed; the message says which and how.</exception>
    public static DispatchList Parse(IEnumerable<string> lines)
    {
        var destinations = new SortedDictionary<int, List<DispatchDestination>>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var text = (comment < 0 ? line : line[..comment]).Trim();
            if (text.Length == 0)
                continue;
            var fields = text.Split((char[])[' ', '\t'], 5, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length < 2 || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var set))
                throw new FormatException($"line {number}: a set number and a URI are expected");
            if (!destinations.TryGetValue(set, out var list))
                destinations.Add(set, list = []);
            list.Add(Destination(fields, number));
        }
        return Of(destinations);
    }

    /// <summary>A list of destinations that are at hand, such as the rows of a table.</summary>
    public static DispatchList Of(IReadOnlyDictionary<int, List<DispatchDestination>> destinations) =>
        new(destinations.ToDictionary(s => s.Key, s => new DispatchSet(s.Key, [.. s.Value])));

    /// <summary>Makes one destination.</summary>
    /// <exception cref="FormatException">The URI is none.</exception>
    public static DispatchDestination Destination(string uri, int flags, int priority, string attributes)
    {
        var bytes = Utf8Text.From(uri);
        if (!UriParser.TryParse(bytes.Span, out var parts) || parts.Scheme is not (UriScheme.Sip or UriScheme.Sips))
            throw new FormatException($"'{uri}' is not a SIP URI");
        var named = Attributes(attributes);
        return new DispatchDestination(bytes)
        {
            State = (DestinationState)(flags & 15),
            Priority = priority,
            Attributes = Utf8Text.From(attributes),
            Weight = Number(named, "weight"),
            RelativeWeight = Number(named, "rweight"),
            Socket = Utf8Text.From(named.GetValueOrDefault("socket", "")),
        };
    }

    /// <summary>Takes over the states an older list has for the same destinations.</summary>
    public void Inherit(DispatchList older)
    {
        foreach (var set in Sets.Values)
        {
            if (!older.Sets.TryGetValue(set.Id, out var known))
                continue;
            foreach (var destination in set.All)
            {
                if (Array.Find(known.All, d => d.Uri == destination.Uri) is { } same)
                    destination.Inherit(same);
            }
        }
    }

    private static DispatchDestination Destination(string[] fields, int line)
    {
        var numbers = new int[2];
        var next = 2;
        while (next < fields.Length && next < 4 && int.TryParse(fields[next], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[next - 2]))
            next++;
        if (next < fields.Length && !fields[next].Contains('=', StringComparison.Ordinal))
            throw new FormatException($"line {line}: flags and priority are numbers, attributes are name=value");
        try
        {
            return Destination(fields[1], numbers[0], numbers[1], string.Join(' ', fields[next..]));
        }
        catch (FormatException e)
        {
            throw new FormatException($"line {line}: {e.Message}", e);
        }
    }

    private static Dictionary<string, string> Attributes(string text)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = attribute.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                named[attribute[..equals]] = attribute[(equals + 1)..].Trim('"');
        }
        return named;
    }

    private static int Number(Dictionary<string, string> attributes, string name) =>
        attributes.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
