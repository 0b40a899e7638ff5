using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>Takes <c>/regex/replacement/flags</c> apart; any mark may stand for the slash, and a backslash hides it.</summary>
internal static class SubstitutionReader
{
    /// <param name="text">The whole text.</param>
    /// <param name="patterns">Where expressions that are compiled already are found.</param>
    /// <param name="format">Makes something of a stretch of the replacement, given by start and end.</param>
    /// <param name="problem">Where it is wrong, and a sentence.</param>
    public static RegexSubstitution? TryRead(string text, PatternCache patterns, Func<int, int, Format> format, out (int Start, int Length, string Error) problem)
    {
        problem = (0, text.Length, "the form is /regex/replacement/flags, and the flags are g, i and s");
        var middle = text.Length < 3 ? -1 : EndOfPart(text, 1);
        var last = middle < 0 ? -1 : EndOfPart(text, middle + 1);
        var flags = last < 0 ? "" : text[(last + 1)..];
        if (last < 0 || flags.AsSpan().IndexOfAnyExcept("gis") >= 0)
            return null;
        var linewise = !flags.Contains('s', StringComparison.Ordinal);
        var pattern = text[1..middle].Replace("\\" + text[0], text[0].ToString(), StringComparison.Ordinal);
        if (patterns.TryBuild(pattern, flags.Contains('i', StringComparison.Ordinal), linewise, out var error) is { } regex)
            return new RegexSubstitution(regex, [.. Replacement(text, middle + 1, last, format)], flags.Contains('g', StringComparison.Ordinal));
        problem = (1, middle - 1, error!);
        return null;
    }

    private static int EndOfPart(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == text[0])
                return i;
        }
        return -1;
    }

    // \0 to \9 are groups; a backslash before anything else hides it.
    private static List<ReplacementPart> Replacement(string text, int start, int end, Func<int, int, Format> format)
    {
        var parts = new List<ReplacementPart>();
        var from = start;
        for (var i = start; i < end; i++)
        {
            if (text[i] != '\\' || i + 1 >= end)
                continue;
            AddText(i);
            var isGroup = char.IsAsciiDigit(text[i + 1]);
            if (isGroup)
                parts.Add(new ReplacementPart(null, text[i + 1] - '0'));
            from = isGroup ? i + 2 : i + 1;
            i++;
        }
        AddText(end);
        return parts;

        void AddText(int until)
        {
            if (until > from)
                parts.Add(new ReplacementPart(format(from, until), 0));
        }
    }
}
