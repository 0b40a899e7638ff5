using System.Buffers;
using System.Buffers.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary>Bytes as letters: base 64 in the forms of RFC 4648 4 and 5, with and without padding, and base 58.</summary>
internal static class BaseCoding
{
    private const int LongestBase58 = 1024;

    private static ReadOnlySpan<byte> Digits58 => "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"u8;

    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        table["s.encode.base64"] = table["s.b64encode"] = new(static (Frame frame, Utf8Text text, in Operands _) => Encoded(frame, text, forUrl: false, pads: true));
        table["s.encode.base64t"] = new(static (Frame frame, Utf8Text text, in Operands _) => Encoded(frame, text, forUrl: false, pads: false));
        table["s.encode.base64url"] = new(static (Frame frame, Utf8Text text, in Operands _) => Encoded(frame, text, forUrl: true, pads: true));
        table["s.encode.base64urlt"] = new(static (Frame frame, Utf8Text text, in Operands _) => Encoded(frame, text, forUrl: true, pads: false));
        foreach (var form in (ReadOnlySpan<string>)["s.decode.base64", "s.b64decode", "s.decode.base64t", "s.decode.base64url", "s.decode.base64urlt"])
            table[form] = new(Decoded);
        table["s.encode.base58"] = new(ToBase58);
        table["s.decode.base58"] = new(FromBase58);
    }

    private static Value Encoded(Frame frame, Utf8Text text, bool forUrl, bool pads)
    {
        var room = frame.Arena.Reserve(Base64.GetMaxEncodedToUtf8Length(text.Length));
        Base64.EncodeToUtf8(text.Span, room, out _, out var written);
        if (forUrl)
        {
            room[..written].Replace((byte)'+', (byte)'-');
            room[..written].Replace((byte)'/', (byte)'_');
        }
        return Value.FromText(frame.Arena.Commit(pads ? written : room[..written].TrimEnd((byte)'=').Length));
    }

    // Both alphabets and missing padding are understood; what is not base 64 has no value.
    private static Value Decoded(Frame frame, Utf8Text text, in Operands o)
    {
        var letters = frame.Arena.Copy(text.Span.TrimEnd((byte)'='));
        var room = frame.Arena.Reserve(Base64Url.GetMaxDecodedLength(letters.Length));
        var url = letters.Array.AsSpan(letters.Offset, letters.Length);
        url.Replace((byte)'+', (byte)'-');
        url.Replace((byte)'/', (byte)'_');
        return Base64Url.DecodeFromUtf8(url, room, out _, out var written) == OperationStatus.Done ? Value.FromText(frame.Arena.Commit(written)) : Value.Null;
    }

    // The bytes as one big number, most significant first; each leading zero byte is a leading '1'.
    private static Value ToBase58(Frame frame, Utf8Text text, in Operands o)
    {
        if (text.Length > LongestBase58)
            return Value.Null;
        var span = text.Span;
        var zeros = span.IndexOfAnyExcept((byte)0) is var first and >= 0 ? first : span.Length;
        var digits = frame.Arena.Reserve((span.Length * 138 / 100) + 1 + zeros);
        var count = 0;
        foreach (var next in span[zeros..])
        {
            int carry = next;
            for (var i = 0; i < count || carry > 0; i++)
            {
                carry += i < count ? digits[i] << 8 : 0;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
                count = Math.Max(count, i + 1);
            }
        }
        digits.Slice(count, zeros).Clear();
        count += zeros;
        digits[..count].Reverse();
        foreach (ref var digit in digits[..count])
            digit = Digits58[digit];
        return Value.FromText(frame.Arena.Commit(count));
    }

    private static Value FromBase58(Frame frame, Utf8Text text, in Operands o)
    {
        if (text.Length > LongestBase58)
            return Value.Null;
        var span = text.Span;
        var zeros = span.IndexOfAnyExcept((byte)'1') is var first and >= 0 ? first : span.Length;
        var bytes = frame.Arena.Reserve(span.Length + 1);
        var count = 0;
        foreach (var letter in span[zeros..])
        {
            var carry = Digits58.IndexOf(letter);
            if (carry < 0)
                return Value.Null;
            for (var i = 0; i < count || carry > 0; i++)
            {
                carry += i < count ? bytes[i] * 58 : 0;
                bytes[i] = (byte)carry;
                carry >>= 8;
                count = Math.Max(count, i + 1);
            }
        }
        bytes.Slice(count, zeros).Clear();
        count += zeros;
        bytes[..count].Reverse();
        return Value.FromText(frame.Arena.Commit(count));
    }
}
