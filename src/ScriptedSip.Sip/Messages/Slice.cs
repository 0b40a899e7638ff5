namespace ScriptedSip.Sip.Messages;

/// <summary>A place inside a message's buffer: offset and length in bytes. Absent parts have length 0 and offset -1.</summary>
public readonly record struct Slice(int Offset, int Length)
{
    /// <summary>The slice of something that is not there.</summary>
    public static readonly Slice None = new(-1, 0);

    /// <summary>True when the part exists, even if it is empty.</summary>
    public bool IsPresent => Offset >= 0;

    /// <summary>True when there is nothing to read: absent or empty.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>Offset of the first byte behind the slice.</summary>
    public int End => Offset + Length;

    /// <summary>The slice from one offset up to, not including, another.</summary>
    public static Slice Between(int start, int end) => new(start, end - start);

    /// <summary>The same bytes counted from another origin: <paramref name="by"/> is added to the offset of a present slice.</summary>
    public Slice Shift(int by) => IsPresent ? new Slice(Offset + by, Length) : this;

    /// <summary>The bytes of this slice in <paramref name="buffer"/>; empty when absent.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> buffer) => Length == 0 ? default : buffer.Slice(Offset, Length);
}
