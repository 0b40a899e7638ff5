namespace ScriptedSip.Modules.UsrLoc;

/// <summary>
/// A part of a location table: records in a hash table with open addressing, the hash beside the reference, so that a look-up in a large table
/// waits for memory once for the table and once for the record. Whoever changes it holds its lock and makes its version odd meanwhile; a look-up
/// takes no lock but looks again, with the lock, when the version was odd or has changed.
/// </summary>
internal sealed class LocationStripe
{
    // Never written to: an empty stripe needs no table of its own.
    private static readonly Slot[] Nothing = new Slot[1];

    private Slot[] _slots = Nothing;
    private int _version;
    private int _recordCount;

    private struct Slot
    {
        public LocationRecord? Record;
        public int Hash;
    }

    public Lock Lock { get; } = new();

    public int BindingCount { get; set; }

    /// <summary>The records; for holders of the lock.</summary>
    public IEnumerable<LocationRecord> Records
    {
        get
        {
            foreach (var slot in _slots)
            {
                if (slot.Record is { } record)
                    yield return record;
            }
        }
    }

    /// <summary>Adds the live bindings of an address-of-record to a list, best first; false when there are none.</summary>
    public bool Find(int hash, ReadOnlySpan<byte> key, long now, BindingList found)
    {
        var version = Volatile.Read(ref _version);
        if ((version & 1) == 0)
        {
            var count = found.Count;
            var isFound = Find(hash, key) is { } record && record.Collect(now, found);
            Volatile.ReadBarrier();
            if (version == _version)
                return isFound;
            found.Truncate(count);
        }
        lock (Lock)
            return Find(hash, key) is { } record && record.Collect(now, found);
    }

    /// <summary>Begins a change, which ends when the result is disposed of.</summary>
    public Change Write() => new(this);

    public LocationRecord? Find(int hash, ReadOnlySpan<byte> key)
    {
        var slots = _slots;
        for (var (at, left) = (PlaceOf(hash, slots), slots.Length); left > 0; at = Next(at, slots), left--)
        {
            ref var slot = ref slots[at];
            if (slot.Record is not { } record)
                return null;
            if (slot.Hash == hash && record.Key.SequenceEqual(key))
                return record;
        }
        return null;
    }

    /// <summary>Adds a record that is not there; within a change.</summary>
    public LocationRecord Add(int hash, ReadOnlySpan<byte> key)
    {
        // Three quarters full at most: runs of full places stay short.
        if ((_recordCount + 1) * 4 > _slots.Length * 3)
            Grow();
        _recordCount++;
        var record = new LocationRecord(hash, key);
        Put(record, _slots);
        return record;
    }

    /// <summary>Removes a record that has no bindings left; within a change.</summary>
    public void Drop(LocationRecord? record)
    {
        if (record is null || record.First is not null)
            return;
        var at = PlaceOf(record.Hash, _slots);
        while (_slots[at].Record != record)
            at = Next(at, _slots);
        RemoveAt(at);
    }

    /// <summary>Removes expired bindings; within a change.</summary>
    public int RemoveExpired(long now)
    {
        var removed = 0;
        for (var at = 0; at < _slots.Length && _recordCount > 0;)
        {
            if (_slots[at].Record is { } record)
            {
                removed += record.RemoveExpired(now);
                if (record.First is null)
                {
                    // What follows may have moved up to this place.
                    RemoveAt(at);
                    continue;
                }
            }
            at++;
        }
        BindingCount -= removed;
        return removed;
    }

    // Records behind the gap move up unless that would put them before the place they belong to, so that no run of full places is broken.
    private void RemoveAt(int gap)
    {
        _recordCount--;
        for (var at = Next(gap, _slots); _slots[at].Record is { } record; at = Next(at, _slots))
        {
            var mask = _slots.Length - 1;
            var wanted = PlaceOf(record.Hash, _slots);
            if (((at - wanted) & mask) < ((at - gap) & mask))
                continue;
            _slots[gap] = _slots[at];
            gap = at;
        }
        _slots[gap] = default;
    }

    // The low bits chose the stripe; the high ones choose the place.
    private static int PlaceOf(int hash, Slot[] slots) => (int)(((uint)hash >> 16 | (uint)hash << 16) & (uint)(slots.Length - 1));

    private static int Next(int at, Slot[] slots) => (at + 1) & (slots.Length - 1);

    private static void Put(LocationRecord record, Slot[] slots)
    {
        var at = PlaceOf(record.Hash, slots);
        while (slots[at].Record is not null)
            at = Next(at, slots);
        slots[at] = new Slot { Record = record, Hash = record.Hash };
    }

    private void Grow()
    {
        var larger = new Slot[Math.Max(4, _slots.Length * 2)];
        foreach (var slot in _slots)
        {
            if (slot.Record is { } record)
                Put(record, larger);
        }
        _slots = larger;
    }

    /// <summary>A change under way: the lock is held and look-ups are told to wait for it.</summary>
    internal readonly ref struct Change
    {
        private readonly LocationStripe _stripe;

        public Change(LocationStripe stripe)
        {
            _stripe = stripe;
            stripe.Lock.Enter();
            stripe._version++;
            Volatile.WriteBarrier();
        }

        public void Dispose()
        {
            Volatile.Write(ref _stripe._version, _stripe._version + 1);
            _stripe.Lock.Exit();
        }
    }
}
