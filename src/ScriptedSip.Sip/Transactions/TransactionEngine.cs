using System.Collections.Concurrent;
using System.Numerics;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>
/// Finds, steps and ends transactions: looks an event's transaction up, asks its machine, carries out the effects, and keeps the response context
/// of a stateful proxy (RFC 3261 16). What a script decides comes through <see cref="ITransactionUser"/>.
/// <para>This part: requests in, replies out, life and death. Client branches: TransactionEngine.Branches.cs.</para>
/// </summary>
public sealed partial class TransactionEngine(SipCounters counters, TransactionTimers timers, IClock clock) : IResolutionWaiter, ISendFailureSink
{
    // A lock for each thread that may want one.
    private static readonly int WheelCount = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 16));

    private readonly TransactionTable _table = new();
    private readonly TimerWheel[] _wheels = [.. Enumerable.Range(0, WheelCount).Select(_ => new TimerWheel(clock.Milliseconds))];
    private readonly List<Transaction> _expired = new(1024);
    private int _nextExpired;
    private readonly ConcurrentQueue<Action<ProcessingContext>> _actions = new();
    private readonly ConcurrentQueue<(long Ticket, MailKind Kind, ResolvedTargets? Targets)> _posted = new();

    /// <summary>Who is told of replies and failures; set before traffic starts. Null: replies pass, failures are answered.</summary>
    public ITransactionUser? User { get; set; }

    public TransactionTimers Timers { get; } = timers;

    /// <summary>Transactions at this moment.</summary>
    public int Count => _table.Count;

    /// <summary>Header line put into replies made here, CRLF included; empty for none.</summary>
    public Utf8Text ServerHeader { get; set; }

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

    /// <summary>Gives up the memory of transactions that were needed in a burst only. Usable from any thread, every few seconds.</summary>
    public void Trim()
    {
        _table.Trim();
        User?.Trim();
    }

    /// <summary>Finds out whether a request belongs to a transaction and, if so, deals with it. ACK and CANCEL go on to the script.</summary>
    public RequestMatch Match(ProcessingContext context, SipMessage request)
    {
        var transaction = _table.Find(TransactionKey.Of(request), out var label);
        if (transaction is null)
            return RequestMatch.New;
        var isAck = request.Method == SipMethod.Ack;
        // The ACK to a 2xx is a request of its own even when a client reuses the branch (RFC 6026 7.1).
        if (isAck && transaction.State is TxState.Accepted or TxState.Proceeding)
            return RequestMatch.New;
        // Let go of without a final reply, it lives on for its replicas alone; whoever answered the request must answer it again.
        if (transaction is { State: TxState.Terminated, HasFinal: false })
            return RequestMatch.New;
        if (!Enter(context, transaction, label, isAck ? MailKind.Ack : MailKind.Retransmission))
            return isAck ? RequestMatch.AckToFailure : RequestMatch.Absorbed;
        try
        {
            if (isAck)
                OnAck(context, transaction);
            else
                OnRetransmission(context, transaction);
        }
        catch (Exception fault) when (OnFault is not null)
        {
            Survive(context, transaction, fault);
        }
        Leave(context, transaction);
        return isAck ? RequestMatch.AckToFailure : RequestMatch.Absorbed;
    }

    /// <summary>
    /// Makes the server transaction of a request; the caller owns it until <see cref="Leave"/>. Null when another thread was faster with the same
    /// request: then this one is a retransmission; and for a merged request, which is answered 482.
    /// </summary>
    public Transaction? Create(ProcessingContext context, SipMessage request)
    {
        var transaction = RentEntered(context);
        var bytes = context.Buffers.Rent(request.Length);
        request.Span.CopyTo(bytes.Bytes);
        bytes.Length = request.Length;
        transaction.Request = bytes;
        transaction.Method = request.Method;
        transaction.Source = request.Source;
        transaction.Local = request.Local;
        transaction.Stamp = request.Stamp;
        transaction.RequestId = request.Id;
        transaction.ReplyTo = ReplyDestination.For(request);
        transaction.LocalTag = context.NextRandom();
        transaction.State = ServerStep(transaction, TxEvent.Request).Next;
        if (transaction.IsInvite && Timers.TryingDelay >= 0)
            transaction.TryingAt = context.Now + Timers.TryingDelay;
        if (_table.AddOrGet(TransactionKey.Of(request), transaction) is null)
        {
            counters.Add(Counter.TransactionsCreated);
            if (!IsMerged(request, transaction))
                return transaction;
            Reply(context, transaction, 482, StatusCodes.ReasonOf(482));
            Leave(context, transaction);
            return null;
        }
        transaction.Label = 0;
        transaction.Clear();
        transaction.Disown();
        _table.Return(transaction);
        counters.Add(Counter.Retransmissions);
        return null;
    }

    private Transaction RentEntered(ProcessingContext context)
    {
        var transaction = _table.Rent();
        // The object is in no table yet, but a stale reference may just be looking at it.
        while (!transaction.TryEnter())
            Thread.SpinWait(8);
        transaction.CreatedAt = context.Now;
        transaction.NoReplyTimeout = Timers.NoReply;
        transaction.NoFinalReplyTimeout = Timers.NoFinalReply;
        transaction.Label = (uint)(context.NextRandom() >> 32) | 1;
        return transaction;
    }

    /// <summary>The INVITE transaction a CANCEL is for (RFC 3261 9.2), or null. Not owned: pass it on with its label.</summary>
    public Transaction? FindCancelled(SipMessage cancel, out uint label) => _table.Find(TransactionKey.Of(cancel, SipMethod.Invite), out label);

    /// <summary>True when a transaction exists for the request: what <c>t_lookup_request</c> asks.</summary>
    public bool Exists(SipMessage request) => _table.Find(TransactionKey.Of(request), out _) is not null;

    /// <summary>
    /// Ends the caller's ownership: handles what came meanwhile, sets the timer, and lets the transaction go when it is over.
    /// </summary>
    public void Leave(ProcessingContext context, Transaction transaction)
    {
        bool hasEnded;
        do
        {
            hasEnded = false;
            for (var mail = transaction.TakeMail(); mail is not null; mail = mail.Next)
                Take(context, transaction, mail);
            if (transaction.Label != 0 && IsOver(transaction))
            {
                End(transaction);
                hasEnded = true;
            }
            else if (transaction.Label != 0)
            {
                Rearm(transaction);
            }
            transaction.Disown();
            if (hasEnded)
                _table.Return(transaction);
        }
        while (transaction.HasMail && transaction.TryEnter());
    }

    /// <summary>
    /// Answers the request of a transaction: builds the reply and sends it as its machine says. False when a final reply was already sent.
    /// Extra headers are whole lines with CRLF.
    /// </summary>
    public bool Reply(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> extraHeaders = default,
        ReadOnlySpan<byte> contentType = default, ReadOnlySpan<byte> body = default)
    {
        if (transaction.Requester is not null)
            return Answer(context, transaction, code, reply: null);
        if (transaction.Request is null || transaction.HasFinal)
            return false;
        var request = Reparse(context, transaction);
        Span<byte> tag = stackalloc byte[16];
        System.Buffers.Text.Utf8Formatter.TryFormat(transaction.LocalTag, tag, out var tagLength, 'x');
        var size = request.Length + extraHeaders.Length + body.Length + reason.Length + ServerHeader.Length + 512;
        var reply = context.Buffers.Rent(Math.Min(size, MessageBufferPool.LargestSize));
        var writer = new SpanWriter(reply.Bytes);
        ReplyBuilder.Write(ref writer, request, code, reason, tag[..tagLength], extraHeaders, contentType, body, ServerHeader.Span);
        reply.Length = writer.Length;
        context.Return(request);
        var sent = SendUpstream(context, transaction, reply, code, isLocal: true);
        reply.Release();
        return sent;
    }

    /// <summary>No automatic 100 for this INVITE any more.</summary>
    public static void SuppressTrying(Transaction transaction) => transaction.TryingAt = ClientBranch.Never;

    /// <summary>True when a transaction has lived longer than its kind may.</summary>
    public bool IsExpired(Transaction transaction, long now) => now >= EndOfLife(transaction);

    /// <summary>For an owned transaction whose branches have all ended while its script ran: chooses and sends the final reply.</summary>
    public void Settle(ProcessingContext context, Transaction transaction) => Complete(context, transaction);

    private static int Or(int own, int common) => own > 0 ? own : common;

    private long EndOfLife(Transaction transaction)
    {
        ref var own = ref transaction.Overrides;
        var lifetime = transaction.IsInvite ? Or(own.InviteLifetime, Timers.MaxInviteLifetime) : Or(own.NonInviteLifetime, Timers.MaxNonInviteLifetime);
        return lifetime > 0 ? transaction.CreatedAt + lifetime : ClientBranch.Never;
    }

    /// <summary>Ends a transaction that was made but neither answered nor forwarded (t_release).</summary>
    public static void Abandon(Transaction transaction)
    {
        if (!transaction.HasPendingBranch && !transaction.HasFinal)
            transaction.State = TxState.Terminated;
    }

    /// <summary>Ends the server side of a transaction without a final reply (t_drop); copies of the request are absorbed while its branches end.</summary>
    public static void Silence(Transaction transaction)
    {
        if (!transaction.HasFinal)
            transaction.Stop();
    }

    /// <summary>Sends the last reply again, if there is one (t_retransmit_reply).</summary>
    public static bool ResendReply(ProcessingContext context, Transaction transaction)
    {
        if (transaction.LastReply is null)
            return false;
        context.Outbox.Add(transaction.Local, transaction.ReplyTo, transaction.LastReply);
        return true;
    }

    /// <summary>The saved request as a message again; give it back to the context.</summary>
    public static SipMessage Reparse(ProcessingContext context, Transaction transaction)
    {
        var request = context.RentMessage();
        var bytes = transaction.Request ?? throw new InvalidOperationException("The request of this transaction is no longer kept.");
        MessageParser.Parse(request, bytes.Bytes, bytes.Length, transaction.IsReliable);
        request.Source = transaction.Source;
        request.Local = transaction.Local;
        request.Stamp = transaction.Stamp;
        request.Id = transaction.RequestId;
        return request;
    }

    /// <summary>Carries out what time has brought; called every few milliseconds by one thread.</summary>
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

    /// <summary>
    /// Takes ownership if the transaction is still the one meant; otherwise leaves mail with its owner, or finds it gone. True: the caller must Leave.
    /// </summary>
    private bool Enter(ProcessingContext context, Transaction transaction, uint label, MailKind kind, int branch = 0, SipMessage? message = null,
        ResolvedTargets? targets = null, object? userState = null, Utf8Text reason = default, MessageEdits? edits = null)
    {
        if (!transaction.TryEnter())
        {
            var mail = new TransactionMail { Kind = kind, Label = label, Branch = branch, Targets = targets, UserState = userState, Reason = reason };
            if (edits is { Count: > 0 })
                (mail.Edits = new MessageEdits()).CopyFrom(edits);
            if (message is not null)
            {
                mail.Bytes = context.Buffers.Rent(message.Length);
                message.Span.CopyTo(mail.Bytes.Bytes);
                mail.Bytes.Length = message.Length;
                mail.Source = message.Source;
                mail.Local = message.Local;
            }
            transaction.Post(mail);
            // The owner may have left between the attempt and the post; then nobody else would read it.
            if (transaction.TryEnter())
                Leave(context, transaction);
            return false;
        }
        if (label != 0 && transaction.Label == label)
            return true;
        // Another use of the object, or none. It must not be returned to the free list from here, so Leave is not for this.
        LeaveStranger(context, transaction);
        return false;
    }

    private void LeaveStranger(ProcessingContext context, Transaction transaction)
    {
        do
        {
            if (transaction.Label != 0)
            {
                Leave(context, transaction);
                return;
            }
            for (var mail = transaction.TakeMail(); mail is not null; mail = mail.Next)
                mail.Bytes?.Release();
            transaction.Disown();
        }
        while (transaction.HasMail && transaction.TryEnter());
    }

    private void Take(ProcessingContext context, Transaction transaction, TransactionMail mail)
    {
        try
        {
            Deliver(context, transaction, mail);
        }
        catch (Exception fault) when (OnFault is not null)
        {
            Survive(context, transaction, fault);
        }
        finally
        {
            mail.Bytes?.Release();
        }
    }

    private void Deliver(ProcessingContext context, Transaction transaction, TransactionMail mail)
    {
        if (mail.Label == transaction.Label && mail.Label != 0)
        {
            switch (mail.Kind)
            {
                case MailKind.Reply:
                    var reply = context.RentMessage();
                    MessageParser.Parse(reply, mail.Bytes!.Bytes, mail.Bytes.Length, mail.Source.Protocol != TransportProtocol.Udp);
                    reply.Source = mail.Source;
                    reply.Local = mail.Local!;
                    OnReply(context, transaction, transaction.Branches[mail.Branch], reply, mail.Edits);
                    context.Return(reply);
                    break;
                case MailKind.Retransmission:
                    OnRetransmission(context, transaction);
                    break;
                case MailKind.Ack:
                    OnAck(context, transaction);
                    break;
                case MailKind.Cancel:
                    CancelOwned(context, transaction, mail.UserState, mail.Reason);
                    break;
                case MailKind.Timer:
                    OnTimer(context, transaction);
                    break;
                case MailKind.Resolved:
                    OnResolved(context, transaction, transaction.Branches[mail.Branch], mail.Targets);
                    break;
                case MailKind.SendFailed:
                    OnSendFailed(context, transaction, transaction.Branches[mail.Branch]);
                    break;
                case MailKind.Unreachable:
                    OnUnreachable(context, transaction, mail.Branch, mail.Targets!.Endpoints[0]);
                    break;
            }
        }
    }

    private void OnRetransmission(ProcessingContext context, Transaction transaction)
    {
        counters.Add(Counter.Retransmissions);
        var step = ServerStep(transaction, TxEvent.Request);
        if ((step.Effects & TxEffects.Resend) == 0)
            return;
        // RFC 3261 17.2.1: with nothing sent yet, the 100 that is due anyway stops the client.
        if (transaction.LastReply is null && transaction.TryingAt != ClientBranch.Never)
            SendTrying(context, transaction);
        else
            ResendReply(context, transaction);
    }

    private void OnAck(ProcessingContext context, Transaction transaction) =>
        ApplyServer(context, transaction, ServerStep(transaction, TxEvent.Ack));

    private void SendTrying(ProcessingContext context, Transaction transaction)
    {
        transaction.TryingAt = ClientBranch.Never;
        if (transaction is { State: TxState.Proceeding, LastReply: null })
            Reply(context, transaction, 100, TryingReason.Span);
    }

    /// <summary>Reason phrase of the 100 made here.</summary>
    public Utf8Text TryingReason { get; set; } = Utf8Text.From("trying -- your call is important to us");

    /// <summary>Sends a reply to the client side. The buffer stays the caller's; the transaction takes its own hold.</summary>
    private bool SendUpstream(ProcessingContext context, Transaction transaction, MessageBuffer reply, int code, bool isLocal)
    {
        if (transaction.Requester is not null)
            return Answer(context, transaction, code, reply);
        var occurrence = code < 200 ? TxEvent.Provisional : code < 300 ? TxEvent.Success : TxEvent.Failure;
        var step = ServerStep(transaction, occurrence);
        if ((step.Effects & TxEffects.Send) == 0)
        {
            // RFC 3261 16.7, step 5: a 2xx to an INVITE goes upstream even after another final reply did.
            if (occurrence == TxEvent.Success && transaction.IsInvite)
                context.Outbox.Add(transaction.Local, transaction.ReplyTo, reply);
            return false;
        }
        var isFirst = !transaction.HasFinal;
        transaction.ReleaseLastReply();
        transaction.LastReply = reply.Retain();
        transaction.LastStatus = code;
        transaction.LastStatusIsLocal = isLocal;
        transaction.TryingAt = ClientBranch.Never;
        ApplyServer(context, transaction, step);
        if (isFirst)
            User?.OnSentUpstream(context, transaction, reply, code);
        if (code >= 200)
            ReleaseWhatIsDone(transaction);
        return true;
    }

    /// <summary>A finished transaction keeps only what a straggler may still need: of an accepted INVITE nothing, of others the final reply.</summary>
    private static void ReleaseWhatIsDone(Transaction transaction)
    {
        transaction.ReleaseRequest();
        if (transaction.State == TxState.Accepted)
            transaction.ReleaseLastReply();
    }

    // What has been acknowledged is not sent again.
    private static void ReleaseReplies(Transaction transaction)
    {
        transaction.ReleaseLastReply();
        foreach (var branch in transaction.Branches)
            branch.ReleaseReply();
    }

    private static TxStep ServerStep(Transaction transaction, TxEvent occurrence) => transaction.IsInvite
        ? InviteServerFsm.Step(transaction.State, occurrence, transaction.IsReliable)
        : NonInviteServerFsm.Step(transaction.State, occurrence, transaction.IsReliable);

    private void ApplyServer(ProcessingContext context, Transaction transaction, TxStep step)
    {
        var previous = transaction.State;
        var effects = step.Effects;
        transaction.State = step.Next;
        if ((effects & (TxEffects.Send | TxEffects.Resend)) != 0)
            ResendReply(context, transaction);
        if ((effects & TxEffects.StartRetransmit) != 0)
        {
            transaction.Interval = Timers.T1;
            transaction.RetransmitAt = context.Now + Timers.T1;
        }
        if ((effects & TxEffects.NextRetransmit) != 0)
        {
            transaction.Interval = Math.Min(transaction.Interval * 2, Timers.T2);
            transaction.RetransmitAt = context.Now + transaction.Interval;
        }
        if ((effects & (TxEffects.StopRetransmit | TxEffects.Terminate)) != 0)
            transaction.RetransmitAt = ClientBranch.Never;
        if ((effects & TxEffects.StartTimeout) != 0)
            transaction.TimeoutAt = context.Now + Timers.SixtyFourT1;
        if ((effects & (TxEffects.StopTimeout | TxEffects.Terminate)) != 0)
            transaction.TimeoutAt = ClientBranch.Never;
        if ((effects & TxEffects.StartLinger) != 0)
            transaction.LingerAt = context.Now + LingerOf(step.Next);
        if ((effects & TxEffects.Terminate) != 0)
            transaction.LingerAt = ClientBranch.Never;
        if (transaction.State == TxState.Confirmed)
            ReleaseReplies(transaction);
        if ((effects & TxEffects.ReportTimeout) != 0 && previous == TxState.Completed)
            counters.Add(Counter.TransactionTimeouts);
    }

    // Timer I is T4; J and L are 64·T1 unless the script shortens the wait with wt_timer, or a crowd does.
    private int LingerOf(TxState state) => state == TxState.Confirmed ? Timers.T4 : FinishedLinger();

    private int FinishedLinger() => Timers.Wait > 0 ? Timers.Wait : IsCrowded ? Timers.T4 : Timers.SixtyFourT1;

    private bool IsCrowded => Count > Timers.CrowdedAbove;

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

    private void Post(long ticket, MailKind kind, ResolvedTargets? targets = null)
    {
        _posted.Enqueue((ticket, kind, targets));
        Posted?.Invoke();
    }

    private TimerWheel WheelOf(Transaction transaction) => _wheels[transaction.Slot & (WheelCount - 1)];

    /// <summary>Over: the server machine has ended and no client machine has anything left to do.</summary>
    private static bool IsOver(Transaction transaction)
    {
        if (transaction.State != TxState.Terminated)
            return false;
        foreach (var branch in transaction.Branches)
        {
            if (branch.IsOpen || branch.State is TxState.Completed or TxState.Accepted
                || branch.CancelState is TxState.Trying or TxState.Proceeding)
                return false;
        }
        return true;
    }

    private void End(Transaction transaction)
    {
        _table.Remove(transaction);
        WheelOf(transaction).Remove(transaction);
        User?.OnEnded(transaction);
        transaction.Label = 0;
        transaction.Clear();
        counters.Add(Counter.TransactionsEnded);
    }
}
