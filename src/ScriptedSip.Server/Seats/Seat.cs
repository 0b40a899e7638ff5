using System.Collections.Concurrent;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Server.Seats;

/// <summary>
/// Work that one thread does at a time until it is told to stop: a socket's datagrams, the timers. When a script run has to wait in the middle of it,
/// another thread takes the seat with a context of its own, and the first finishes just that run.
/// </summary>
internal abstract class Seat(string name, Func<ISeat, ScriptContext> newContext, SeatThreads threads, IMessageSink sink) : ISeat, IDisposable
{
    private readonly ConcurrentBag<ScriptContext> _contexts = [];
    private readonly ManualResetEventSlim _ended = new();
    private volatile bool _isStopping;

    public string Name { get; } = name;

    /// <inheritdoc/>
    public CancellationToken Stopping => threads.Stopping;

    protected bool IsStopping => _isStopping;

    /// <summary>Puts the first thread to work.</summary>
    public void Start() => threads.Serve(this);

    /// <summary>Asks whoever sits here to end; they do when their current batch is done.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>Waits for the end of the work, not of the runs that have left it; false when it goes on.</summary>
    public bool Join(TimeSpan timeout) => _ended.Wait(timeout);

    /// <inheritdoc/>
    public bool TryReserve() => threads.TryReserve();

    /// <inheritdoc/>
    public void CancelReservation() => threads.CancelReservation();

    /// <inheritdoc/>
    public void Leave(Frame frame)
    {
        frame.Context.Outbox.Flush();
        sink.OnWait(frame);
        OnLeave();
        frame.Context.HasLeft = true;
        threads.Left();
        threads.Serve(this);
    }

    /// <summary>Works here until the end, or until a run had to wait and somebody else has taken over.</summary>
    public void Occupy()
    {
        if (!_contexts.TryTake(out var context))
            context = newContext(this);
        context.HasLeft = false;
        Work(context);
        if (context.HasLeft)
            threads.CancelReservation();
        else
            _ended.Set();
        _contexts.Add(context);
    }

    /// <inheritdoc/>
    public void Dispose() => _ended.Dispose();

    /// <summary>Works while neither <see cref="IsStopping"/> nor the context has left, and sends what came of it; survives every exception.</summary>
    protected abstract void Work(ScriptContext context);

    /// <summary>Called on the thread that is about to leave: the bytes of its message must stay as they are.</summary>
    protected virtual void OnLeave() { }
}
