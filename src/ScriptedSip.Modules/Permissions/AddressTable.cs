using System.Globalization;
using ScriptedSip.Modules.TextOps;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Permissions;

/// <summary>A network, or a single address, that belongs to a group.</summary>
/// <param name="Group">Its number.</param>
/// <param name="Network">The address as IPv6, IPv4 mapped into it.</param>
/// <param name="Prefix">Leading bits that count, of 128.</param>
/// <param name="Port">0 for any.</param>
/// <param name="Tag">What the entry is called.</param>
internal sealed record AddressEntry(int Group, UInt128 Network, int Prefix, int Port, Utf8Text Tag)
{
    /// <summary>None for any.</summary>
    public TransportProtocol Protocol { get; init; }

    /// <summary>What a text given with the question must look like, '*' and '?' as in file names; empty for no such condition.</summary>
    public Utf8Text Pattern { get; init; }

    /// <summary>Makes an entry; null when the address is none. The mask is the number of leading bits of an address of its kind, negative for all.</summary>
    public static AddressEntry? TryMake(int group, string address, int mask, int port, string tag)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && int.TryParse(address.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            (address, mask) = (address[..slash], bits);
        if (!SipEndpoint.TryParseAddress(Utf8Text.From(address).Span, TransportProtocol.Udp, 0, out var endpoint) || port is < 0 or > 65535)
            return null;
        var width = endpoint.IsIPv4 ? 32 : 128;
        if (mask > width)
            return null;
        var prefix = mask < 0 ? 128 : 128 - width + mask;
        return new AddressEntry(group, AddressOf(endpoint) & MaskOf(prefix), prefix, port, Utf8Text.From(tag));
    }

    public static UInt128 AddressOf(in SipEndpoint endpoint) => new(endpoint.AddressHigh, endpoint.AddressLow);

    public static UInt128 MaskOf(int prefix) => prefix == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - prefix);

    public bool Has(in SipEndpoint endpoint, Utf8Text text) => (Port == 0 || endpoint.Port == 0 || Port == endpoint.Port)
        && (Protocol == TransportProtocol.None || endpoint.Protocol == TransportProtocol.None || Protocol == endpoint.Protocol)
        && (Pattern.IsEmpty || text.IsEmpty || Glob.IsMatch(Pattern.Span, text.Span));
}

/// <summary>Groups of addresses. Single addresses are found at once, networks one after the other. Immutable; a reload makes a new one.</summary>
internal sealed class AddressTable
{
    private readonly Dictionary<UInt128, AddressEntry[]> _hosts;
    private readonly AddressEntry[] _networks;
    private readonly HashSet<int> _groups;

    /// <param name="entries">In the order in which they count.</param>
    /// <param name="longestFirst">Among networks the narrowest counts first.</param>
    public AddressTable(IEnumerable<AddressEntry> entries, bool longestFirst)
    {
        var all = entries.ToArray();
        _hosts = all.Where(static e => e.Prefix == 128).GroupBy(static e => e.Network).ToDictionary(static g => g.Key, static g => g.ToArray());
        var networks = all.Where(static e => e.Prefix < 128);
        _networks = [.. longestFirst ? networks.OrderByDescending(static e => e.Prefix) : networks];
        _groups = [.. all.Select(static e => e.Group)];
    }

    public static AddressTable Empty { get; } = new([], longestFirst: false);

    /// <summary>The number of any group.</summary>
    public const int AnyGroup = -1;

    public bool HasGroup(int group) => group == AnyGroup ? _groups.Count > 0 : _groups.Contains(group);

    /// <summary>The first entry of a group that has an address; port 0 and protocol None of the address fit any entry.</summary>
    public AddressEntry? Find(int group, in SipEndpoint endpoint, Utf8Text text = default)
    {
        var address = AddressEntry.AddressOf(endpoint);
        if (_hosts.TryGetValue(address, out var hosts))
        {
            foreach (var entry in hosts)
            {
                if ((group == AnyGroup || entry.Group == group) && entry.Has(endpoint, text))
                    return entry;
            }
        }
        foreach (var entry in _networks)
        {
            if ((group == AnyGroup || entry.Group == group) && (address & AddressEntry.MaskOf(entry.Prefix)) == entry.Network && entry.Has(endpoint, text))
                return entry;
        }
        return null;
    }

    /// <summary>The entries of a file, one a line: <c>group address [mask [port [tag]]]</c>; the address may have its mask behind a slash, '#' begins a comment.</summary>
    /// <exception cref="FormatException">A line is malformed; the message says which.</exception>
    public static IEnumerable<AddressEntry> ParseFile(IEnumerable<string> lines)
    {
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var fields = (comment < 0 ? line : line[..comment]).Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0)
                continue;
            if (fields.Length is < 2 or > 5 || !TryNumber(fields, 0, 0, out var group) || !TryNumber(fields, 2, -1, out var mask) || !TryNumber(fields, 3, 0, out var port)
                || AddressEntry.TryMake(group, fields[1], mask, port, fields.Length > 4 ? fields[4] : "") is not { } entry)
                throw new FormatException($"line {number}: expected is \"group address mask port tag\"");
            yield return entry;
        }
    }

    private static bool TryNumber(string[] fields, int index, int missing, out int number)
    {
        number = missing;
        return index >= fields.Length || int.TryParse(fields[index], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
