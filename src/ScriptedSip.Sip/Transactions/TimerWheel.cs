namespace ScriptedSip.Sip.Transactions;

/// <summary>
/// A hashed timer wheel with intrusive links: start and stop in constant time, no allocation. A transaction has one entry, for the earliest of its
/// deadlines; when that deadline moved away meanwhile, the entry fires early and is put back. Thread-safe.
/// </summary>
internal sealed class TimerWheel(long now)
{
    /// <summary>Length of a tick in milliseconds: no timer fires early, none later than this after its deadline plus the caller's own delay.</summary>
    public const int TickLength = 10;

    private const int SlotCount = 4096;

    // How far ahead of the last tick the next entry is looked for.
    private const int SearchedSlots = 64;

    private readonly Transaction?[] _slots = new Transaction?[SlotCount];
    private readonly Lock _lock = new();
    private int _count;
    private long _tick = now / TickLength;

    // No entry is due before this tick.
    private long _earliest = long.MaxValue;

    /// <summary>A time before which no entry is due, in milliseconds; <see cref="ClientBranch.Never"/> when there is none.</summary>
    public long NextDue => Volatile.Read(ref _earliest) is var tick && tick == long.MaxValue ? ClientBranch.Never : tick * TickLength;

    /// <summary>Sets or moves the entry of a transaction.</summary>
    public void Schedule(Transaction transaction, long deadline)
    {
        lock (_lock)
        {
            if (transaction.WheelDeadline != ClientBranch.Never)
                Unlink(transaction);
            var tick = Math.Max((deadline + TickLength - 1) / TickLength, _tick + 1);
            if (tick < _earliest)
                Volatile.Write(ref _earliest, tick);
            ref var head = ref _slots[tick & (SlotCount - 1)];
            transaction.WheelDeadline = deadline;
            transaction.WheelTick = tick;
            transaction.WheelPrevious = null;
            transaction.WheelNext = head;
            if (head is not null)
                head.WheelPrevious = transaction;
            head = transaction;
            _count++;
        }
    }

    /// <summary>Takes out the entry of a transaction, if it has one.</summary>
    public void Remove(Transaction transaction)
    {
        if (transaction.WheelDeadline == ClientBranch.Never)
            return;
        lock (_lock)
        {
            if (transaction.WheelDeadline != ClientBranch.Never)
                Unlink(transaction);
        }
    }

    /// <summary>Moves time on and appends the transactions whose deadline has come to <paramref name="expired"/>.</summary>
    public void Advance(long now, List<Transaction> expired)
    {
        var target = now / TickLength;
        // What is scheduled at this moment is due later.
        if (target < Volatile.Read(ref _earliest))
            return;
        lock (_lock)
        {
            // After a long stop one turn of the wheel visits every entry.
            if (target - _tick > SlotCount)
                _tick = target - SlotCount;
            while (_tick < target)
            {
                _tick++;
                for (var entry = _slots[_tick & (SlotCount - 1)]; entry is not null;)
                {
                    var next = entry.WheelNext;
                    if (entry.WheelTick <= target)
                    {
                        Unlink(entry);
                        expired.Add(entry);
                    }
                    entry = next;
                }
            }
            Volatile.Write(ref _earliest, FindNext());
        }
    }

    // The next slot in use, or how far there is none.
    private long FindNext()
    {
        if (_count == 0)
            return long.MaxValue;
        var tick = _tick + 1;
        while (tick <= _tick + SearchedSlots && _slots[tick & (SlotCount - 1)] is null)
            tick++;
        return tick;
    }

    private void Unlink(Transaction transaction)
    {
        if (transaction.WheelPrevious is null)
            _slots[transaction.WheelTick & (SlotCount - 1)] = transaction.WheelNext;
        else
            transaction.WheelPrevious.WheelNext = transaction.WheelNext;
        if (transaction.WheelNext is not null)
            transaction.WheelNext.WheelPrevious = transaction.WheelPrevious;
        transaction.WheelNext = transaction.WheelPrevious = null;
        transaction.WheelDeadline = ClientBranch.Never;
        _count--;
    }
}
