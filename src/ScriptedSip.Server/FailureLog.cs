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

    /// <param name="where">What was being done, as the start of the sentence.</param>
    /// <param name="exception">The fault.</param>
    public void Report(string where, Exception exception)
    {
        counters.Add(Counter.WorkerFailures);
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
        var more = suppressed == 0 ? "" : $" ({suppressed} more since the last line)";
        log.Write(LogLevel.Error, $"{where} failed{more}: {exception}");
    }
}
