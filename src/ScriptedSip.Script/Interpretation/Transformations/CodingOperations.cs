using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary>Other ways to write a text: escapes, hexadecimal, base 64, digests, times.</summary>
internal static class CodingOperations
{
    private static readonly SearchValues<byte> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"u8);

    // RFC 3261 25.1: user-unreserved, param-unreserved.
    private static readonly SearchValues<byte> UserCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()&=+$,;?/"u8);
    private static readonly SearchValues<byte> ParameterCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()[]/:&+$"u8);

    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        table["s.md5"] = new(static (Frame frame, Utf8Text text, in Operands _) => Digest(frame, text, MD5.HashData, MD5.HashSizeInBytes));
        table["s.sha1"] = new(static (Frame frame, Utf8Text text, in Operands _) => Digest(frame, text, Sha1, SHA1.HashSizeInBytes));
        table["s.sha256"] = new(static (Frame frame, Utf8Text text, in Operands _) => Digest(frame, text, SHA256.HashData, SHA256.HashSizeInBytes));
        table["s.sha384"] = new(static (Frame frame, Utf8Text text, in Operands _) => Digest(frame, text, SHA384.HashData, SHA384.HashSizeInBytes));
        table["s.sha512"] = new(static (Frame frame, Utf8Text text, in Operands _) => Digest(frame, text, SHA512.HashData, SHA512.HashSizeInBytes));
        table["s.encode.hexa"] = new(static (Frame frame, Utf8Text text, in Operands _) => Hex(frame, text.Span));
        table["s.decode.hexa"] = new(FromHex);
        table["s.escape.common"] = new(static (Frame frame, Utf8Text text, in Operands _) => Backslashed(frame, text, "'\"\\\0"u8));
        table["s.unescape.common"] = new(Unbackslashed);
        table["s.escape.user"] = new(static (Frame frame, Utf8Text text, in Operands _) => PercentCoding.Encode(frame, text, UserCharacters, spaceAsPlus: false));
        table["s.escape.param"] = new(static (Frame frame, Utf8Text text, in Operands _) => PercentCoding.Encode(frame, text, ParameterCharacters, spaceAsPlus: false));
        table["s.unescape.user"] = table["s.unescape.param"] = new(static (Frame frame, Utf8Text text, in Operands _) => PercentCoding.Decode(frame, text, plusAsSpace: false));
        table["s.escape.csv"] = new(Csv);
        table["urlencode.param"] = table["s.urlencode.param"] = new(static (Frame frame, Utf8Text text, in Operands _) => PercentCoding.Encode(frame, text, Unreserved, spaceAsPlus: true));
        table["urldecode.param"] = table["s.urldecode.param"] = new(static (Frame frame, Utf8Text text, in Operands _) => PercentCoding.Decode(frame, text, plusAsSpace: true));
        table["s.dec2hex"] = new(static (Frame frame, Utf8Text text, in Operands _) => ToHexNumber(frame, text));
        table["s.hex2dec"] = new(static (Frame _, Utf8Text text, in Operands _) => FromHexNumber(text));
        table["s.ftime"] = new(Time, 1, 1);
        table["s.date2unix"] = new(static (Frame _, Utf8Text text, in Operands _) => UnixTime(text));
        table["s.xor"] = new(Mixed, 1, 1);
    }

    private delegate int Hash(ReadOnlySpan<byte> source, Span<byte> destination);

    private static Value Digest(Frame frame, Utf8Text text, Hash hash, int size)
    {
        Span<byte> digest = stackalloc byte[64];
        hash(text.Span, digest);
        return Hex(frame, digest[..size]);
    }

    // No signature depends on it: scripts compare with what other programs have made of the same text.
#pragma warning disable CA5350
    private static int Sha1(ReadOnlySpan<byte> source, Span<byte> destination) => SHA1.HashData(source, destination);
#pragma warning restore CA5350

    private static Value Hex(Frame frame, ReadOnlySpan<byte> bytes)
    {
        var room = frame.Arena.Reserve(bytes.Length * 2);
        for (var i = 0; i < bytes.Length; i++)
        {
            room[2 * i] = "0123456789abcdef"u8[bytes[i] >> 4];
            room[(2 * i) + 1] = "0123456789abcdef"u8[bytes[i] & 15];
        }
        return Value.FromText(frame.Arena.Commit(bytes.Length * 2));
    }

    private static Value FromHex(Frame frame, Utf8Text text, in Operands o)
    {
        var writer = new SpanWriter(frame.Arena.Reserve((text.Length / 2) + 1));
        for (var i = 0; i + 1 < text.Length; i += 2)
        {
            if (!PercentCoding.TryReadHex(text.Span[i..], out var value))
                return Value.Null;
            writer.Write(value);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value Backslashed(Frame frame, Utf8Text text, ReadOnlySpan<byte> hidden)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length * 2));
        foreach (var c in text.Span)
        {
            if (hidden.Contains(c))
                writer.Write((byte)'\\');
            writer.Write(c == 0 ? (byte)'0' : c);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value Unbackslashed(Frame frame, Utf8Text text, in Operands o)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        var span = text.Span;
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] != '\\' || i + 1 == span.Length)
                writer.Write(span[i]);
            else
                writer.Write(span[++i] == '0' ? (byte)0 : span[i]);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    // RFC 4180 2.7: in quotes, inner quotes doubled.
    private static Value Csv(Frame frame, Utf8Text text, in Operands o)
    {
        var writer = new SpanWriter(frame.Arena.Reserve((text.Length * 2) + 2));
        writer.Write((byte)'"');
        foreach (var c in text.Span)
        {
            if (c == '"')
                writer.Write(c);
            writer.Write(c);
        }
        writer.Write((byte)'"');
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value ToHexNumber(Frame frame, Utf8Text text)
    {
        if (!Value.TryParseInt(text.Span, out var number))
            return Value.Null;
        var writer = new SpanWriter(frame.Arena.Reserve(16));
        writer.WriteHex((ulong)number);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value FromHexNumber(Utf8Text text)
    {
        var span = text.Span.StartsWith("0x"u8) ? text.Span[2..] : text.Span;
        return Utf8Parser.TryParse(span, out long number, out var used, 'x') && used == span.Length ? Value.FromInt(number) : Value.Null;
    }

    // RFC 3261 20.17: a Date is in GMT.
    private static Value UnixTime(Utf8Text text)
    {
        Span<char> letters = stackalloc char[40];
        if (text.Length > letters.Length)
            return Value.Null;
        var count = System.Text.Encoding.ASCII.GetChars(text.Span, letters);
        return DateTimeOffset.TryParseExact(letters[..count], "ddd, d MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var time)
            ? Value.FromInt(time.ToUnixTimeSeconds())
            : Value.Null;
    }

    // Each byte with one of the key, which begins anew at its end: done twice, it gives the text back.
    private static Value Mixed(Frame frame, Utf8Text text, in Operands o)
    {
        var key = o.First.ToText(frame.Arena).Span;
        if (key.IsEmpty)
            return Value.FromText(text);
        var room = frame.Arena.Reserve(text.Length);
        for (var i = 0; i < text.Length; i++)
            room[i] = (byte)(text.Span[i] ^ key[i % key.Length]);
        return Value.FromText(frame.Arena.Commit(text.Length));
    }

    // The conversions of strftime that scripts use; local time.
    private static Value Time(Frame frame, Utf8Text text, in Operands o)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(Conversions.ToNumber(Value.FromText(text)), 0, 253402300799)).ToLocalTime();
        var format = o.First.ToText(frame.Arena);
        var writer = new SpanWriter(frame.Arena.Reserve(format.Length * 32));
        var span = format.Span;
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] != '%' || i + 1 == span.Length)
            {
                writer.Write(span[i]);
                continue;
            }
            Write(ref writer, time, span[++i]);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static void Write(ref SpanWriter writer, DateTimeOffset time, byte conversion)
    {
        var pattern = (char)conversion switch
        {
            'Y' => "yyyy",
            'y' => "yy",
            'm' => "MM",
            'd' => "dd",
            'H' => "HH",
            'I' => "hh",
            'M' => "mm",
            'S' => "ss",
            'p' => "tt",
            'a' => "ddd",
            'A' => "dddd",
            'b' or 'h' => "MMM",
            'B' => "MMMM",
            'T' => "HH:mm:ss",
            'R' => "HH:mm",
            'F' => "yyyy-MM-dd",
            'D' => "MM/dd/yy",
            'c' => "ddd MMM dd HH:mm:ss yyyy",
            _ => null,
        };
        if (pattern is not null)
        {
            if (time.TryFormat(writer.Rest, out var written, pattern, CultureInfo.InvariantCulture))
                writer.Advance(written);
            return;
        }
        switch ((char)conversion)
        {
            case 's':
                writer.Write(time.ToUnixTimeSeconds());
                break;
            case 'j':
                if (Utf8Formatter.TryFormat(time.DayOfYear, writer.Rest, out var digits, new StandardFormat('D', 3)))
                    writer.Advance(digits);
                break;
            case 'z':
                writer.Write(time.Offset < TimeSpan.Zero ? "-"u8 : "+"u8);
                if (Utf8Formatter.TryFormat(Math.Abs((time.Offset.Hours * 100) + time.Offset.Minutes), writer.Rest, out digits, new StandardFormat('D', 4)))
                    writer.Advance(digits);
                break;
            case '%':
                writer.Write((byte)'%');
                break;
            default:
                writer.Write((byte)'%');
                writer.Write(conversion);
                break;
        }
    }
}
