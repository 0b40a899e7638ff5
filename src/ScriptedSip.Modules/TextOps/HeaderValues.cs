using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>The values of a header with commas between them, over all its lines (RFC 3261 7.3.1), as they came.</summary>
internal ref struct HeaderValues(SipMessage message, HeaderName header)
{
    private int _row = -1;
    private Slice _rest = Slice.None;
    private bool _isOneLine;

    /// <summary>The values of one line.</summary>
    public static HeaderValues InLine(SipMessage message, int row) =>
        new(message, default) { _row = row, _rest = message.Header(row).Value, _isOneLine = true };

    /// <summary>The value at hand, without blanks around it.</summary>
    public Slice Current { get; private set; }

    /// <summary>The line it stands in.</summary>
    public readonly int Row => _row;

    public bool MoveNext()
    {
        while (_rest.IsEmpty)
        {
            if (_isOneLine)
                return false;
            _row = message.FindNext(header.Id, header.Name.Span, _row);
            if (_row < 0)
                return false;
            _rest = message.Header(_row).Value;
        }
        var bytes = message[_rest];
        var end = ValueEnd(bytes);
        Current = Trimmed(bytes[..end], _rest.Offset);
        _rest = end < bytes.Length ? new Slice(_rest.Offset + end + 1, bytes.Length - end - 1) : Slice.None;
        return true;
    }

    /// <summary>How many there are.</summary>
    public static int Count(SipMessage message, HeaderName header)
    {
        var count = 0;
        var values = new HeaderValues(message, header);
        while (values.MoveNext())
            count++;
        return count;
    }

    // A comma in quotes or angle brackets separates nothing.
    private static int ValueEnd(ReadOnlySpan<byte> bytes)
    {
        var isQuoted = false;
        var isBracketed = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            switch (bytes[i])
            {
                case (byte)'\\' when isQuoted:
                    i++;
                    break;
                case (byte)'"' when !isBracketed:
                    isQuoted = !isQuoted;
                    break;
                case (byte)'<' when !isQuoted:
                    isBracketed = true;
                    break;
                case (byte)'>' when !isQuoted:
                    isBracketed = false;
                    break;
                case (byte)',' when !isQuoted && !isBracketed:
                    return i;
            }
        }
        return bytes.Length;
    }

    private static Slice Trimmed(ReadOnlySpan<byte> bytes, int offset)
    {
        var start = 0;
        var end = bytes.Length;
        while (start < end && bytes[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            start++;
        while (end > start && bytes[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            end--;
        return Slice.Between(offset + start, offset + end);
    }
}
