using System.Numerics;

namespace ScriptedSip.Sip.Messages;

/// <summary>
/// A pooled, pinned byte buffer with a reference count. The only ownership rule: whoever stores one calls <see cref="Retain"/>,
/// and everyone who holds one calls <see cref="Release"/> once. Pinned so that the kernel can read it while it waits in a queue.
/// </summary>
public sealed class MessageBuffer
{
    private readonly MessageBufferPool _pool;
    private int _references;

    internal MessageBuffer(MessageBufferPool pool, int sizeClass, int size)
    {
        _pool = pool;
        SizeClass = sizeClass;
        Bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
    }

    /// <summary>The storage; only the first <see cref="Length"/> bytes mean anything.</summary>
    public byte[] Bytes { get; }

    /// <summary>Bytes in use.</summary>
    public int Length { get; set; }

    /// <summary>The bytes in use.</summary>
    public ReadOnlySpan<byte> Span => new(Bytes, 0, Length);

    /// <summary>The bytes in use as text.</summary>
    public Utf8Text Text => new(Bytes, 0, Length);

    internal int SizeClass { get; }

    internal void Rented() => _references = 1;

    /// <summary>Adds a holder.</summary>
    public MessageBuffer Retain()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    /// <summary>Drops a holder; the last one returns the buffer to its pool.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left == 0)
            _pool.Return(this);
        else if (left < 0)
            throw new InvalidOperationException("A message buffer was released more often than it was retained.");
    }
}

/// <summary>Buffers of 256 bytes to 128 KiB, two sizes to each power of two: 256, 384, 512, 768 … Thread-safe.</summary>
public sealed class MessageBufferPool
{
    /// <summary>The largest message that is handled, in bytes: a UDP datagram cannot be longer, a TCP message is refused beyond it.</summary>
    public const int LargestSize = 128 * 1024;

    private const int SmallestShift = 8;
    private const int ClassCount = 19;

    private readonly FreeList<MessageBuffer>[] _free = new FreeList<MessageBuffer>[ClassCount];
    private int _made;

    /// <summary>A pool that keeps at most <paramref name="bytesKeptPerSize"/> bytes of unused buffers of each size.</summary>
    public MessageBufferPool(int bytesKeptPerSize = 16 * 1024 * 1024)
    {
        for (var i = 0; i < ClassCount; i++)
            _free[i] = new FreeList<MessageBuffer>(bytesKeptPerSize / SizeOf(i));
    }

    /// <summary>Buffers held by somebody at this moment; a walk over the sizes, for tests and reports.</summary>
    public int Outstanding
    {
        get
        {
            var free = 0;
            foreach (var list in _free)
                free += list.Count;
            return Volatile.Read(ref _made) - free;
        }
    }

    /// <summary>A buffer of at least <paramref name="size"/> bytes, held once, with Length 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="LargestSize"/> was asked for.</exception>
    public MessageBuffer Rent(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestSize);
        var sizeClass = ClassOf(size);
        if (!_free[sizeClass].TryTake(out var buffer))
        {
            buffer = new MessageBuffer(this, sizeClass, SizeOf(sizeClass));
            Interlocked.Increment(ref _made);
        }
        buffer.Length = 0;
        buffer.Rented();
        return buffer;
    }

    /// <summary>Gives up the buffers that lay unused ever since the last call; what traffic needs at its height between two calls stays.</summary>
    public void Trim()
    {
        foreach (var list in _free)
            Interlocked.Add(ref _made, -list.Trim());
    }

    private static int SizeOf(int sizeClass) => (2 + (sizeClass & 1)) << (SmallestShift - 1 + (sizeClass >> 1));

    private static int ClassOf(int size)
    {
        if (size <= 1 << SmallestShift)
            return 0;
        // The power of two below, and whether half as much again is enough.
        var shift = BitOperations.Log2((uint)size - 1);
        return (2 * (shift - SmallestShift)) + (size <= 3 << (shift - 1) ? 1 : 2);
    }

    internal void Return(MessageBuffer buffer)
    {
        if (!_free[buffer.SizeClass].TryPut(buffer))
            Interlocked.Decrement(ref _made);
    }
}
