using ScriptedSip.Sip;

namespace ScriptedSip.Server;

/// <summary>
/// Gives memory back to the system when a burst is over. While messages flow hardly anything is allocated, so the collector has no reason of its own
/// to look, and what a burst has left would stay.
/// </summary>
internal sealed class IdleTrim(SipCounters counters, Action collect)
{
    /// <summary>Messages a second below which it is quiet.</summary>
    public const int QuietMessages = 200;

    /// <summary>Seconds it must be quiet.</summary>
    public const int QuietSeconds = 3;

    /// <summary>Seconds after which what the first trim left to finalizers, and the compiler's work space, can go too.</summary>
    public const int AfterFinalizersSeconds = 6;

    /// <summary>Seconds after which the burst's last transaction has ended (64*T1) and the pools have been trimmed twice: then a last time, until the next burst.</summary>
    public const int SettledSeconds = 60;

    // A larger heap takes too long to go through while everything stands still.
    private const long LargestHeapBytes = 256L * 1024 * 1024;

    private long _messages;
    private int _quietSeconds = SettledSeconds;

    /// <summary>To be called every second.</summary>
    public void OnSecond()
    {
        var messages = counters[Counter.RequestsReceived] + counters[Counter.RepliesReceived] + counters[Counter.NotSip];
        var isQuiet = messages - _messages < QuietMessages;
        _messages = messages;
        if (!isQuiet)
            _quietSeconds = 0;
        else if (_quietSeconds < SettledSeconds && ++_quietSeconds is QuietSeconds or AfterFinalizersSeconds or SettledSeconds)
            collect();
    }

    /// <summary>Collects all garbage and returns what is free, unless that would take long.</summary>
    public static void Collect()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= LargestHeapBytes)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
