namespace ScriptedSip.Modules.RateLimit;

/// <summary>How a pipe chooses what does not pass.</summary>
internal enum PipeAlgorithm
{
    /// <summary>All that is above the limit.</summary>
    TailDrop,

    /// <summary>Random early detection: from half of the limit on, more and more.</summary>
    RandomEarly,
}

/// <summary>A token bucket: a token for each request, as many new ones a second as the limit says, and never more than one second's. Thread-safe.</summary>
internal sealed class Pipe(int limit, PipeAlgorithm algorithm)
{
    private readonly Lock _lock = new();
    private int _limit = limit;

    // Thousandths of a token, so that small limits fill evenly.
    private long _tokens = limit * 1000L;
    private long _filledAt = long.MinValue;

    /// <summary>Requests a second.</summary>
    public int Limit => Volatile.Read(ref _limit);

    public PipeAlgorithm Algorithm { get; } = algorithm;

    /// <summary>When it was last asked, in the clock's milliseconds.</summary>
    public long UsedAt => Volatile.Read(ref _filledAt);

    /// <summary>True when a request may pass; <paramref name="random"/> decides early drops.</summary>
    public bool TryPass(int limit, long now, ulong random)
    {
        lock (_lock)
        {
            _limit = limit;
            var most = limit * 1000L;
            _tokens = _filledAt == long.MinValue ? most : Math.Min(most, _tokens + ((now - _filledAt) * limit));
            _filledAt = now;
            if (_tokens < 1000 || (Algorithm == PipeAlgorithm.RandomEarly && IsDroppedEarly(most, random)))
                return false;
            _tokens -= 1000;
            return true;
        }
    }

    /// <summary>Gives a request's token back.</summary>
    public void GiveBack()
    {
        lock (_lock)
            _tokens = Math.Min(_limit * 1000L, _tokens + 1000);
    }

    /// <summary>Fills the bucket.</summary>
    public void Refill()
    {
        lock (_lock)
            _tokens = _limit * 1000L;
    }

    private bool IsDroppedEarly(long most, ulong random)
    {
        var missing = (most / 2) - _tokens;
        return missing > 0 && (long)(random % (ulong)(most / 2)) < missing;
    }
}
