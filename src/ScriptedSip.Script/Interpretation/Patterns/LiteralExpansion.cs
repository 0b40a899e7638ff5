namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>A text an expression stands for, free or tied to the start or end. Letters are lower case and match both cases.</summary>
internal sealed record LiteralChoice(byte[] Text, bool AtStart, bool AtEnd);

/// <summary>Finds out whether an expression is nothing but a few texts: <c>^(INVITE|ACK)$</c>, <c>sip:.*</c> is not.</summary>
internal static class LiteralExpansion
{
    private sealed record Partial(List<byte> Text, bool AtStart, bool AtEnd);

    /// <summary>The texts, or null when there are too many or the expression is more than texts.</summary>
    public static LiteralChoice[]? TryExpand(PosixExpression tree, int limit)
    {
        List<Partial>? result = [new([], false, false)];
        result = Expand(tree, result, limit);
        return result?.Select(partial => new LiteralChoice([.. partial.Text], partial.AtStart, partial.AtEnd)).ToArray();
    }

    private static List<Partial>? Expand(PosixExpression expression, List<Partial> before, int limit)
    {
        switch (expression)
        {
            case ByteSet { Bytes: var bytes } when Letter(bytes) is { } letter:
                return before.All(partial => !partial.AtEnd)
                    ? before.ConvertAll(partial => partial with { Text = [.. partial.Text, letter] })
                    : null;
            case Sequence sequence:
                List<Partial>? row = before;
                foreach (var part in sequence.Parts)
                {
                    row = Expand(part, row, limit);
                    if (row is null)
                        return null;
                }
                return row;
            case Alternatives alternatives:
                var all = new List<Partial>();
                foreach (var choice in alternatives.Choices)
                {
                    if (Expand(choice, before, limit) is not { } expanded || all.Count + expanded.Count > limit)
                        return null;
                    all.AddRange(expanded);
                }
                return all;
            case Group group:
                return Expand(group.Inner, before, limit);
            case Anchor { Kind: AnchorKind.Start or AnchorKind.TextStart }:
                return before.All(partial => partial.Text.Count == 0) ? before.ConvertAll(partial => partial with { AtStart = true }) : null;
            case Anchor { Kind: AnchorKind.End or AnchorKind.TextEnd }:
                return before.ConvertAll(partial => partial with { AtEnd = true });
            default:
                return null;
        }
    }

    // The one byte of a set, or the lower case of a letter in both cases. A byte that is a letter in one case only is no such thing.
    private static byte? Letter(ByteMask bytes)
    {
        for (var value = 0; value < 256; value++)
        {
            if (!bytes[value])
                continue;
            var isLetter = char.IsAsciiLetter((char)value);
            if (!isLetter)
                return bytes.Count == 1 ? (byte)value : null;
            return bytes.Count == 2 && bytes[value | 0x20] && bytes[value & ~0x20] ? (byte)(value | 0x20) : null;
        }
        return null;
    }
}
