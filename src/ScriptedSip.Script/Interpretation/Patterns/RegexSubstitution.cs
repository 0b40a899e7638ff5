using System.Text.RegularExpressions;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>A piece of a replacement: text with variables, or one of the groups.</summary>
/// <param name="Text">Null for a group.</param>
/// <param name="Group">0 for the whole match, to 9.</param>
internal readonly record struct ReplacementPart(Format? Text, int Group);

/// <summary><c>/regex/replacement/flags</c>.</summary>
internal sealed class RegexSubstitution(Lazy<Regex> regex, ReplacementPart[] replacement, bool isGlobal) : Substitution
{
    private readonly bool _usesGroups = replacement.Any(static part => part is { Text: null, Group: > 0 });

    public override bool IsGlobal => isGlobal;

    public override bool TryMatch(Frame frame, ReadOnlySpan<byte> text, int from, out Slice match, out Utf8Text replaced)
    {
        match = Slice.None;
        replaced = default;
        var wide = WideText.Of(text);
        foreach (var found in regex.Value.EnumerateMatches(wide, from))
        {
            match = new Slice(found.Index, found.Length);
            break;
        }
        if (!match.IsPresent)
            return false;

        // Groups cost an object, so they are asked for only when the replacement names them.
        var groups = _usesGroups ? regex.Value.Match(new string(wide), from) : null;
        foreach (var part in replacement)
        {
            var piece = part.Text is { } format ? format.Render(frame).Span
                : part.Group == 0 ? match.In(text)
                : groups!.Groups[part.Group] is { Success: true } group ? text.Slice(group.Index, group.Length)
                : default;
            replaced = frame.Arena.Concat(replaced.Span, piece);
        }
        return true;
    }
}

/// <summary><c>{re.subst,/a/b/}</c>.</summary>
internal sealed class SubstitutedValue(ValueNode source, RegexSubstitution substitution) : ValueNode
{
    public override Value Evaluate(Frame frame)
    {
        var value = source.Evaluate(frame);
        return value.IsNull ? value : Value.FromText(Apply(frame, value.ToText(frame.Arena), substitution));
    }

    /// <summary>The text with the first match, or every one, replaced.</summary>
    public static Utf8Text Apply(Frame frame, Utf8Text text, RegexSubstitution substitution)
    {
        var result = default(Utf8Text);
        var from = 0;
        while (from <= text.Length && substitution.TryMatch(frame, text.Span, from, out var match, out var replacement))
        {
            result = frame.Arena.Concat(result.Span, text.Span[from..match.Offset]);
            result = frame.Arena.Concat(result.Span, replacement.Span);

            // An empty match takes the byte behind it along, or the loop would stand still.
            from = match.End;
            if (match.IsEmpty && from < text.Length)
                result = frame.Arena.Concat(result.Span, text.Span.Slice(from, 1));
            if (match.IsEmpty)
                from++;
            if (!substitution.IsGlobal)
                break;
        }
        return from < text.Length ? frame.Arena.Concat(result.Span, text.Span[from..]) : result;
    }
}

/// <summary><c>{re.subst,$var(x)}</c>: a text that is no substitution leaves nothing.</summary>
internal sealed class ComputedSubstitutedValue(ValueNode source, ValueNode substitution) : ValueNode
{
    private readonly TextCache<RegexSubstitution?> _substitutions = new(static text =>
        SubstitutionReader.TryRead(text, new PatternCache(), (start, end) => new ConstantFormat(Utf8Text.From(text[start..end])), out _));

    public override Value Evaluate(Frame frame)
    {
        var value = source.Evaluate(frame);
        var text = substitution.Evaluate(frame);
        if (value.IsNull || text.IsNull || _substitutions.Get(text.ToText(frame.Arena).Span) is not { } found)
            return Value.Null;
        return Value.FromText(SubstitutedValue.Apply(frame, value.ToText(frame.Arena), found));
    }
}
