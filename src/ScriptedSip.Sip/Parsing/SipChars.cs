using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace ScriptedSip.Sip.Parsing;

/// <summary>Character classes of RFC 3261 25.1, and the three scanning steps every grammar here is made of.</summary>
internal static class SipChars
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Unreserved = Alphanumeric + "-_.!~*'()";
    private const string TokenCharacters = Alphanumeric + "-.!%*_+`'~";

    // Most tokens are shorter than a vector: to go from byte to byte is faster then.
    private static readonly bool[] IsToken = [.. Enumerable.Range(0, 256).Select(b => TokenCharacters.Contains((char)b))];

    /// <summary>token.</summary>
    public static readonly SearchValues<byte> Token = Set(TokenCharacters);

    /// <summary>Characters of an unquoted display name: tokens and LWS, and UTF-8, which many phones forget to quote.</summary>
    public static readonly SearchValues<byte> DisplayName = Set(Alphanumeric + "-.!%*_+`'~ \t\r\n", withUtf8: true);

    /// <summary>Call-ID: word and "@", and what stands in identifiers that were made by encoding random bytes.</summary>
    public static readonly SearchValues<byte> CallId = Set(Alphanumeric + "-.!%*_+`'~()<>:\\\"/[]?{}@=&$#^|");

    /// <summary>Host names and IPv4 addresses; the underscore is no host character but stands in names people really use.</summary>
    public static readonly SearchValues<byte> Host = Set(Alphanumeric + "-._");

    /// <summary>The inside of an IPv6 reference.</summary>
    public static readonly SearchValues<byte> IPv6 = Set("0123456789abcdefABCDEF:.");

    /// <summary>The value of a generic parameter: far wider than a token, but never a separator of the header it stands in.</summary>
    public static readonly SearchValues<byte> ParameterValue = Set(Alphanumeric + "-.!%*_+`'~[]:/@?=&$#(){}|^\\", withUtf8: true);

    /// <summary>Scheme letters.</summary>
    public static readonly SearchValues<byte> Scheme = Set(Alphanumeric + "+-.");

    /// <summary>Any character an absolute URI can have.</summary>
    public static readonly SearchValues<byte> Uri = Set(Unreserved + "%;/?:@&=+$,[]#");

    /// <summary>user; "#" ought to be escaped, but service codes are dialled with it.</summary>
    public static readonly SearchValues<byte> User = Set(Unreserved + "%&=+$,;?/#");

    /// <summary>password.</summary>
    public static readonly SearchValues<byte> Password = Set(Unreserved + "%&=+$,");

    /// <summary>paramchar of URI parameters.</summary>
    public static readonly SearchValues<byte> UriParameter = Set(Unreserved + "%[]/:&+$");

    /// <summary>hname and hvalue with their separators.</summary>
    public static readonly SearchValues<byte> UriHeaders = Set(Unreserved + "%[]/?:+$&=");

    /// <summary>Digits and visual separators of a tel number (RFC 3966 3).</summary>
    public static readonly SearchValues<byte> Telephone = Set("0123456789abcdefABCDEF*#+-.()");

    /// <summary>Offset of the first byte from <paramref name="at"/> that is no space, tab or line end; folds are white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipWhiteSpace(ReadOnlySpan<byte> text, int at, int end)
    {
        while (at < end && IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    /// <summary>Offset behind the last byte before <paramref name="end"/> that is no white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TrimEnd(ReadOnlySpan<byte> text, int start, int end)
    {
        while (end > start && IsWhiteSpace(text[end - 1]))
            end--;
        return end;
    }

    /// <summary>Offset of the first byte from <paramref name="at"/> that is not in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipAll(ReadOnlySpan<byte> text, int at, int end, SearchValues<byte> set)
    {
        var length = text[at..end].IndexOfAnyExcept(set);
        return length < 0 ? end : at + length;
    }

    /// <summary>Offset of the first byte from <paramref name="at"/> that belongs to no token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipToken(ReadOnlySpan<byte> text, int at, int end)
    {
        var rest = text[at..end];
        var length = 0;
        while (length < rest.Length && IsToken[rest[length]])
            length++;
        return at + length;
    }

    /// <summary>True for the same name but for the case of letters. Nearly everybody writes it as the RFC does, which is the fast way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsName(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) =>
        text.SequenceEqual(name) || Ascii.EqualsIgnoreCase(text, name);

    /// <summary>True for a byte of LWS.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhiteSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <summary>True for text made of one or more bytes of the set.</summary>
    public static bool IsAll(ReadOnlySpan<byte> text, SearchValues<byte> set) => text.Length > 0 && !text.ContainsAnyExcept(set);

    /// <summary>Reads a number of digits only; false for other bytes, no bytes, and values above <paramref name="maximum"/>.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, uint maximum, out uint number)
    {
        number = 0;
        ulong value = 0;
        foreach (var b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + (uint)(b - '0');
            if (value > maximum)
                return false;
        }
        number = (uint)value;
        return text.Length > 0;
    }

    /// <summary>
    /// Offset behind the closing quote of the quoted string that begins at <paramref name="at"/>, or -1 when it is never closed.
    /// </summary>
    public static int SkipQuoted(ReadOnlySpan<byte> text, int at, int end)
    {
        at++;
        while (at < end)
        {
            var length = text[at..end].IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0)
                return -1;
            at += length;
            if (text[at] == '"')
                return at + 1;
            at += 2;
        }
        return -1;
    }

    private static SearchValues<byte> Set(string ascii, bool withUtf8 = false)
    {
        var bytes = Encoding.ASCII.GetBytes(ascii);
        if (withUtf8)
            bytes = [.. bytes, .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)];
        return SearchValues.Create(bytes);
    }
}
