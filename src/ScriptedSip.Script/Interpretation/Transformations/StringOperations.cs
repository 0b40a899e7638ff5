using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary><c>{s.…}</c>: parts and changes of a text. Offsets and lengths count bytes.</summary>
internal static class StringOperations
{
    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        table["s.len"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromInt(text.Length));
        table["s.int"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromInt(LeadingNumber(text.Span)));
        table["s.substr"] = new(Substring, 1, 2);
        table["s.select"] = new(Select, 2, 2);
        table["s.tolower"] = new(static (Frame frame, Utf8Text text, in Operands _) => Cased(frame, text, upper: false));
        table["s.toupper"] = new(static (Frame frame, Utf8Text text, in Operands _) => Cased(frame, text, upper: true));
        table["s.strip"] = new(static (Frame _, Utf8Text text, in Operands o) => Part(text, Clamp(o.First, text), text.Length), 1, 1);
        table["s.striptail"] = new(static (Frame _, Utf8Text text, in Operands o) => Part(text, 0, text.Length - Clamp(o.First, text)), 1, 1);
        table["s.trim"] = new(static (Frame _, Utf8Text text, in Operands _) => Trimmed(text, left: true, right: true));
        table["s.ltrim"] = table["s.triml"] = new(static (Frame _, Utf8Text text, in Operands _) => Trimmed(text, left: true, right: false));
        table["s.rtrim"] = table["s.trimr"] = new(static (Frame _, Utf8Text text, in Operands _) => Trimmed(text, left: false, right: true));
        table["s.before"] = new(Before, 1, 1);
        table["s.after"] = new(After, 1, 1);
        table["s.rbefore"] = new(BeforeLast, 1, 1);
        table["s.rafter"] = new(AfterLast, 1, 1);
        table["s.index"] = new(static (Frame frame, Utf8Text text, in Operands o) => Found(text.Span.IndexOf(o.First.ToText(frame.Arena).Span)), 1, 1);
        table["s.rindex"] = new(static (Frame frame, Utf8Text text, in Operands o) => Found(text.Span.LastIndexOf(o.First.ToText(frame.Arena).Span)), 1, 1);
        table["s.replace"] = new(static (Frame frame, Utf8Text text, in Operands o) => Replaced(frame, text, o.First.ToText(frame.Arena), o.Second.ToText(frame.Arena)), 2, 2);
        table["s.rm"] = new(static (Frame frame, Utf8Text text, in Operands o) => Replaced(frame, text, o.First.ToText(frame.Arena), default), 1, 1);
        table["s.rmws"] = new(static (Frame frame, Utf8Text text, in Operands _) => Without(frame, text, " \t\r\n"u8));
        table["s.reverse"] = table["s.rev"] = new(Reversed);
        table["s.count"] = new(static (Frame frame, Utf8Text text, in Operands o) => Value.FromInt(text.Span.Count(o.First.ToText(frame.Arena).Span)), 1, 1);
        table["s.prefixes"] = new(static (Frame frame, Utf8Text text, in Operands o) => Prefixes(frame, text, o.First, quote: false), 0, 1);
        table["s.prefixes.quoted"] = new(static (Frame frame, Utf8Text text, in Operands o) => Prefixes(frame, text, o.First, quote: true), 0, 1);
        table["s.stripto"] = new(StripTo, 1, 1);
        table["s.selectws"] = new(SelectWord, 1, 1);
        table["s.unquote"] = new(static (Frame _, Utf8Text text, in Operands _) => Unwrapped(text, "\"'"u8, "\"'"u8));
        table["s.unbracket"] = new(static (Frame _, Utf8Text text, in Operands _) => Unwrapped(text, "<([{"u8, ">)]}"u8));
        table["s.numeric"] = new(Digits);
    }

    /// <summary>A part as a value.</summary>
    public static Value Part(Utf8Text text, int start, int end) => Value.FromText(end > start ? text[Slice.Between(start, end)] : default);

    private static int Clamp(in Value count, Utf8Text text) => (int)Math.Clamp(Conversions.ToNumber(count), 0, text.Length);

    private static Value Found(int index) => Value.FromInt(index);

    // As atoi: what digits there are at the start.
    private static long LeadingNumber(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        var number = 0L;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9' || number > long.MaxValue / 10 - 10)
                break;
            number = (number * 10) + (c - '0');
        }
        return negative ? -number : number;
    }

    // A negative offset counts from the end; length 0, or none, means the rest.
    private static Value Substring(Frame frame, Utf8Text text, in Operands o)
    {
        var offset = Conversions.ToNumber(o.First);
        var length = Conversions.ToNumber(o.Second);
        if (offset < 0)
            offset += text.Length;
        if (offset < 0 || offset > text.Length || length < 0)
            return Value.Null;
        var end = length == 0 ? text.Length : Math.Min(text.Length, offset + length);
        return Part(text, (int)offset, (int)end);
    }

    private static Value Select(Frame frame, Utf8Text text, in Operands o)
    {
        var index = Conversions.ToNumber(o.First);
        var mark = o.Second.ToText(frame.Arena).Span;
        if (mark.IsEmpty)
            return Value.Null;
        var span = text.Span;
        if (index < 0)
            index += span.Count(mark[0]) + 1;
        var start = 0;
        while (index > 0)
        {
            var next = span[start..].IndexOf(mark[0]);
            if (next < 0)
                return Value.FromText(default);
            start += next + 1;
            index--;
        }
        if (index < 0)
            return Value.FromText(default);
        var length = span[start..].IndexOf(mark[0]);
        return Part(text, start, length < 0 ? text.Length : start + length);
    }

    private static Value Cased(Frame frame, Utf8Text text, bool upper)
    {
        var room = frame.Arena.Reserve(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text.Span[i];
            room[i] = upper ? (byte)(c is >= (byte)'a' and <= (byte)'z' ? c - 32 : c) : (byte)(c is >= (byte)'A' and <= (byte)'Z' ? c + 32 : c);
        }
        return Value.FromText(frame.Arena.Commit(text.Length));
    }

    private static Value Trimmed(Utf8Text text, bool left, bool right)
    {
        var span = text.Span;
        var start = left ? span.IndexOfAnyExcept(" \t\r\n"u8) : 0;
        if (start < 0)
            return Value.FromText(default);
        var end = right ? span.LastIndexOfAnyExcept(" \t\r\n"u8) + 1 : span.Length;
        return Part(text, start, end);
    }

    private static Value Before(Frame frame, Utf8Text text, in Operands o)
    {
        var at = text.Span.IndexOf(o.First.ToText(frame.Arena).Span);
        return at < 0 ? Value.FromText(text) : Part(text, 0, at);
    }

    private static Value After(Frame frame, Utf8Text text, in Operands o)
    {
        var mark = o.First.ToText(frame.Arena).Span;
        var at = text.Span.IndexOf(mark);
        return at < 0 ? Value.FromText(default) : Part(text, at + mark.Length, text.Length);
    }

    private static Value BeforeLast(Frame frame, Utf8Text text, in Operands o)
    {
        var at = text.Span.LastIndexOf(o.First.ToText(frame.Arena).Span);
        return at < 0 ? Value.FromText(text) : Part(text, 0, at);
    }

    private static Value AfterLast(Frame frame, Utf8Text text, in Operands o)
    {
        var mark = o.First.ToText(frame.Arena).Span;
        var at = text.Span.LastIndexOf(mark);
        return at < 0 ? Value.FromText(default) : Part(text, at + mark.Length, text.Length);
    }

    private static Value Replaced(Frame frame, Utf8Text text, Utf8Text old, Utf8Text fresh)
    {
        if (old.IsEmpty)
            return Value.FromText(text);
        var rest = text.Span;
        var room = frame.Arena.Reserve(text.Length + (rest.Count(old.Span) * fresh.Length));
        var writer = new SpanWriter(room);
        for (var at = rest.IndexOf(old.Span); at >= 0; at = rest.IndexOf(old.Span))
        {
            writer.Write(rest[..at]);
            writer.Write(fresh);
            rest = rest[(at + old.Length)..];
        }
        writer.Write(rest);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value Without(Frame frame, Utf8Text text, ReadOnlySpan<byte> bytes)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        foreach (var c in text.Span)
        {
            if (!bytes.Contains(c))
                writer.Write(c);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value Reversed(Frame frame, Utf8Text text, in Operands o)
    {
        var room = frame.Arena.Reserve(text.Length);
        text.Span.CopyTo(room);
        room[..text.Length].Reverse();
        return Value.FromText(frame.Arena.Commit(text.Length));
    }

    // "123" gives 1,12,123: what a prefix look-up in a database asks for.
    private static Value Prefixes(Frame frame, Utf8Text text, in Value limit, bool quote)
    {
        var count = limit.IsNull ? text.Length : Clamp(limit, text);
        var writer = new SpanWriter(frame.Arena.Reserve(count * (count + 4)));
        for (var length = 1; length <= count; length++)
        {
            if (length > 1)
                writer.Write((byte)',');
            if (quote)
                writer.Write((byte)'\'');
            writer.Write(text.Span[..length]);
            if (quote)
                writer.Write((byte)'\'');
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    // Without what stands around it, when both ends belong together.
    private static Value Unwrapped(Utf8Text text, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last) =>
        text.Length > 1 && first.IndexOf(text.Span[0]) is var kind and >= 0 && text.Span[^1] == last[kind] ? Part(text, 1, text.Length - 1) : Value.FromText(text);

    // What comes before the first such character goes; all of it when there is none.
    private static Value StripTo(Frame frame, Utf8Text text, in Operands o)
    {
        var mark = o.First.ToText(frame.Arena).Span;
        var at = mark.IsEmpty ? 0 : text.Span.IndexOf(mark[0]);
        return at < 0 ? Value.FromText(default) : Part(text, at, text.Length);
    }

    private static Value SelectWord(Frame frame, Utf8Text text, in Operands o)
    {
        var index = Conversions.ToNumber(o.First);
        var span = text.Span;
        if (index < 0)
        {
            for (var at = NextWord(span, 0); at.Length > 0; at = NextWord(span, at.End))
                index++;
        }
        if (index < 0)
            return Value.FromText(default);
        var word = NextWord(span, 0);
        for (; index > 0 && word.Length > 0; index--)
            word = NextWord(span, word.End);
        return Value.FromText(text[word]);
    }

    private static Slice NextWord(ReadOnlySpan<byte> text, int from)
    {
        var start = text[from..].IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
            return new Slice(text.Length, 0);
        start += from;
        var length = text[start..].IndexOfAny(" \t\r\n"u8);
        return new Slice(start, length < 0 ? text.Length - start : length);
    }

    private static Value Digits(Frame frame, Utf8Text text, in Operands o)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        foreach (var c in text.Span)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
                writer.Write(c);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }
}
