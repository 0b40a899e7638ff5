using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>
/// Finds, steps and ends transactions: looks an event's transaction up, asks its machine, carries out the effects, and keeps the response context
/// of a stateful proxy (RFC 3261 16). What a script decides comes through <see cref="ITransactionUser"/>.
/// <para>This part: requests in, replies out. Client branches, ownership, time and the rest have parts of their own.</para>
/// </summary>
public sealed partial class TransactionEngine(SipCounters counters, TransactionTimers timers, IClock clock) : IResolutionWaiter, ISendFailureSink
{
    private readonly TransactionTable _table = new();

    /// <summary>Who is told of replies and failures; set before traffic starts. Null: replies pass, failures are answered.</summary>
    public ITransactionUser? User { get; set; }

    public TransactionTimers Timers { get; } = timers;

    /// <summary>Transactions at this moment.</summary>
    public int Count => _table.Count;

    /// <summary>Header line put into replies made here, CRLF included; empty for none.</summary>
    public Utf8Text ServerHeader { get; set; }

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

    /// <summary>For an owned transaction whose branches have all ended while its script ran: chooses and sends the final reply.</summary>
    public void Settle(ProcessingContext context, Transaction transaction) => Complete(context, transaction);

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
}
