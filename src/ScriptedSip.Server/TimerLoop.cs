using ScriptedSip.Script.Api;

namespace ScriptedSip.Server;

/// <summary>The thread that moves time: transaction timers and whatever modules want done every so often.</summary>
internal sealed class TimerLoop
{
    /// <summary>The finest step of any timer.</summary>
    public const int TickMilliseconds = 10;

    private readonly ScriptContext _context;
    private readonly IMessageSink _sink;
    private readonly ConsoleLog _log;
    private readonly FailureLog _failures;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private Periodic[] _periodics = [];
    private volatile bool _stopping;

    public TimerLoop(ScriptContext context, IMessageSink sink, ConsoleLog log, FailureLog failures)
    {
        _context = context;
        _sink = sink;
        _log = log;
        _failures = failures;
        _thread = new Thread(Run) { IsBackground = true, Name = "timer" };
    }

    /// <summary>Runs an action on the timer thread every <paramref name="milliseconds"/>, first after that time. An action that is late is not made up for.</summary>
    public void Every(int milliseconds, Action<ScriptContext> action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, TickMilliseconds);
        lock (_gate)
            _periodics = [.. _periodics, new Periodic(milliseconds, action) { DueAt = _context.Clock.Milliseconds + milliseconds }];
    }

    public void Start() => _thread.Start();

    /// <summary>Asks the thread to end.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Waits for the end; false when the thread is still busy.</summary>
    public bool Join(TimeSpan timeout) => _thread.Join(timeout);

    /// <summary>One step: what is due now.</summary>
    internal void Tick()
    {
        _context.Tick();
        Guarded("The transaction timers", _sink.OnTimer);
        foreach (var periodic in Volatile.Read(ref _periodics))
        {
            if (_context.Now < periodic.DueAt)
                continue;
            periodic.DueAt = _context.Now + periodic.Milliseconds;
            Guarded("A periodic task", periodic.Action);
        }
        _context.Outbox.Flush();
        _log.Flush();
    }

    private void Run()
    {
        while (!_stopping)
        {
            Thread.Sleep(TickMilliseconds);
            try
            {
                Tick();
            }
            catch (Exception e)
            {
                _failures.Report("The timer loop", e);
            }
        }
    }

    private void Guarded(string what, Action<ScriptContext> action)
    {
        try
        {
            action(_context);
        }
        catch (Exception e)
        {
            _failures.Report(what, e);
        }
    }

    private sealed class Periodic(int milliseconds, Action<ScriptContext> action)
    {
        public int Milliseconds { get; } = milliseconds;

        public Action<ScriptContext> Action { get; } = action;

        public long DueAt { get; set; }
    }
}
