using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Tm;

/// <summary>Runs the routes a transaction is armed with, and keeps what scripts leave with it between runs.</summary>
internal sealed class TransactionRoutes(TransactionEngine engine) : ITransactionUser, ITransactionRuns, IObservableTransactions
{
    private readonly FreeList<TransactionScript> _free = new();

    /// <summary>The script version for a run that no earlier run has left anything for.</summary>
    public required Func<ScriptVersion> CurrentScript { get; init; }

    /// <summary>Which replies count no more once a failure route has added branches: 0 none, 2 those of the last relay, else all.</summary>
    public int FailureReplyMode { get; init; }

    private ITransactionObserver? Observer { get; set; }

    /// <inheritdoc/>
    public void Observe(ITransactionObserver observer) => Observer = ObserverPair.Join(Observer, observer);

    /// <inheritdoc/>
    public void RequestRouteEnded(Frame frame)
    {
        if (frame.Transaction is not { } transaction)
        {
            if (frame is { Handled: true, Message: { Method: SipMethod.Ack, Match: not RequestMatch.AckToFailure } })
                Observer?.Acknowledged(frame);
            return;
        }
        var context = frame.Context;
        var isKept = false;
        try
        {
            Keep(frame, transaction);
            isKept = true;
        }
        finally
        {
            try
            {
                if (!isKept)
                    engine.GiveUp(context, transaction);
            }
            finally
            {
                engine.Leave(context, transaction);
            }
        }
    }

    private void Keep(Frame frame, Transaction transaction)
    {
        var context = frame.Context;
        if (Observer is not null)
            Observe(frame, transaction, Observer);
        if (!transaction.HasFinal && HasSentNothing(transaction))
        {
            // The script could not relay. When it did not answer either, the client must not be left waiting; when it did, statelessly, that was
            // the final reply and there must not be a second.
            if (frame is { ErrorCode: > 0, Handled: false } && !transaction.Overrides.NoInternalReply)
                engine.Reply(context, transaction, frame.ErrorCode, Sl.Failures.ReasonOf(frame.ErrorCode));
            else
                TransactionEngine.Abandon(transaction);
        }
        else if (!transaction.HasFinal && transaction.State != TxState.Terminated)
        {
            // The CANCEL of an INVITE can ask for its flags (t_lookup_cancel), whether a route is armed or not.
            if (transaction.UserState is not null || IsArmed(frame, transaction) || (frame.Flags != 0 && transaction.IsInvite))
                StateOf(transaction).Save(frame);
            if (frame.SuppressTrying)
                TransactionEngine.SuppressTrying(transaction);
            if (!transaction.HasPendingBranch)
                engine.Settle(context, transaction);
        }
    }

    private void Observe(Frame frame, Transaction transaction, ITransactionObserver observer)
    {
        if (observer.RouteEnded(frame, null) is not { } observed)
            return;
        if (transaction.HasFinal)
        {
            // Answered while the route ran, before it was known what to keep.
            observer.SentUpstream(frame.Context, observed, frame.Flags, transaction.LastReply, transaction.LastStatus);
            return;
        }
        var state = NewState(transaction, frame.Script);
        state.Observed = observed;
        state.Flags = frame.Flags;
    }

    /// <inheritdoc/>
    public void OnSentUpstream(ProcessingContext context, Transaction transaction, MessageBuffer reply, int code)
    {
        if (Observer is not null && transaction.UserState is TransactionScript { Observed: { } observed } state)
            Observer.SentUpstream(context, observed, state.Flags, reply, code);
    }

    /// <inheritdoc/>
    public bool OnReply(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, MessageEdits edits)
    {
        var state = transaction.UserState as TransactionScript;
        var isForCancel = reply.Method == SipMethod.Cancel && transaction.IsInvite;
        if (!isForCancel)
            state?.ReplyChange?.Apply(reply, edits);
        var route = isForCancel ? transaction.CancelUserState as RouteRef : state?.OnReply;
        if (route is null)
            return true;
        var scripts = (ScriptContext)context;
        state ??= NewState(transaction, CurrentScript());
        var frame = scripts.Rent(reply, RouteKinds.OnReply, state.Script);
        frame.Edits = edits;
        frame.Avps = state.Avps ??= new AvpList();
        frame.Flags = state.Flags;
        frame.BranchFlags = branch.UserFlags;
        frame.Transaction = transaction;
        frame.BranchIndex = branch.Index;
        frame.StatusCode = reply.StatusCode;
        state.GiveRoutes(frame);
        try
        {
            route.Run(frame);
            state.Flags = frame.Flags;
            branch.UserFlags = frame.BranchFlags;
            state.TakeRoutes(frame);
            return !frame.Dropped;
        }
        finally
        {
            scripts.Return(frame);
        }
    }

    /// <inheritdoc/>
    public void OnBranchFailure(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        if (branch.UserState is not RouteRef route || transaction.UserState is not TransactionScript state || transaction.Request is null)
            return;
        // One-shot like a failure route, for this branch and for those the route adds.
        branch.UserState = null;
        state.OnBranchFailure = null;
        var scripts = (ScriptContext)context;
        var request = TransactionEngine.Reparse(context, transaction);
        var frame = scripts.Rent(request, RouteKinds.BranchFailure, state.Script);
        if (state.Edits is { } edits)
            frame.Edits.CopyFrom(edits);
        frame.Avps = state.Avps ??= new AvpList();
        frame.Flags = state.Flags;
        frame.BranchFlags = branch.UserFlags;
        frame.SetInitialUri(scripts.Arena.Copy(branch.Uri.Span));
        frame.SendSocket = state.SendSocket;
        frame.Transaction = transaction;
        frame.BranchIndex = branch.Index;
        frame.StatusCode = branch.StatusCode;
        state.GiveRoutes(frame);
        try
        {
            route.Run(frame);
            state.Flags = frame.Flags;
            state.TakeRoutes(frame);
        }
        finally
        {
            scripts.Return(frame);
            context.Return(request);
        }
    }

    /// <inheritdoc/>
    public void OnFailure(ProcessingContext context, Transaction transaction, ClientBranch best)
    {
        if (Observer is not null && transaction.UserState is TransactionScript { Observed: { } observed } watched)
            watched.Flags = Observer.Failed(context, observed, watched.Flags, best.Reply, best.StatusCode);
        if (transaction.UserState is not TransactionScript { OnFailure: { } route } state || transaction.Request is null)
            return;
        // With a final reply the transaction lets go of the request, but the route still reads it.
        var bytes = transaction.Request.Retain();
        // Arming is one-shot: the route must arm the next one itself.
        state.OnFailure = null;
        var scripts = (ScriptContext)context;
        var request = TransactionEngine.Reparse(context, transaction);
        var frame = scripts.Rent(request, RouteKinds.Failure, state.Script);
        frame.Edits = state.Edits ??= new MessageEdits();
        frame.Avps = state.Avps ??= new AvpList();
        frame.Flags = state.Flags;
        frame.BranchFlags = best.UserFlags;
        frame.SetInitialUri(state.NewUri);
        frame.DestinationUri = state.DestinationUri;
        frame.SendSocket = state.SendSocket;
        frame.Transaction = transaction;
        frame.BranchIndex = best.Index;
        frame.StatusCode = best.StatusCode;
        state.GiveRoutes(frame);
        var earlier = transaction.BranchCount;
        var attempt = transaction.Attempt;
        try
        {
            route.Run(frame);
            if (FailureReplyMode != 0 && !state.KeepsReplies && transaction.BranchCount > earlier)
                Drop(transaction.Branches[..earlier], FailureReplyMode == 2 ? attempt : 0);
            state.KeepsReplies = false;
            state.Save(frame);
            if (state.Observed is not null)
                state.Observed = Observer?.RouteEnded(frame, state.Observed);
        }
        finally
        {
            scripts.Return(frame);
            context.Return(request);
            bytes.Release();
        }
    }

    /// <summary>Leaves branches out when the best reply is chosen; of one relay, or with 0 of all.</summary>
    public static void Drop(ReadOnlySpan<ClientBranch> branches, int attempt)
    {
        foreach (var branch in branches)
            branch.IsDropped |= attempt == 0 || branch.Attempt == attempt;
    }

    /// <inheritdoc/>
    public void OnEnded(Transaction transaction)
    {
        if (transaction.UserState is not TransactionScript state)
            return;
        state.Clear();
        _free.TryPut(state);
    }

    /// <inheritdoc/>
    public void Trim() => _free.Trim();

    /// <summary>Puts timers the script has set for this request into its transaction.</summary>
    public static void ApplyTimers(Frame frame, Transaction transaction)
    {
        if (frame.NoReplyTimeout > 0)
            transaction.NoReplyTimeout = frame.NoReplyTimeout;
        if (frame.NoFinalReplyTimeout > 0)
            transaction.NoFinalReplyTimeout = frame.NoFinalReplyTimeout;
    }

    private static bool HasSentNothing(Transaction transaction)
    {
        foreach (var branch in transaction.Branches)
        {
            if (branch is { IsDropped: false, IsReplica: false })
                return false;
        }
        return true;
    }

    // Most transactions wait for nothing but their reply: there is nothing to be kept for them.
    private static bool IsArmed(Frame frame, Transaction transaction)
    {
        if (frame.OnReply is not null || frame.OnFailure is not null || frame.OnBranch is not null || frame.OnBranchFailure is not null
            || frame.ReplyChange is not null)
            return true;
        foreach (var branch in transaction.Branches)
        {
            if (branch.UserState is not null)
                return true;
        }
        return false;
    }

    public TransactionScript NewState(Transaction transaction, ScriptVersion script)
    {
        var state = StateOf(transaction);
        state.Script = script;
        return state;
    }

    public TransactionScript StateOf(Transaction transaction)
    {
        if (transaction.UserState is TransactionScript state)
            return state;
        if (!_free.TryTake(out state!))
            state = new TransactionScript();
        transaction.UserState = state;
        return state;
    }
}
