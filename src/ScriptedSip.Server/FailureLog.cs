using ScriptedSip.Script.Api;
using ScriptedSip.Sip;

namespace ScriptedSip.Server;

/// <summary>Counts every failure and logs at most one a second, so that a fault each message triggers cannot fill a disk.</summary>
internal sealed class FailureLog(ScriptLog log, SipCounters counters, IClock clock)
{
    private const long IntervalMilliseconds = 1000;

    private readonly Lock _gate = new();
    private long _nextAt = long.MinValue;
    private long _suppressed;

    /// <summary>A fault of the program itself that a thread has survived.</summary>
    /// <param name="where">What was being done, as the start of the sentence.</param>
    /// <param name="exception">The fault.</param>
    public void Report(string where, Exception exception) => Report(Counter.WorkerFailures, where + " failed: ", exception);

    /// <param name="counter">What it counts as.</param>
    /// <param name="beginning">The start of the sentence.</param>
    /// <param name="what">The rest; made text only when it is printed.</param>
    public void Report(Counter counter, string beginning, object what)
    {
        counters.Add(counter);
        long suppressed;
        lock (_gate)
        {
            if (clock.Milliseconds < _nextAt)
            {
                _suppressed++;
                return;
            }
            _nextAt = clock.Milliseconds + IntervalMilliseconds;
            suppressed = _suppressed;
            _suppressed = 0;
        }
        log.Write(LogLevel.Error, suppressed == 0 ? $"{beginning}{what}" : $"{beginning}{what} ({suppressed} more failures since the last line)");
    }
}
