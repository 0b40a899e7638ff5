using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Pike;

/// <summary>What a count of requests says about its source.</summary>
internal enum FloodVerdict
{
    Quiet,

    /// <summary>Too many in this or the last unit of time; it was so already.</summary>
    Flooding,

    /// <summary>Too many, for the first time.</summary>
    Detected,
}

/// <summary>
/// Counts requests by source address in units of time. A source floods from the moment its count passes the limit until a whole unit has
/// stayed below. Thread-safe; memory is bounded, whatever addresses turn up.
/// </summary>
internal sealed class FloodWatch
{
    private const int ShardCount = 64;
    private const int MaxSourcesPerShard = 4096;

    private readonly Shard[] _shards = new Shard[ShardCount];
    private readonly int _limit;
    private readonly int _unit;
    private readonly int _memory;

    /// <param name="limit">Requests allowed in a unit.</param>
    /// <param name="unit">Length of a unit in milliseconds.</param>
    /// <param name="memory">How long a source is remembered after its last request, in milliseconds.</param>
    public FloodWatch(int limit, int unit, int memory)
    {
        _limit = limit;
        _unit = unit;
        _memory = memory;
        for (var i = 0; i < _shards.Length; i++)
            _shards[i] = new Shard();
    }

    /// <summary>Sources remembered.</summary>
    public int SourceCount
    {
        get
        {
            var count = 0;
            foreach (var shard in _shards)
            {
                lock (shard.Lock)
                    count += shard.Sources.Count;
            }
            return count;
        }
    }

    /// <summary>Counts one request.</summary>
    public FloodVerdict Count(in SipEndpoint source, long now)
    {
        var key = (source.AddressHigh, source.AddressLow);
        var shard = _shards[(uint)key.GetHashCode() % ShardCount];
        lock (shard.Lock)
        {
            if (shard.Sources.Count >= MaxSourcesPerShard && !shard.Sources.ContainsKey(key))
                shard.Forget(now, _memory, all: true);
            ref var counts = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(shard.Sources, key, out _);
            counts.LastAt = now;
            return counts.Add(now / _unit, _limit);
        }
    }

    /// <summary>Forgets sources that have been silent for long enough; for the timer.</summary>
    public void Forget(long now)
    {
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
                shard.Forget(now, _memory, all: false);
        }
    }

    private sealed class Shard
    {
        private readonly List<(ulong, ulong)> _silent = [];

        public Lock Lock { get; } = new();

        public Dictionary<(ulong High, ulong Low), Counts> Sources { get; } = [];

        // With "all" the shard is full: then everything goes that does not flood at this moment.
        public void Forget(long now, int memory, bool all)
        {
            foreach (var (key, counts) in Sources)
            {
                if (now - counts.LastAt > memory || (all && !counts.IsFlooding))
                    _silent.Add(key);
            }
            foreach (var key in _silent)
                Sources.Remove(key);
            _silent.Clear();
        }
    }

    private struct Counts
    {
        private long _unit;
        private int _current;
        private int _previous;

        public long LastAt;

        public bool IsFlooding { get; private set; }

        public FloodVerdict Add(long unit, int limit)
        {
            if (unit != _unit)
            {
                _previous = unit == _unit + 1 ? _current : 0;
                _current = 0;
                _unit = unit;
            }
            _current++;
            var was = IsFlooding;
            IsFlooding = _current > limit || _previous > limit;
            return !IsFlooding ? FloodVerdict.Quiet : was ? FloodVerdict.Flooding : FloodVerdict.Detected;
        }
    }
}
