namespace ScriptedSip.Sip.Transport;

/// <summary>
/// How long a receiving thread rests before it asks for the next batch. To sleep and be woken costs more than most messages, so while datagrams keep coming
/// they are left to gather for a moment; when few come, the thread waits for each of them, and when many come, it never rests.
/// </summary>
internal sealed class ReceivePace(long ticksPerSecond)
{
    /// <summary>The most a datagram waits, but for the slack of the system's timers.</summary>
    public const int LongestRestMicroseconds = 250;

    // As many share one wake-up: more would make it hardly cheaper, only later.
    private const int WantedBatch = 8;

    // A rest in which fewer come would only be one more sleep.
    private const int SmallestGain = 1;

    private const int WindowMilliseconds = 5;

    private long _windowStart;
    private int _inWindow;
    private double _restMicroseconds;

    /// <summary>The rest to take after a batch of <paramref name="count"/> datagrams, in microseconds; 0 for none.</summary>
    public int After(int count, long now)
    {
        _inWindow += count;
        var elapsed = now - _windowStart;
        if (elapsed * 1000 >= WindowMilliseconds * ticksPerSecond)
        {
            var perMicrosecond = _inWindow * (ticksPerSecond / 1e6) / elapsed;
            _restMicroseconds = perMicrosecond * LongestRestMicroseconds < SmallestGain ? 0 : Math.Min(WantedBatch / perMicrosecond, LongestRestMicroseconds);
            _windowStart = now;
            _inWindow = 0;
        }
        return count >= DatagramIo.BatchSize ? 0 : (int)_restMicroseconds;
    }
}
