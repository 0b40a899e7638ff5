using System.Buffers.Text;
using System.Text;

namespace ScriptedSip.Sip.Parsing;

/// <summary>What stands at the beginning of received stream bytes.</summary>
internal enum StreamVerdict
{
    /// <summary>The beginning of something.</summary>
    NeedMore,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>The head of a message whose length cannot be made out: it can be answered, but nothing behind it can be read.</summary>
    LastMessage,

    /// <summary>Line ends between messages, of no meaning.</summary>
    Blank,

    /// <summary>A keep-alive that wants an answer (RFC 5626 4.4.1).</summary>
    Ping,

    /// <summary>A message longer than allowed.</summary>
    TooLong,
}

/// <summary>
/// Finds the messages in a stream by their Content-Length (RFC 3261 18.3); one without has no body. Remembers how far it has looked, so that
/// bytes coming in one by one are still looked at only once.
/// </summary>
/// <param name="maxLength">Longest message in bytes, head and body.</param>
internal struct StreamFramer(int maxLength)
{
    private const int Absent = -1;
    private const int Invalid = -2;

    private int _searched;
    private int _messageLength;
    private int _pingLength;

    /// <summary>
    /// Judges the bytes that have not been consumed yet; <paramref name="length"/> of them are to be consumed then. After NeedMore, the same bytes
    /// come again with more behind them.
    /// </summary>
    public StreamVerdict Next(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.IsEmpty)
            return StreamVerdict.NeedMore;
        if (_searched == 0 && bytes[0] is (byte)'\r' or (byte)'\n')
            return SkipLineEnds(bytes, out length);
        _pingLength = 0;
        if (_messageLength == 0)
        {
            if (!TryFindEndOfHead(bytes, out var headLength))
                return bytes.Length < maxLength ? StreamVerdict.NeedMore : StreamVerdict.TooLong;
            var bodyLength = BodyLength(bytes[..headLength]);
            if (bodyLength == Invalid || bodyLength > maxLength - headLength)
            {
                length = headLength;
                _searched = 0;
                return StreamVerdict.LastMessage;
            }
            _messageLength = headLength + Math.Max(bodyLength, 0);
        }
        if (bytes.Length < _messageLength)
            return StreamVerdict.NeedMore;
        length = _messageLength;
        _searched = _messageLength = 0;
        return StreamVerdict.Message;
    }

    // RFC 3261 7.5: line ends before a start line mean nothing. RFC 5626 3.5.1: two CRLF in a row are a ping, wherever the segments break.
    private StreamVerdict SkipLineEnds(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        while (length < bytes.Length && bytes[length] is (byte)'\r' or (byte)'\n')
        {
            var isNext = bytes[length++] == "\r\n\r\n"u8[_pingLength];
            _pingLength = isNext ? _pingLength + 1 : 0;
            if (_pingLength == 4)
            {
                _pingLength = 0;
                return StreamVerdict.Ping;
            }
        }
        return StreamVerdict.Blank;
    }

    private bool TryFindEndOfHead(ReadOnlySpan<byte> bytes, out int headLength)
    {
        headLength = 0;
        while (true)
        {
            var found = bytes[_searched..].IndexOf((byte)'\n');
            if (found < 0)
            {
                _searched = bytes.Length;
                return false;
            }
            var lineEnd = _searched + found;
            var behind = bytes[(lineEnd + 1)..];
            if (behind.StartsWith("\n"u8))
                headLength = lineEnd + 2;
            else if (behind.StartsWith("\r\n"u8))
                headLength = lineEnd + 3;
            else if (behind.IsEmpty || (behind.Length == 1 && behind[0] == '\r'))
                // The line end itself must be seen again, together with what follows.
                _searched = lineEnd;
            else
            {
                _searched = lineEnd + 1;
                continue;
            }
            return headLength > 0;
        }
    }

    /// <summary>The Content-Length of a head; Invalid when it is no number, or when there are two that differ.</summary>
    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var length = Absent;
        while (!head.IsEmpty)
        {
            var end = EndOfField(head);
            var field = head[..end];
            head = head[end..];
            var colon = field.IndexOf((byte)':');
            if (colon <= 0 || !IsContentLength(field[..colon].TrimEnd(" \t"u8)))
                continue;
            var value = field[(colon + 1)..].Trim(" \t\r\n"u8);
            if (!Utf8Parser.TryParse(value, out int number, out var consumed) || consumed != value.Length || value[0] is not (>= (byte)'0' and <= (byte)'9')
                || (length != Absent && length != number))
            {
                return Invalid;
            }
            length = number;
        }
        return length;
    }

    private static bool IsContentLength(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "content-length"u8) || Ascii.EqualsIgnoreCase(name, "l"u8);

    // RFC 3261 7.3.1: a line that begins with white space goes on with the field before.
    private static int EndOfField(ReadOnlySpan<byte> head)
    {
        var end = 0;
        while (true)
        {
            var found = head[end..].IndexOf((byte)'\n');
            if (found < 0)
                return head.Length;
            end += found + 1;
            if (end == head.Length || head[end] is not ((byte)' ' or (byte)'\t'))
                return end;
        }
    }
}
