namespace ScriptedSip.Tests.Support;

/// <summary>
/// What a sent message must look like. The first line is compared whole. Of each header that is mentioned, all lines must be listed, in their
/// order; headers not mentioned may be there or not, and "- Name" says that there is none. After an empty line comes the body, compared whole.
/// </summary>
internal static class MessagePattern
{
    /// <summary>Compares; returns what differs, or null.</summary>
    public static string? Compare(string block, string message, ScenarioText text)
    {
        var end = block.IndexOf("\n\n", StringComparison.Ordinal);
        var head = (end < 0 ? block : block[..end]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var messageEnd = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (messageEnd < 0)
            return "the message has no end of headers";
        var lines = message[..messageEnd].Split("\r\n");
        if (!text.Match(head[0], lines[0]))
            return $"the first line should be\n  {head[0]}\nand is\n  {lines[0]}";
        foreach (var group in head.Skip(1).GroupBy(NameOf, StringComparer.OrdinalIgnoreCase))
        {
            var there = lines.Skip(1).Where(l => NameOf(l).Equals(group.Key, StringComparison.OrdinalIgnoreCase)).ToList();
            var wanted = group.Where(l => l[0] != '-').ToList();
            if (there.Count != wanted.Count || wanted.Where((w, i) => !text.Match(w, there[i])).Any())
                return $"{group.Key} should be\n{Indent(wanted)}\nand is\n{Indent(there)}";
        }
        if (end < 0)
            return null;
        var body = message[(messageEnd + 4)..];
        return body == text.ToWire(block[(end + 2)..]) || LinesMatch(block[(end + 2)..].Split('\n'), body.Split("\r\n"), text) ? null : "the body differs";
    }

    private static bool LinesMatch(string[] wanted, string[] there, ScenarioText text) =>
        wanted.Length == there.Length && Array.Exists(wanted, static l => l.Contains('<', StringComparison.Ordinal)) && wanted.Zip(there).All(p => text.Match(p.First, p.Second));

    private static string NameOf(string line) => (line[0] == '-' ? line[1..] : line).Split(':')[0].Trim();

    private static string Indent(List<string> lines) => lines.Count == 0 ? "  (none)" : string.Join('\n', lines.Select(l => "  " + l));
}
