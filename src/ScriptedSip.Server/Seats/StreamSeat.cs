using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server.Seats;

/// <summary>
/// The seat of a thread of the framework's pool while it processes one message of a stream. Left, the connection is read on by another thread of
/// the pool, which gets one more for as long as this one is blocked.
/// </summary>
internal sealed class StreamSeat : ISeat
{
    private static readonly Lock PoolSize = new();

    private readonly SeatThreads _threads;
    private readonly IMessageSink _sink;
    private readonly ScriptContext _context;
    private IMessageStream? _stream;

    public StreamSeat(Func<ISeat, ScriptContext> newContext, SeatThreads threads, IMessageSink sink)
    {
        _threads = threads;
        _sink = sink;
        _context = newContext(this);
    }

    /// <inheritdoc/>
    public CancellationToken Stopping => _threads.Stopping;

    /// <summary>Begins with one message of a stream.</summary>
    public ScriptContext Sit(IMessageStream stream)
    {
        _stream = stream;
        return _context;
    }

    /// <summary>Ends with it.</summary>
    public void GetUp()
    {
        _stream = null;
        if (!_context.HasLeft)
            return;
        _context.HasLeft = false;
        GrowPool(-1);
        _threads.CancelReservation();
    }

    /// <inheritdoc/>
    public bool TryReserve() => _threads.TryReserve();

    /// <inheritdoc/>
    public void CancelReservation() => _threads.CancelReservation();

    /// <inheritdoc/>
    public void Leave(Frame frame)
    {
        _context.Outbox.Flush();
        _sink.OnWait(frame);
        _context.HasLeft = true;
        _threads.Left();
        GrowPool(1);
        _stream!.Detach();
    }

    // Below its minimum the pool makes a thread for whatever is queued at once, above it only now and then.
    private static void GrowPool(int by)
    {
        lock (PoolSize)
        {
            ThreadPool.GetMinThreads(out var workers, out var completions);
            ThreadPool.SetMinThreads(workers + by, completions);
        }
    }
}
