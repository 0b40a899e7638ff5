using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>Request-Line and Status-Line (RFC 3261 25.1): single spaces, no other white space. Knows SIP from other protocols by "SIP/".</summary>
internal static class StartLineParser
{
    /// <summary>Reads the line at <paramref name="at"/> and moves behind it; false when it is not SIP.</summary>
    public static bool TryParse(SipMessage message, ReadOnlySpan<byte> text, ref int at)
    {
        var length = text[at..].IndexOf((byte)'\n');
        if (length < 0)
            return false;
        var start = at;
        var end = at + length;
        at = end + 1;
        if (length > 0 && text[end - 1] == '\r')
            end--;
        message.StartLine = Slice.Between(start, end);
        return IsSip(text[start..end]) ? TryParseStatusLine(message, text, start, end) : TryParseRequestLine(message, text, start, end);
    }

    private static bool TryParseStatusLine(SipMessage message, ReadOnlySpan<byte> text, int start, int end)
    {
        var space = text[start..end].IndexOf((byte)' ');
        if (space < 0)
            return false;
        CheckVersion(message, text.Slice(start, space));
        var at = start + space + 1;
        var codeLength = text[at..end].IndexOf((byte)' ');
        if (codeLength != 3 || !SipChars.TryReadNumber(text.Slice(at, 3), 699, out var code) || code < 100)
        {
            message.Refuse(ParseFailure.BadStartLine);
            return true;
        }
        message.StatusCode = (int)code;
        message.Reason = Slice.Between(at + 4, end);
        return true;
    }

    private static bool TryParseRequestLine(SipMessage message, ReadOnlySpan<byte> text, int lineStart, int end)
    {
        var start = SipChars.SkipWhiteSpace(text, lineStart, end);
        var trimmedEnd = SipChars.TrimEnd(text, start, end);
        var version = text[start..trimmedEnd].LastIndexOfAny((byte)' ', (byte)'\t') + start + 1;
        var methodEnd = SipChars.SkipToken(text, start, end);
        if (IsSip(text[start..end]))
            return false;
        var hasVersion = version > methodEnd && IsSip(text[version..trimmedEnd]);
        if (!hasVersion && !IsSipUri(text[SipChars.SkipWhiteSpace(text, methodEnd, trimmedEnd)..trimmedEnd]))
            return false;
        message.IsRequest = true;
        message.MethodText = Slice.Between(start, methodEnd);
        message.Method = SipMethods.Parse(text[start..methodEnd]);
        // What can only be meant as SIP is answered, whatever is wrong with it.
        if (!hasVersion || methodEnd == start || start != lineStart)
        {
            message.Refuse(ParseFailure.BadStartLine);
            return true;
        }
        CheckVersion(message, text[version..trimmedEnd]);

        var uriStart = SipChars.SkipWhiteSpace(text, methodEnd, version);
        var uriEnd = SipChars.TrimEnd(text, uriStart, version);
        // RFC 4475 3.1.2.9, 3.1.2.10: exactly one SP between the parts and none behind them.
        if (text[methodEnd] != ' ' || uriStart != methodEnd + 1 || uriEnd != version - 1 || text[uriEnd] != ' ' || trimmedEnd != end || uriEnd == uriStart)
            message.Refuse(ParseFailure.BadStartLine);
        message.RequestUri = Slice.Between(uriStart, uriEnd);
        // RFC 3261 19.1.1 and RFC 4475 3.1.2.11: a Request-URI has no headers.
        if (!UriParser.TryParse(text[uriStart..uriEnd], out var uri) || uri.Headers.IsPresent)
            message.Refuse(ParseFailure.BadRequestUri);
        return true;
    }

    private static void CheckVersion(SipMessage message, ReadOnlySpan<byte> version)
    {
        if (Ascii.EqualsIgnoreCase(version, "SIP/2.0"u8))
            return;
        var number = version[4..];
        var dot = number.IndexOf((byte)'.');
        var isVersion = dot > 0 && IsDigits(number[..dot]) && IsDigits(number[(dot + 1)..]);
        message.Refuse(isVersion ? ParseFailure.BadVersion : ParseFailure.BadStartLine);
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsSipUri(ReadOnlySpan<byte> text) =>
        text.Length > 4 && Ascii.EqualsIgnoreCase(text[..3], "sip"u8) && (text[3] == ':' || (text[4] == ':' && text[3] is (byte)'s' or (byte)'S'));

    private static bool IsSip(ReadOnlySpan<byte> text) => text.Length >= 4 && Ascii.EqualsIgnoreCase(text[..4], "SIP/"u8);
}
