using System.Buffers.Text;

namespace ScriptedSip.Sip.Messages;

/// <summary>
/// Appends bytes to a span and remembers when they did not fit, instead of throwing: the caller asks once, at the end.
/// </summary>
public ref struct SpanWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>True when something did not fit; what was written is then incomplete.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>What has been written.</summary>
    public readonly Span<byte> Written => _destination[..Length];

    /// <summary>Room left.</summary>
    public readonly Span<byte> Rest => _destination[Length..];

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _destination.Length - Length)
        {
            Overflowed = true;
            return;
        }
        bytes.CopyTo(_destination[Length..]);
        Length += bytes.Length;
    }

    public void Write(Utf8Text text) => Write(text.Span);

    public void Write(byte value)
    {
        if (Length == _destination.Length)
        {
            Overflowed = true;
            return;
        }
        _destination[Length++] = value;
    }

    /// <summary>Writes a decimal number.</summary>
    public void Write(long number)
    {
        if (Utf8Formatter.TryFormat(number, _destination[Length..], out var written))
            Length += written;
        else
            Overflowed = true;
    }

    /// <summary>Writes a number in lower-case hexadecimal digits without leading zeros.</summary>
    public void WriteHex(ulong number)
    {
        if (Utf8Formatter.TryFormat(number, _destination[Length..], out var written, 'x'))
            Length += written;
        else
            Overflowed = true;
    }

    /// <summary>Accepts bytes that were put into <see cref="Rest"/> directly.</summary>
    public void Advance(int count) => Length += count;
}
