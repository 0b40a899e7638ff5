namespace ScriptedSip.Script.Api;

/// <summary>How waiting for an answer ended.</summary>
public enum WaitEnd
{
    /// <summary>The answer is there.</summary>
    Answered,

    /// <summary>The source failed; <see cref="Waited{T}.Failure"/> says how.</summary>
    Failed,

    /// <summary>No answer within the time given; the question has been cancelled.</summary>
    TimedOut,

    /// <summary>Too many runs are waiting already; the question was not asked.</summary>
    NoThread,

    /// <summary>The program is being stopped.</summary>
    Stopping,
}

/// <summary>What came of <see cref="Frame.Await{T}"/>.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Answer">The answer; default unless <see cref="WaitEnd.Answered"/>.</param>
/// <param name="Failure">What the source threw; null unless <see cref="WaitEnd.Failed"/>.</param>
public readonly record struct Waited<T>(WaitEnd End, T? Answer = default, Exception? Failure = null)
{
    public bool IsAnswered => End == WaitEnd.Answered;
}

/// <summary>
/// A place in the program where one thread at a time works: a socket with its datagrams, the timers, a connection. A run that has to wait leaves
/// it to another thread and goes on alone, with its own stack, context and message.
/// </summary>
public interface ISeat
{
    /// <summary>Cancelled when the program is being stopped.</summary>
    CancellationToken Stopping { get; }

    /// <summary>Makes sure of a thread to leave the seat to; false when too many runs are waiting.</summary>
    bool TryReserve();

    /// <summary>Gives the reservation back: nothing had to wait after all.</summary>
    void CancelReservation();

    /// <summary>Sends what the run has queued so far, then hands the seat to the reserved thread.</summary>
    void Leave(Frame frame);
}
