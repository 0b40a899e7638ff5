using System.Collections.Concurrent;
using System.Numerics;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>What time brings, and what other threads have left to be done with it.</summary>
public sealed partial class TransactionEngine
{
    // A lock for each thread that may want one.
    private static readonly int WheelCount = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 16));

    private readonly TimerWheel[] _wheels = [.. Enumerable.Range(0, WheelCount).Select(_ => new TimerWheel(clock.Milliseconds))];
    private readonly List<Transaction> _expired = new(1024);
    private int _nextExpired;
    private readonly ConcurrentQueue<Action<ProcessingContext>> _actions = new();
    private readonly ConcurrentQueue<(long Ticket, MailKind Kind, ResolvedTargets? Targets)> _posted = new();

    /// <summary>Told, on any thread, that something waits for <see cref="OnTimer(ProcessingContext)"/> which no deadline stands for.</summary>
    public Action? Posted { get; set; }

    /// <summary>Has something done by whoever calls <see cref="OnTimer(ProcessingContext)"/> next, with what sending takes. Usable from any thread.</summary>
    public void Post(Action<ProcessingContext> action)
    {
        _actions.Enqueue(action);
        Posted?.Invoke();
    }

    /// <summary>A time before which <see cref="OnTimer(ProcessingContext)"/> has nothing to do unless <see cref="Posted"/> is called, in milliseconds of the clock.</summary>
    public long NextDue
    {
        get
        {
            if (_nextExpired < _expired.Count || !_posted.IsEmpty || !_actions.IsEmpty)
                return 0;
            var next = ClientBranch.Never;
            foreach (var wheel in _wheels)
                next = Math.Min(next, wheel.NextDue);
            return next;
        }
    }

    /// <summary>Carries out what time has brought; called by one thread when something is due.</summary>
    public void OnTimer(ProcessingContext context)
    {
        while (!context.HasLeft && _actions.TryDequeue(out var action))
            action(context);
        while (!context.HasLeft && _posted.TryDequeue(out var posted))
            OnPosted(context, posted.Ticket, posted.Kind, posted.Targets);
        // A thread that had to wait in one of these has left the rest to the next.
        if (!context.HasLeft && _nextExpired == _expired.Count)
        {
            _expired.Clear();
            _nextExpired = 0;
            foreach (var wheel in _wheels)
                wheel.Advance(context.Now, _expired);
        }
        while (!context.HasLeft && _nextExpired < _expired.Count)
        {
            var transaction = _expired[_nextExpired++];
            if (!Enter(context, transaction, transaction.Label, MailKind.Timer))
                continue;
            try
            {
                OnTimer(context, transaction);
            }
            catch (Exception fault) when (OnFault is not null)
            {
                Survive(context, transaction, fault);
            }
            Leave(context, transaction);
        }
    }

    private void OnTimer(ProcessingContext context, Transaction transaction)
    {
        var now = context.Now;
        if (now >= transaction.TryingAt)
            SendTrying(context, transaction);
        if (now >= transaction.RetransmitAt)
            ApplyServer(context, transaction, ServerStep(transaction, TxEvent.Retransmit));
        if (now >= transaction.TimeoutAt)
            ApplyServer(context, transaction, ServerStep(transaction, TxEvent.Timeout));
        if (now >= transaction.LingerAt)
        {
            transaction.LingerAt = ClientBranch.Never;
            ApplyServer(context, transaction, ServerStep(transaction, TxEvent.Linger));
        }
        // A branch that times out may make the user add branches: those are not due.
        var count = transaction.BranchCount;
        for (var i = 0; i < count; i++)
        {
            var branch = transaction.Branches[i];
            if (now >= branch.NextDeadline())
                OnBranchTimer(context, transaction, branch);
        }
    }

    private void Rearm(Transaction transaction)
    {
        var next = transaction.NextDeadline();
        if (next < Volatile.Read(ref transaction.WheelDeadline))
            WheelOf(transaction).Schedule(transaction, next);
    }

    private TimerWheel WheelOf(Transaction transaction) => _wheels[transaction.Slot & (WheelCount - 1)];

    private void Post(long ticket, MailKind kind, ResolvedTargets? targets = null)
    {
        _posted.Enqueue((ticket, kind, targets));
        Posted?.Invoke();
    }

    /// <summary>True when a transaction has lived longer than its kind may.</summary>
    public bool IsExpired(Transaction transaction, long now) => now >= EndOfLife(transaction);

    private static int Or(int own, int common) => own > 0 ? own : common;

    private long EndOfLife(Transaction transaction)
    {
        ref var own = ref transaction.Overrides;
        var lifetime = transaction.IsInvite ? Or(own.InviteLifetime, Timers.MaxInviteLifetime) : Or(own.NonInviteLifetime, Timers.MaxNonInviteLifetime);
        return lifetime > 0 ? transaction.CreatedAt + lifetime : ClientBranch.Never;
    }

    // Timer I is T4; J and L are 64·T1 unless the script shortens the wait with wt_timer, or a crowd does.
    private int LingerOf(TxState state) => state == TxState.Confirmed ? Timers.T4 : FinishedLinger();

    private int FinishedLinger() => Timers.Wait > 0 ? Timers.Wait : IsCrowded ? Timers.T4 : Timers.SixtyFourT1;

    private bool IsCrowded => Count > Timers.CrowdedAbove;
}
