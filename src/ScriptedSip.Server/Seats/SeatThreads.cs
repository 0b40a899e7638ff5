using ScriptedSip.Sip;

namespace ScriptedSip.Server.Seats;

/// <summary>
/// The threads that sit on seats or wait for one. There are as many as seats and waiting runs together; how many runs may wait at a time is bounded,
/// so a source that answers nobody costs its askers an error, and the others nothing.
/// </summary>
internal sealed class SeatThreads(FailureLog failures, SipCounters counters, int mostWaiting = SeatThreads.MostWaiting) : IDisposable
{
    /// <summary>Runs that may wait at the same time, of all seats together: a thousand REGISTERs a second, each until a disk that takes an eighth of a second has them.</summary>
    public const int MostWaiting = 128;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<SeatThread> _idle = [];
    private int _waiting;

    /// <summary>Cancelled when the program ends: nobody waits any longer.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Runs that are waiting now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Makes sure of a thread for a seat that is about to be left; false, told and counted, when too many runs are waiting.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _waiting) <= mostWaiting)
            return true;
        Interlocked.Decrement(ref _waiting);
        failures.Report(Counter.WaitsRefused, "A look-up was not made: ", $"{mostWaiting} script runs are waiting for answers already");
        return false;
    }

    /// <summary>The end of a reservation, whether anybody has waited or not.</summary>
    public void CancelReservation() => Interlocked.Decrement(ref _waiting);

    /// <summary>Gives a seat to a thread at rest, or to a new one.</summary>
    public void Serve(Seat seat)
    {
        SeatThread? thread = null;
        lock (_idle)
        {
            if (_idle.Count > 0)
            {
                thread = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }
        }
        (thread ?? new SeatThread(this)).Take(seat);
    }

    /// <summary>Counts a run that has left its seat to wait.</summary>
    public void Left() => counters.Add(Counter.Waits);

    /// <summary>Ends all waiting; the runs go on with what they make of that.</summary>
    public void StopWaiting() => _stopping.Cancel();

    /// <summary>Waits until no run is waiting or finishing; false when some still are.</summary>
    public bool Join(TimeSpan timeout) => SpinWait.SpinUntil(() => Waiting == 0, timeout);

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private bool Rest(SeatThread thread)
    {
        lock (_idle)
            _idle.Add(thread);
        if (thread.IsWoken(IdleTime))
            return true;
        lock (_idle)
        {
            if (_idle.Remove(thread))
                return false;
        }
        // Somebody has just chosen it.
        return thread.IsWoken(Timeout.InfiniteTimeSpan);
    }

    private sealed class SeatThread
    {
        private readonly object _wake = new();
        private readonly SeatThreads _threads;
        private readonly Thread _thread;
        private Seat? _seat;

        public SeatThread(SeatThreads threads)
        {
            _threads = threads;
            _thread = new Thread(Run) { IsBackground = true };
        }

        public void Take(Seat seat)
        {
            lock (_wake)
            {
                _seat = seat;
                Monitor.Pulse(_wake);
            }
            if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
                _thread.Start();
        }

        /// <summary>Waits for a seat; false when none came.</summary>
        public bool IsWoken(TimeSpan timeout)
        {
            lock (_wake)
                return _seat is not null || (Monitor.Wait(_wake, timeout) && _seat is not null);
        }

        private void Run()
        {
            do
            {
                var seat = _seat!;
                _seat = null;
                _thread.Name = seat.Name;
                seat.Occupy();
            }
            while (_threads.Rest(this));
        }
    }
}
