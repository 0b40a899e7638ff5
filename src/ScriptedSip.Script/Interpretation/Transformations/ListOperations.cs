using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary><c>{param.…}</c>, <c>{csv.…}</c>, <c>{line.…}</c> and <c>{sdp.…}</c>: items of a text that is a list.</summary>
internal static class ListOperations
{
    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        table["param.value"] = new(static (Frame frame, Utf8Text text, in Operands o) => Parameter(text, o.First.ToText(frame.Arena).Span, Mark(frame, o.Second)), 1, 2);
        table["param.exist"] = table["param.in"] = new(static (Frame frame, Utf8Text text, in Operands o) =>
            Value.FromInt(Find(text, o.First.ToText(frame.Arena).Span, Mark(frame, o.Second), out _) ? 1 : 0), 1, 2);
        table["param.name"] = new(static (Frame frame, Utf8Text text, in Operands o) => NameAt(text, Conversions.ToNumber(o.First), Mark(frame, o.Second)), 1, 2);
        table["param.valueat"] = new(static (Frame frame, Utf8Text text, in Operands o) => ValueAt(text, Conversions.ToNumber(o.First), Mark(frame, o.Second)), 1, 2);
        table["param.count"] = new(static (Frame frame, Utf8Text text, in Operands o) => Value.FromInt(Count(text, Mark(frame, o.First))), 0, 1);
        table["param.rm"] = new(static (Frame frame, Utf8Text text, in Operands o) => Without(frame, text, o.First.ToText(frame.Arena).Span, Mark(frame, o.Second)), 1, 2);
        table["csv.value"] = new(static (Frame _, Utf8Text text, in Operands o) => ItemAt(text, Conversions.ToNumber(o.First), (byte)',') is { } item ? Value.FromText(Trim(item)) : Value.Null, 1, 1);
        table["csv.count"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromInt(Count(text, (byte)',')));
        table["line.count"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromInt(Count(text, (byte)'\n')));
        table["line.at"] = new(static (Frame _, Utf8Text text, in Operands o) => ItemAt(text, Conversions.ToNumber(o.First), (byte)'\n') is { } line ? Value.FromText(Trim(line)) : Value.Null, 1, 1);
        table["line.sw"] = new(static (Frame frame, Utf8Text text, in Operands o) => LineBeginning(text, o.First.ToText(frame.Arena).Span, 0), 1, 1);
        table["sdp.line"] = new(static (Frame frame, Utf8Text text, in Operands o) => LineBeginning(text, o.First.ToText(frame.Arena).Span, Conversions.ToNumber(o.Second)), 1, 2);
    }

    /// <summary>The value of name=value among items with a mark between them; quotes around it are left out.</summary>
    public static Value Parameter(Utf8Text text, ReadOnlySpan<byte> name, byte mark) =>
        Find(text, name, mark, out var value) ? Value.FromText(value) : Value.FromText(default);

    private static Value Without(Frame frame, Utf8Text text, ReadOnlySpan<byte> name, byte mark)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        var at = 0;
        while (Next(text, ref at, mark) is { } item)
        {
            if (Ascii.EqualsIgnoreCase(Split(item).Name.Span, name))
                continue;
            if (writer.Length > 0)
                writer.Write(mark);
            writer.Write(item);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static byte Mark(Frame frame, in Value value)
    {
        var text = value.ToText(frame.Arena);
        return text.IsEmpty ? (byte)';' : text.Span[0];
    }

    private static bool Find(Utf8Text text, ReadOnlySpan<byte> name, byte mark, out Utf8Text value)
    {
        var at = 0;
        while (Next(text, ref at, mark) is { } item)
        {
            var (key, found) = Split(item);
            if (!Ascii.EqualsIgnoreCase(key.Span, name))
                continue;
            value = found;
            return true;
        }
        value = default;
        return false;
    }

    private static Value NameAt(Utf8Text text, long index, byte mark) => ItemAt(text, index, mark) is { } item ? Value.FromText(Split(item).Name) : Value.FromText(default);

    private static Value ValueAt(Utf8Text text, long index, byte mark) => ItemAt(text, index, mark) is { } item ? Value.FromText(Split(item).Value) : Value.FromText(default);

    private static int Count(Utf8Text text, byte mark)
    {
        var count = 0;
        var at = 0;
        while (Next(text, ref at, mark) is not null)
            count++;
        return count;
    }

    private static Utf8Text? ItemAt(Utf8Text text, long index, byte mark)
    {
        if (index < 0)
            index += Count(text, mark);
        var at = 0;
        for (var item = Next(text, ref at, mark); item is not null && index >= 0; item = Next(text, ref at, mark))
        {
            if (index-- == 0)
                return item;
        }
        return null;
    }

    // The item from an offset to the next mark that is not in quotes; null behind the last.
    private static Utf8Text? Next(Utf8Text text, ref int at, byte mark)
    {
        var span = text.Span;
        if (at >= span.Length)
            return null;
        var end = at;
        var quoted = false;
        for (; end < span.Length && (quoted || span[end] != mark); end++)
        {
            if (span[end] == '\\' && quoted)
                end++;
            else if (span[end] == '"' && mark != '\n')
                quoted = !quoted;
        }
        end = Math.Min(end, span.Length);
        var item = end > at ? text[Slice.Between(at, end)] : default;
        at = end + 1;
        return item;
    }

    private static (Utf8Text Name, Utf8Text Value) Split(Utf8Text item)
    {
        var equals = item.Span.IndexOf((byte)'=');
        if (equals < 0)
            return (Trim(item), default);
        var value = Trim(item[Slice.Between(equals + 1, item.Length)]);
        if (value.Length > 1 && value.Span[0] == '"' && value.Span[^1] == '"')
            value = value[new Slice(1, value.Length - 2)];
        return (Trim(item[new Slice(0, equals)]), value);
    }

    private static Utf8Text Trim(Utf8Text text)
    {
        var first = text.Span.IndexOfAnyExcept(" \t\r\n"u8);
        return first < 0 ? default : text[Slice.Between(first, text.Span.LastIndexOfAnyExcept(" \t\r\n"u8) + 1)];
    }

    private static Value LineBeginning(Utf8Text text, ReadOnlySpan<byte> start, long skip)
    {
        var at = 0;
        while (Next(text, ref at, (byte)'\n') is { } line)
        {
            if (line.Span.StartsWith(start) && skip-- <= 0)
                return Value.FromText(Trim(line));
        }
        return Value.Null;
    }
}
