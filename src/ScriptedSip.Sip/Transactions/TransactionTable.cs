namespace ScriptedSip.Sip.Transactions;

/// <summary>
/// All transactions: by server key in hashed shards, and by slot number for replies, whose branch names the slot. Objects are reused and keep their
/// slot; a label, new at each use, tells a stale reference. What a burst has left over is given up by <see cref="Trim"/>. Thread-safe.
/// </summary>
internal sealed class TransactionTable
{
    private const int ShardCount = 64;
    private const int SegmentShift = 10;

    private readonly Shard[] _shards = new Shard[ShardCount];
    private readonly FreeList<Transaction> _free = new();
    private readonly Stack<int> _vacant = new();
    private Transaction?[][] _segments = [];
    private int _slotCount;
    private int _count;

    public TransactionTable()
    {
        for (var i = 0; i < ShardCount; i++)
            _shards[i] = new Shard();
    }

    /// <summary>Transactions in the table.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Objects there are, in use or not.</summary>
    public int Capacity
    {
        get
        {
            lock (_vacant)
                return _slotCount - _vacant.Count;
        }
    }

    /// <summary>An unused transaction.</summary>
    public Transaction Rent()
    {
        if (_free.TryTake(out var transaction))
            return transaction;
        lock (_vacant)
        {
            if (!_vacant.TryPop(out var slot))
                slot = AddSlot();
            transaction = new Transaction(slot);
            SlotAt(slot) = transaction;
            return transaction;
        }
    }

    private int AddSlot()
    {
        var slot = _slotCount;
        var segments = _segments;
        if (slot >> SegmentShift == segments.Length)
        {
            Array.Resize(ref segments, segments.Length + 1);
            segments[^1] = new Transaction?[1 << SegmentShift];
            Volatile.Write(ref _segments, segments);
        }
        Volatile.Write(ref _slotCount, slot + 1);
        return slot;
    }

    private ref Transaction? SlotAt(int slot) => ref Volatile.Read(ref _segments)[slot >> SegmentShift][slot & ((1 << SegmentShift) - 1)];

    /// <summary>Gives back an object that is in no shard any more.</summary>
    public void Return(Transaction transaction) => _free.TryPut(transaction);

    /// <summary>
    /// Gives up the objects that lay unused ever since the last call; what traffic needs at its height between two calls stays. Their slots are used
    /// again, by other objects: who still holds an old one finds it unused for ever.
    /// </summary>
    public void Trim()
    {
        lock (_vacant)
        {
            _free.Trim(transaction =>
            {
                SlotAt(transaction.Slot) = null;
                _vacant.Push(transaction.Slot);
            });
        }
        foreach (var shard in _shards)
            shard.Trim();
    }

    /// <summary>The object at a slot number taken from a message; null when there is none.</summary>
    public Transaction? At(int slot) => (uint)slot < (uint)Volatile.Read(ref _slotCount) ? Volatile.Read(ref SlotAt(slot)) : null;

    /// <summary>Enters a transaction under its key, unless there is one already: then that one is returned.</summary>
    public Transaction? AddOrGet(in TransactionKey key, Transaction transaction)
    {
        var existing = ShardOf(key).AddOrGet(key, transaction);
        if (existing is null)
            Interlocked.Increment(ref _count);
        return existing;
    }

    /// <summary>The transaction with that key and its label at this moment.</summary>
    public Transaction? Find(in TransactionKey key, out uint label) => ShardOf(key).Find(key, out label);

    public void Remove(Transaction transaction)
    {
        if (ShardOf(transaction.Key).Remove(transaction))
            Interlocked.Decrement(ref _count);
    }

    private Shard ShardOf(in TransactionKey key) => _shards[key.High & (ShardCount - 1)];

    private sealed class Shard
    {
        private const int LeastBuckets = 64;

        private readonly Lock _lock = new();
        private Transaction?[] _buckets = new Transaction?[LeastBuckets];
        private int _entries;

        public Transaction? AddOrGet(in TransactionKey key, Transaction transaction)
        {
            lock (_lock)
            {
                if (Search(key) is { } existing)
                    return existing;
                if (++_entries > _buckets.Length)
                    Resize(_buckets.Length * 2);
                transaction.Key = key;
                ref var head = ref Bucket(key);
                transaction.NextInBucket = head;
                head = transaction;
                return null;
            }
        }

        public Transaction? Find(in TransactionKey key, out uint label)
        {
            lock (_lock)
            {
                var found = Search(key);
                label = found?.Label ?? 0;
                return found;
            }
        }

        public bool Remove(Transaction transaction)
        {
            lock (_lock)
            {
                ref var link = ref Bucket(transaction.Key);
                while (link is not null && !ReferenceEquals(link, transaction))
                    link = ref link.NextInBucket;
                if (link is null)
                    return false;
                link = transaction.NextInBucket;
                transaction.NextInBucket = null;
                _entries--;
                return true;
            }
        }

        public void Trim()
        {
            lock (_lock)
            {
                var enough = _buckets.Length;
                while (enough > LeastBuckets && _entries < enough / 4)
                    enough /= 2;
                if (enough < _buckets.Length)
                    Resize(enough);
            }
        }

        private ref Transaction? Bucket(in TransactionKey key) => ref _buckets[key.Low & (ulong)(_buckets.Length - 1)];

        private Transaction? Search(in TransactionKey key)
        {
            for (var entry = Bucket(key); entry is not null; entry = entry.NextInBucket)
            {
                if (entry.Key == key)
                    return entry;
            }
            return null;
        }

        private void Resize(int buckets)
        {
            var old = _buckets;
            _buckets = new Transaction?[buckets];
            foreach (var head in old)
            {
                for (var entry = head; entry is not null;)
                {
                    var next = entry.NextInBucket;
                    ref var bucket = ref Bucket(entry.Key);
                    entry.NextInBucket = bucket;
                    bucket = entry;
                    entry = next;
                }
            }
        }
    }
}
