using System.Text;
using System.Text.RegularExpressions;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>From an expression to something that matches: a handful of literals where it is no more than that, an automaton, or a regular expression of .NET.</summary>
internal static class PatternCompiler
{
    private const int MaxLiterals = 24;

    // .NET refuses a pattern of 10,000 places.
    private const int SurelyAccepted = 2_000;

    /// <summary>The pattern, or null and a sentence about what is wrong.</summary>
    public static BytePattern? TryCompile(string text, bool linewise, out string? error)
    {
        var tree = PosixParser.TryParse(text, ignoreCase: true, linewise, out error);
        if (tree is null)
            return null;
        if (!linewise && LiteralExpansion.TryExpand(tree, MaxLiterals) is { } literals)
            return new LiteralPattern(literals);
        if (PatternAutomaton.TryMake(tree, linewise) is { } automaton)
            return new AutomatonPattern(automaton, Later(tree, linewise));
        return TryBuild(tree, linewise, out error) is { } regex ? new RegexPattern(regex) : null;
    }

    /// <summary>
    /// The .NET expression of a tree, or null and a sentence when it would be too large; linear in time, groups numbered as written. What is small enough to
    /// be accepted for certain is made when somebody first wants it: that takes longer than to bind a whole route.
    /// </summary>
    public static Lazy<Regex>? TryBuild(PosixExpression tree, bool linewise, out string? error)
    {
        var regex = Later(tree, linewise);
        error = null;
        if (SizeOf(tree) <= SurelyAccepted)
            return regex;
        try
        {
            _ = regex.Value;
            return regex;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            error = "it is too large";
            return null;
        }
    }

    private static Lazy<Regex> Later(PosixExpression tree, bool linewise) => new(() =>
    {
        var builder = new StringBuilder();
        Write(tree, linewise, builder);
        return new Regex(builder.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    });

    // Places in the pattern once its repetitions are written out.
    private static double SizeOf(PosixExpression expression) => expression switch
    {
        Sequence sequence => sequence.Parts.Sum(SizeOf),
        Alternatives alternatives => alternatives.Choices.Sum(SizeOf),
        Group group => SizeOf(group.Inner),
        Repetition repetition => SizeOf(repetition.Operand) * Math.Max(1, repetition.Maximum ?? repetition.Minimum + 1),
        _ => 1,
    };

    private static void Write(PosixExpression expression, bool linewise, StringBuilder builder)
    {
        switch (expression)
        {
            case ByteSet set:
                Write(set.Bytes, builder);
                break;
            case Sequence sequence:
                foreach (var part in sequence.Parts)
                    Write(part, linewise, builder);
                break;
            case Alternatives alternatives:
                for (var i = 0; i < alternatives.Choices.Count; i++)
                {
                    if (i > 0)
                        builder.Append('|');
                    Write(alternatives.Choices[i], linewise, builder);
                }
                break;
            case Group group:
                builder.Append('(');
                Write(group.Inner, linewise, builder);
                builder.Append(')');
                break;
            case Repetition repetition:
                // Always a group of its own: "a*?" is lazy in .NET and an optional a* here.
                builder.Append("(?:");
                Write(repetition.Operand, linewise, builder);
                builder.Append("){").Append(repetition.Minimum).Append(',').Append(repetition.Maximum?.ToString(System.Globalization.CultureInfo.InvariantCulture)).Append('}');
                break;
            case Anchor anchor:
                builder.Append(anchor.Kind switch
                {
                    AnchorKind.Start => linewise ? "(?m:^)" : "\\A",
                    AnchorKind.End => linewise ? "(?m:$)" : "\\z",
                    AnchorKind.TextStart => "\\A",
                    AnchorKind.TextEnd => "\\z",
                    AnchorKind.WordBoundary => "\\b",
                    _ => "\\B",
                });
                break;
        }
    }

    // Every byte is a character of its own, so that nothing depends on a culture or an encoding.
    private static void Write(ByteMask mask, StringBuilder builder)
    {
        if (mask.Count == 0)
        {
            // No byte at all: [^\0-\377].
            builder.Append("[^\\u0000-\\uffff]");
            return;
        }
        builder.Append('[');
        for (var first = 0; first < 256; first++)
        {
            if (!mask[first])
                continue;
            var last = first;
            while (last < 255 && mask[last + 1])
                last++;
            Append(first);
            if (last > first)
            {
                builder.Append('-');
                Append(last);
            }
            first = last;
        }
        builder.Append(']');

        void Append(int value) => builder.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{value:x2}");
    }
}
