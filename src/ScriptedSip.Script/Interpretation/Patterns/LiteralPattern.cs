using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>One of a few texts, without regard to case; the first place counts, and there the longest text.</summary>
internal sealed class LiteralPattern(LiteralChoice[] choices) : BytePattern
{
    private readonly LiteralChoice[] _choices = choices;

    public override bool IsMatch(Frame frame, ReadOnlySpan<byte> text)
    {
        foreach (var choice in _choices)
        {
            if (Place(choice, text) >= 0)
                return true;
        }
        return false;
    }

    public override Slice Find(Frame frame, ReadOnlySpan<byte> text)
    {
        var best = Slice.None;
        foreach (var choice in _choices)
        {
            var at = Place(choice, text);
            if (at >= 0 && (!best.IsPresent || at < best.Offset || (at == best.Offset && choice.Text.Length > best.Length)))
                best = new Slice(at, choice.Text.Length);
        }
        return best;
    }

    private static int Place(LiteralChoice choice, ReadOnlySpan<byte> text)
    {
        var literal = choice.Text;
        if (literal.Length > text.Length)
            return -1;
        if (choice.AtStart)
        {
            var fits = choice.AtEnd ? text.Length == literal.Length : true;
            return fits && LetterCase.EqualsIgnoreCase(text[..literal.Length], literal) ? 0 : -1;
        }
        if (choice.AtEnd)
            return LetterCase.EqualsIgnoreCase(text[^literal.Length..], literal) ? text.Length - literal.Length : -1;
        return IndexOf(text, literal);
    }

    private static int IndexOf(ReadOnlySpan<byte> text, byte[] literal)
    {
        if (literal.Length == 0)
            return 0;
        var lower = literal[0];
        var upper = lower is >= (byte)'a' and <= (byte)'z' ? (byte)(lower - 32) : lower;
        var from = 0;
        while (text.Length - from >= literal.Length)
        {
            var next = text[from..].IndexOfAny(lower, upper);
            if (next < 0 || text.Length - from - next < literal.Length)
                return -1;
            from += next;
            if (LetterCase.EqualsIgnoreCase(text.Slice(from, literal.Length), literal))
                return from;
            from++;
        }
        return -1;
    }
}
