using System.Collections.Concurrent;

namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>Targets that failed a moment ago and are to be tried last for a while. It is the target that is marked, never the name that led to it.</summary>
internal sealed class Quarantine(IClock clock)
{
    /// <summary>How long a failure is remembered.</summary>
    public const int Milliseconds = 30_000;

    private const int MostEntries = 4096;

    private readonly ConcurrentDictionary<SipEndpoint, long> _until = new();
    private long _lastUntil = long.MinValue;

    public void Add(in SipEndpoint target)
    {
        if (_until.Count >= MostEntries)
        {
            foreach (var pair in _until.Where(p => p.Value <= clock.Milliseconds))
                _until.TryRemove(pair);
            if (_until.Count >= MostEntries)
                return;
        }
        var until = clock.Milliseconds + Milliseconds;
        _until[target] = until;
        Volatile.Write(ref _lastUntil, until);
    }

    /// <summary>True when nothing can be in here: one comparison, where asking the table would take all of its locks.</summary>
    public bool IsEmpty => clock.Milliseconds >= Volatile.Read(ref _lastUntil);

    public bool Contains(SipEndpoint target)
    {
        if (!_until.TryGetValue(target, out var until))
            return false;
        if (clock.Milliseconds < until)
            return true;
        _until.TryRemove(KeyValuePair.Create(target, until));
        return false;
    }
}
