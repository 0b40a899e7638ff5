using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>
/// Bytes to <see cref="SipMessage"/>: start line and header rows in one forward pass, then the headers every proxy needs.
/// Hostile bytes are ordinary bytes: nothing here throws, and a message that must be refused is still filled as far as it can be read,
/// so that it can be answered.
/// </summary>
public static class MessageParser
{
    /// <summary>Bound by the row links of <see cref="HeaderRow.NextSame"/>.</summary>
    private const int MostHeaders = short.MaxValue;

    /// <summary>Fills <paramref name="message"/> from the first <paramref name="length"/> bytes of <paramref name="buffer"/>, which it keeps referring to.</summary>
    /// <param name="message">Reset first.</param>
    /// <param name="buffer">Datagram, or one framed message of a stream.</param>
    /// <param name="length">Bytes of it that count.</param>
    /// <param name="isStream">A stream message without Content-Length has no body; a datagram's reaches to its end (RFC 3261 18.3).</param>
    /// <returns>
    /// False when the bytes are not SIP and deserve no answer. True otherwise; <see cref="SipMessage.Failure"/> then tells whether the
    /// message is good.
    /// </returns>
    public static bool Parse(SipMessage message, byte[] buffer, int length, bool isStream)
    {
        message.Reset(buffer, length);
        var text = new ReadOnlySpan<byte>(buffer, 0, length);
        // RFC 3261 7.5: empty lines in front of the start line are ignored.
        var at = text.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (at < 0 || !StartLineParser.TryParse(message, text, ref at))
        {
            message.Failure = ParseFailure.NotSip;
            return false;
        }
        var isComplete = ReadHeaders(message, text, ref at);
        CheckNul(message, text[..at]);
        RequiredHeaders.Check(message);
        if (!isComplete)
            message.Refuse(ParseFailure.Truncated);
        ReadBody(message, at, isStream);
        return true;
    }

    /// <summary>Reads header lines up to and with the empty line; false when the bytes end before it.</summary>
    private static bool ReadHeaders(SipMessage message, ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length)
        {
            if (text[at] == '\n' || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n'))
            {
                message.HeadersEnd = at;
                at += text[at] == '\n' ? 1 : 2;
                return true;
            }
            if (message.HeaderCount == MostHeaders)
            {
                message.Refuse(ParseFailure.TooManyHeaders);
                return true;
            }
            ReadHeader(message, text, ref at);
        }
        message.HeadersEnd = at;
        return false;
    }

    private static void ReadHeader(SipMessage message, ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        var nameEnd = SipChars.SkipToken(text, start, text.Length);
        var colon = nameEnd;
        while (colon < text.Length && text[colon] is (byte)' ' or (byte)'\t')
            colon++;
        var isNamed = nameEnd > start && colon < text.Length && text[colon] == ':';
        var valueEnd = FindEndOfField(message, text, isNamed ? colon + 1 : start, out at);
        if (!isNamed)
        {
            message.Refuse(ParseFailure.BadHeader);
            return;
        }
        var valueStart = SipChars.SkipWhiteSpace(text, colon + 1, valueEnd);
        valueEnd = SipChars.TrimEnd(text, valueStart, valueEnd);
        message.AddHeader(
            HeaderNames.Parse(text[start..nameEnd]),
            Slice.Between(start, nameEnd),
            Slice.Between(valueStart, valueEnd),
            Slice.Between(start, at));
    }

    /// <summary>Finds the line end that no white space follows: the end of the field, folded lines included; <paramref name="next"/> is behind it.</summary>
    private static int FindEndOfField(SipMessage message, ReadOnlySpan<byte> text, int at, out int next)
    {
        while (true)
        {
            var length = text[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (length < 0)
                return next = text.Length;
            var end = at + length;
            at = end + 1;
            if (text[end] == '\r')
            {
                if (at == text.Length || text[at] != '\n')
                {
                    // A lone CR ends a line for some receivers and not for others: two readings of one message.
                    message.Refuse(ParseFailure.BadHeader);
                    continue;
                }
                at++;
            }
            if (at < text.Length && text[at] is (byte)' ' or (byte)'\t')
                continue;
            next = at;
            return end;
        }
    }

    /// <summary>
    /// A NUL ends a message for some receivers and not for others, as a lone CR does a line. Behind a backslash it is a legal character of a quoted
    /// string (RFC 3261 25.1 quoted-pair, RFC 4475 3.1.1.2).
    /// </summary>
    private static void CheckNul(SipMessage message, ReadOnlySpan<byte> head)
    {
        for (var at = head.IndexOf((byte)0); at >= 0;)
        {
            var escaped = at;
            while (escaped > 0 && head[escaped - 1] == '\\')
                escaped--;
            if (((at - escaped) & 1) == 0)
            {
                message.Refuse(ParseFailure.BadHeader);
                return;
            }
            var next = head[(at + 1)..].IndexOf((byte)0);
            at = next < 0 ? -1 : at + 1 + next;
        }
    }

    private static void ReadBody(SipMessage message, int start, bool isStream)
    {
        var rest = message.Length - start;
        var length = message.ContentLength >= 0 ? message.ContentLength : isStream ? 0 : rest;
        if (length > rest)
        {
            message.Refuse(ParseFailure.Truncated);
            length = rest;
        }
        message.Body = new Slice(start, length);
        message.Length = start + length;
    }
}
