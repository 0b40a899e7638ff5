using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary><c>{val.…}</c>, <c>{sql.…}</c>, <c>{json.…}</c>, <c>{bitwise.…}</c> and <c>{ip.…}</c>.</summary>
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
        table["json.parse"] = new(Member, 1, 1);
        table["ip.pton"] = new(static (Frame frame, Utf8Text text, in Operands _) => Packed(frame, text));
        table["ip.ntop"] = new(static (Frame frame, Utf8Text text, in Operands _) => Printed(frame, text));
        table["ip.family"] = new(static (Frame _, Utf8Text text, in Operands _) => Family(text));
        table["ip.isip"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromInt(TryParse(text, out var _) ? 1 : 0));
        table["ip.isprivate"] = new(static (Frame _, Utf8Text text, in Operands _) => IsPrivate(text));
        table["bitwise.and"] = new(static (Frame _, Utf8Text text, in Operands o) => Bits(Value.FromText(text), o.First, static (a, b) => a & b), 1, 1);
        table["bitwise.or"] = new(static (Frame _, Utf8Text text, in Operands o) => Bits(Value.FromText(text), o.First, static (a, b) => a | b), 1, 1);
        table["bitwise.xor"] = new(static (Frame _, Utf8Text text, in Operands o) => Bits(Value.FromText(text), o.First, static (a, b) => a ^ b), 1, 1);
        table["bitwise.not"] = new(static (Frame _, Utf8Text text, in Operands _) => Bits(Value.FromText(text), Value.FromInt(0), static (a, _) => ~a));
        table["bitwise.sleft"] = new(static (Frame _, Utf8Text text, in Operands o) => Bits(Value.FromText(text), o.First, static (a, b) => a << (int)b), 1, 1);
        table["bitwise.sright"] = new(static (Frame _, Utf8Text text, in Operands o) => Bits(Value.FromText(text), o.First, static (a, b) => a >> (int)b), 1, 1);
        table["ip.matches"] = new(static (Frame frame, Utf8Text text, in Operands o) => Matches(text, o.First.ToText(frame.Arena)), 1, 1);
    }

    private static Value Bits(in Value left, in Value right, Func<long, long, long> operation) =>
        Conversions.TryToNumber(left, out var a) && Conversions.TryToNumber(right, out var b) ? Value.FromInt(operation(a, b)) : Value.Null;

    // RFC 1918 3, RFC 6598 7, RFC 4193 3.
    private static readonly IPNetwork[] PrivateNetworks =
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("fc00::/7")];

    private static Value IsPrivate(Utf8Text text)
    {
        if (!TryParse(text, out var address))
            return Value.Null;
        foreach (var network in PrivateNetworks)
        {
            if (network.Contains(address))
                return Value.FromInt(1);
        }
        return Value.FromInt(0);
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

    // The member a path such as a.b names; objects and lists within it as they are written.
    private static Value Member(Frame frame, Utf8Text text, in Operands o)
    {
        var path = o.First.ToText(frame.Arena).Span;
        var reader = new Utf8JsonReader(text.Span);
        try
        {
            if (!reader.Read())
                return Value.Null;
            while (!path.IsEmpty)
            {
                var dot = path.IndexOf((byte)'.');
                var name = dot < 0 ? path : path[..dot];
                path = dot < 0 ? default : path[(dot + 1)..];
                if (!TryEnter(ref reader, name))
                    return Value.Null;
            }
            return ValueOf(frame, text, ref reader);
        }
        catch (JsonException)
        {
            return Value.Null;
        }
    }

    private static bool TryEnter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
                return true;
            reader.Skip();
        }
        return false;
    }

    private static Value ValueOf(Frame frame, Utf8Text text, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return Value.Null;
            case JsonTokenType.True or JsonTokenType.False:
                return Value.FromInt(reader.TokenType == JsonTokenType.True ? 1 : 0);
            case JsonTokenType.Number when reader.TryGetInt64(out var number):
                return Value.FromInt(number);
            case JsonTokenType.String:
                var room = frame.Arena.Reserve(reader.ValueSpan.Length);
                return Value.FromText(frame.Arena.Commit(reader.CopyString(room)));
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return Value.FromText(text[Slice.Between(start, (int)reader.BytesConsumed)]);
        }
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
