namespace ScriptedSip.Script.Api;

/// <content>Waiting for sources that are slower than memory.</content>
public sealed partial class Frame
{
    /// <summary>
    /// Asks a slow source and blocks this run, and nothing else, until it answers: other messages go on at once on another thread. For look-ups
    /// that memory could not answer; the function around it turns every other end than an answer into its documented error.
    /// </summary>
    /// <param name="question">Starts the look-up and returns its task, on which nothing may depend but this run; the token is cancelled when nobody waits for it any more.</param>
    /// <param name="timeoutMilliseconds">How long the answer may take, above 0.</param>
    public Waited<T> Await<T>(Func<CancellationToken, Task<T>> question, int timeoutMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(question);
        var seat = Context.HasLeft ? null : Context.Seat;
        if (seat?.TryReserve() == false)
            return new Waited<T>(WaitEnd.NoThread);
        var stopping = Context.Seat?.Stopping ?? CancellationToken.None;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            var answer = question(given.Token);
            if (!answer.IsCompleted)
                seat?.Leave(this);
            var isInTime = answer.Wait(timeoutMilliseconds, stopping);
            return isInTime ? new Waited<T>(WaitEnd.Answered, answer.Result) : new Waited<T>(WaitEnd.TimedOut);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new Waited<T>(WaitEnd.Stopping);
        }
        catch (Exception failure)
        {
            return new Waited<T>(WaitEnd.Failed, default, (failure as AggregateException)?.GetBaseException() ?? failure);
        }
        finally
        {
            if (seat is not null && !Context.HasLeft)
                seat.CancelReservation();
            given.Cancel();
            Context.Tick();
        }
    }
}
