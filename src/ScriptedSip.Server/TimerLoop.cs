using ScriptedSip.Script.Api;
using ScriptedSip.Server.Seats;
using ScriptedSip.Sip;

namespace ScriptedSip.Server;

/// <summary>The work that moves time: transaction timers and whatever modules want done every so often.</summary>
internal sealed class TimerLoop(IClock clock, Func<ISeat, ScriptContext> newContext, SeatThreads threads, IMessageSink sink, ConsoleLog log, FailureLog failures)
    : Seat("timer", newContext, threads, sink)
{
    /// <summary>The finest step of any timer: finer ones would cost more than the timers of SIP are worth.</summary>
    public const int TickMilliseconds = 20;

    /// <summary>
    /// The longest step, taken while nothing is due. A timer set meanwhile to a shorter time than this is late by as much; the shortest of RFC 3261 is
    /// the 200 ms after which a 100 must have been sent (17.2.1).
    /// </summary>
    public const int LongestMilliseconds = 100;

    private readonly IMessageSink _sink = sink;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _woken = new(false, spinCount: 0);
    private Periodic[] _periodics = [];

    /// <summary>Periodic actions there are.</summary>
    public int PeriodicCount => Volatile.Read(ref _periodics).Length;

    /// <summary>
    /// Runs an action on the timer thread every <paramref name="milliseconds"/>, first after that time, at most once in a step. An action that is late is
    /// not made up for.
    /// </summary>
    public void Every(int milliseconds, Action<ScriptContext> action)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(milliseconds);
        lock (_gate)
            _periodics = [.. _periodics, new Periodic(milliseconds, action) { DueAt = clock.Milliseconds + milliseconds }];
    }

    /// <summary>Ends the present step early. Usable from any thread.</summary>
    public void Wake() => _woken.Set();

    /// <summary>Takes back all but the first <paramref name="count"/> periodic actions.</summary>
    public void Keep(int count)
    {
        lock (_gate)
            _periodics = _periodics[..count];
    }

    /// <inheritdoc/>
    protected override void Work(ScriptContext context)
    {
        while (!IsStopping && !context.HasLeft)
        {
            var step = (int)Math.Clamp(NextDue() - clock.Milliseconds, TickMilliseconds, LongestMilliseconds);
            if (step == TickMilliseconds)
                Thread.Sleep(step);
            else if (_woken.Wait(step))
                _woken.Reset();
            try
            {
                Tick(context);
            }
            catch (Exception e)
            {
                failures.Report("The timer loop", e);
            }
        }
    }

    private long NextDue()
    {
        var next = _sink.NextDue;
        foreach (var periodic in Volatile.Read(ref _periodics))
            next = Math.Min(next, periodic.DueAt);
        return next;
    }

    // One step: what is due now.
    private void Tick(ScriptContext context)
    {
        context.Tick();
        Guarded("The transaction timers", context, _sink.OnTimer);
        foreach (var periodic in Volatile.Read(ref _periodics))
        {
            if (context.HasLeft)
                break;
            if (context.Now < periodic.DueAt || !periodic.TryEnter())
                continue;
            periodic.DueAt = context.Now + periodic.Milliseconds;
            Guarded("A periodic task", context, periodic.Action);
            periodic.Leave();
        }
        context.Outbox.Flush();
        log.Flush();
    }

    private void Guarded(string what, ScriptContext context, Action<ScriptContext> action)
    {
        try
        {
            action(context);
        }
        catch (Exception e)
        {
            failures.Report(what, e);
        }
    }

    private sealed class Periodic(int milliseconds, Action<ScriptContext> action)
    {
        private volatile bool _isRunning;

        public int Milliseconds { get; } = milliseconds;

        public Action<ScriptContext> Action { get; } = action;

        public long DueAt { get; set; }

        /// <summary>False while the action still waits for something since the last time. Only whoever has the timer's seat enters.</summary>
        public bool TryEnter()
        {
            if (_isRunning)
                return false;
            return _isRunning = true;
        }

        public void Leave() => _isRunning = false;
    }
}
