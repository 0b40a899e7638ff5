using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Permissions;

/// <summary>
/// The rules of a file, one a line: <c>from-list : uri-list</c>. A list is ALL or regular expressions in quotes with commas between them, and may
/// take some back: <c>ALL EXCEPT "^sip:0"</c>. '#' begins a comment, a '\' at the end of a line joins the next. Immutable.
/// </summary>
internal sealed class RuleSet
{
    private readonly List<(UriList From, UriList Target)> _rules = [];

    public static RuleSet Empty { get; } = new();

    /// <exception cref="FormatException">A line is malformed; the message says which and how.</exception>
    public static RuleSet Parse(IEnumerable<string> lines, ScriptVersion script)
    {
        var rules = new RuleSet();
        var number = 0;
        var pending = "";
        foreach (var line in lines)
        {
            number++;
            var text = pending + line.TrimEnd();
            if (text.EndsWith('\\'))
            {
                pending = text[..^1];
                continue;
            }
            pending = "";
            if (new RuleReader(text, number, script).Read() is { } rule)
                rules._rules.Add(rule);
        }
        return rules;
    }

    /// <summary>True when a rule has both URIs.</summary>
    public bool Matches(Frame frame, ReadOnlySpan<byte> from, ReadOnlySpan<byte> target)
    {
        foreach (var rule in _rules)
        {
            if (rule.From.Contains(frame, from) && rule.Target.Contains(frame, target))
                return true;
        }
        return false;
    }
}

/// <summary>One side of a rule.</summary>
/// <param name="Included">What it holds; null for all.</param>
/// <param name="Excepted">What it does not hold all the same.</param>
internal sealed record UriList(BytePattern[]? Included, BytePattern[] Excepted)
{
    public bool Contains(Frame frame, ReadOnlySpan<byte> uri) => (Included is null || Any(Included, frame, uri)) && !Any(Excepted, frame, uri);

    private static bool Any(BytePattern[] patterns, Frame frame, ReadOnlySpan<byte> uri)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.IsMatch(frame, uri))
                return true;
        }
        return false;
    }
}
