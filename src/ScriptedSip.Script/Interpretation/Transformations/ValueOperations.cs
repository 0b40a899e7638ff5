using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary><c>{val.…}</c>, <c>{sql.…}</c> and <c>{ip.…}</c>.</summary>
internal static class ValueOperations
{
    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        // With TakesNull the value itself comes as the third operand.
        table["val.n"] = new(static (Frame _, Utf8Text _, in Operands o) => o.Third.IsNull ? Value.FromText(default) : o.Third, TakesNull: true);
        table["val.n0"] = new(static (Frame _, Utf8Text _, in Operands o) => o.Third.IsNull ? Value.FromInt(0) : o.Third, TakesNull: true);
        table["val.ne"] = table["val.n"];
        table["val.json"] = new(static (Frame frame, Utf8Text text, in Operands _) => Json(frame, text), TakesNull: true);
        table["val.jsonqe"] = new(static (Frame frame, Utf8Text text, in Operands o) => o.Third is { IsInt: true } ? o.Third : Quoted(frame, Json(frame, text).Text), TakesNull: true);
        table["sql.val"] = new(static (Frame frame, Utf8Text text, in Operands o) => Sql(frame, text, o.Third, asNumber: o.Third.IsInt), TakesNull: true);
        table["sql.val.int"] = new(static (Frame frame, Utf8Text text, in Operands o) => Sql(frame, text, o.Third, asNumber: true), TakesNull: true);
        table["sql.val.str"] = new(static (Frame frame, Utf8Text text, in Operands o) => Sql(frame, text, o.Third, asNumber: false), TakesNull: true);
        table["ip.pton"] = new(static (Frame frame, Utf8Text text, in Operands _) => Packed(frame, text));
        table["ip.ntop"] = new(static (Frame frame, Utf8Text text, in Operands _) => Printed(frame, text));
        table["ip.family"] = new(static (Frame _, Utf8Text text, in Operands _) => Family(text));
        table["ip.isip"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromInt(TryParse(text, out var _) ? 1 : 0));
        table["ip.matches"] = new(static (Frame frame, Utf8Text text, in Operands o) => Matches(text, o.First.ToText(frame.Arena)), 1, 1);
    }

    // RFC 8259 7.
    private static Value Json(Frame frame, Utf8Text text)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length * 6));
        foreach (var c in text.Span)
        {
            switch (c)
            {
                case (byte)'"' or (byte)'\\':
                    writer.Write((byte)'\\');
                    writer.Write(c);
                    break;
                case (byte)'\n':
                    writer.Write("\\n"u8);
                    break;
                case (byte)'\r':
                    writer.Write("\\r"u8);
                    break;
                case (byte)'\t':
                    writer.Write("\\t"u8);
                    break;
                case < 0x20:
                    writer.Write("\\u00"u8);
                    writer.Write((byte)('0' + (c >> 4)));
                    writer.Write("0123456789abcdef"u8[c & 15]);
                    break;
                default:
                    writer.Write(c);
                    break;
            }
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value Quoted(Frame frame, Utf8Text text)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length + 2));
        writer.Write((byte)'"');
        writer.Write(text);
        writer.Write((byte)'"');
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static readonly Value SqlNull = Value.FromText(Utf8Text.From("NULL"));

    // A literal for a statement: NULL, a number, or text in single quotes, inner ones and backslashes escaped.
    private static Value Sql(Frame frame, Utf8Text text, in Value value, bool asNumber)
    {
        if (value.IsNull)
            return SqlNull;
        if (asNumber)
            return Value.FromText(Value.FromInt(Conversions.ToNumber(value)).ToText(frame.Arena));
        var writer = new SpanWriter(frame.Arena.Reserve((text.Length * 2) + 2));
        writer.Write((byte)'\'');
        foreach (var c in text.Span)
        {
            if (c is (byte)'\'' or (byte)'\\')
                writer.Write((byte)'\\');
            writer.Write(c);
        }
        writer.Write((byte)'\'');
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static bool TryParse(Utf8Text text, out IPAddress address)
    {
        var span = text.Span;
        if (span.Length > 2 && span[0] == '[' && span[^1] == ']')
            span = span[1..^1];
        address = IPAddress.None;
        if (span.Length > 45 || !IPAddress.TryParse(span, out var parsed))
            return false;
        address = parsed;
        return parsed.AddressFamily == AddressFamily.InterNetworkV6 || span.Count((byte)'.') == 3;
    }

    private static Value Packed(Frame frame, Utf8Text text)
    {
        if (!TryParse(text, out var address))
            return Value.Null;
        address.TryWriteBytes(frame.Arena.Reserve(16), out var written);
        return Value.FromText(frame.Arena.Commit(written));
    }

    private static Value Printed(Frame frame, Utf8Text text)
    {
        if (text.Length is not (4 or 16))
            return Value.Null;
        new IPAddress(text.Span).TryFormat(frame.Arena.Reserve(64), out var written);
        return Value.FromText(frame.Arena.Commit(written));
    }

    private static readonly Value Inet = Value.FromText(Utf8Text.From("INET"));
    private static readonly Value Inet6 = Value.FromText(Utf8Text.From("INET6"));

    // Of text, or of the packed form {ip.pton} makes.
    private static Value Family(Utf8Text text)
    {
        if (TryParse(text, out var address))
            return address.AddressFamily == AddressFamily.InterNetwork ? Inet : Inet6;
        return text.Length switch { 4 => Inet, 16 => Inet6, _ => Value.Null };
    }

    private static Value Matches(Utf8Text text, Utf8Text network) =>
        TryParse(text, out var address) && IPNetwork.TryParse(Encoding.ASCII.GetString(network.Span), out var parsed)
            ? Value.FromInt(parsed.Contains(address) ? 1 : 0)
            : Value.Null;
}
