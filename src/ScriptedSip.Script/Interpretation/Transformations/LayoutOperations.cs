using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary><c>{s.…}</c> that lay a text out: header lines folded and unfolded, texts filled up to a width or broken into lines.</summary>
internal static class LayoutOperations
{
    private const int LongestFill = 4096;

    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        table["s.rmhdws"] = new(static (Frame frame, Utf8Text text, in Operands _) => Unfolded(frame, text, keepsBlank: true));
        table["s.rmhlws"] = new(static (Frame frame, Utf8Text text, in Operands _) => Unfolded(frame, text, keepsBlank: false));
        table["s.fill.left"] = new(static (Frame frame, Utf8Text text, in Operands o) => Filled(frame, text, o, left: true), 2, 2);
        table["s.fill.right"] = new(static (Frame frame, Utf8Text text, in Operands o) => Filled(frame, text, o, left: false), 2, 2);
        table["s.width"] = new(Width, 1, 1);
        table["s.fmtlines"] = new(static (Frame frame, Utf8Text text, in Operands o) => Lines(frame, text, o, (byte)' '), 2, 2);
        table["s.fmtlinet"] = new(static (Frame frame, Utf8Text text, in Operands o) => Lines(frame, text, o, (byte)'\t'), 2, 2);
    }

    // RFC 3261 7.3.1: a line end with white space behind it stands for one blank.
    private static Value Unfolded(Frame frame, Utf8Text text, bool keepsBlank)
    {
        var span = text.Span;
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        for (var i = 0; i < span.Length; i++)
        {
            var end = i;
            while (end < span.Length && span[end] is (byte)'\r' or (byte)'\n')
                end++;
            if (end == i || end == span.Length || span[end] is not ((byte)' ' or (byte)'\t'))
            {
                writer.Write(span[i]);
                continue;
            }
            while (end < span.Length && span[end] is (byte)' ' or (byte)'\t')
                end++;
            if (keepsBlank)
                writer.Write((byte)' ');
            i = end - 1;
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value Filled(Frame frame, Utf8Text text, in Operands o, bool left)
    {
        var mark = o.First.ToText(frame.Arena).Span;
        var missing = (int)Math.Clamp(Conversions.ToNumber(o.Second), 0, LongestFill) - text.Length;
        if (missing <= 0 || mark.IsEmpty)
            return Value.FromText(text);
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length + missing));
        if (!left)
            writer.Write(text);
        for (var i = 0; i < missing; i++)
            writer.Write(mark[i % mark.Length]);
        if (left)
            writer.Write(text);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value Width(Frame frame, Utf8Text text, in Operands o)
    {
        var width = (int)Math.Clamp(Conversions.ToNumber(o.First), 0, LongestFill);
        if (width <= text.Length)
            return StringOperations.Part(text, 0, width);
        var room = frame.Arena.Reserve(width);
        text.Span.CopyTo(room);
        room[text.Length..width].Fill((byte)' ');
        return Value.FromText(frame.Arena.Commit(width));
    }

    // Lines of n characters; each but the first begins with m marks more.
    private static Value Lines(Frame frame, Utf8Text text, in Operands o, byte mark)
    {
        var length = (int)Math.Clamp(Conversions.ToNumber(o.First), 0, int.MaxValue);
        var indent = (int)Math.Clamp(Conversions.ToNumber(o.Second), 0, 64);
        if (length == 0)
            return Value.FromText(text);
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length + (text.Length / length * (indent + 2))));
        for (var at = 0; at < text.Length; at += length)
        {
            if (at > 0)
            {
                writer.Write("\r\n"u8);
                for (var i = 0; i < indent; i++)
                    writer.Write(mark);
            }
            writer.Write(text.Span[at..Math.Min(text.Length, at + length)]);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }
}
