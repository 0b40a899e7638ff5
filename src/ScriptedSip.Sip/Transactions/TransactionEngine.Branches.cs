using System.Buffers.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Client branches: requests out, replies in, CANCEL, and the choice of the reply that goes upstream.</summary>
public sealed partial class TransactionEngine
{
    /// <summary>Most branches of one transaction over all its attempts.</summary>
    public const int MaxBranches = 64;

    /// <summary>A 6xx cancels the other branches (RFC 3261 16.7, step 5).</summary>
    public bool SixxxEndsSearch { get; set; } = true;

    /// <summary>The challenges of all branches go upstream with the best one (RFC 3261 16.7, step 7).</summary>
    public bool AggregatesChallenges { get; set; } = true;

    /// <summary>A 503 goes upstream as 500 (RFC 3261 16.7, step 6).</summary>
    public bool Remaps503 { get; set; } = true;

    /// <summary>Adds a branch that has sent nothing yet; null when there are <see cref="MaxBranches"/>.</summary>
    public static ClientBranch? AddBranch(Transaction transaction) => transaction.BranchCount < MaxBranches ? transaction.AddBranch() : null;

    /// <summary>Writes the branch parameter of a branch's Via: z9hG4bK, slot, label and index in the dialect's form <c>z9hG4bKHEX.HEX.N</c>.</summary>
    public static void WriteBranchId(ref SpanWriter writer, Transaction transaction, int branch)
    {
        writer.Write("z9hG4bK"u8);
        // The low bits move fastest and the tutorial's traces show four digits: 0x1000 keeps that shape for small tables.
        writer.WriteHex((ulong)transaction.Slot + BranchBase);
        writer.Write((byte)'.');
        writer.WriteHex(transaction.Label);
        writer.Write((byte)'.');
        writer.WriteHex((ulong)branch);
    }

    private const int BranchBase = 0x1000;

    /// <summary>A number that leads back to a branch, for those who will report about it later (<see cref="OutboundPacket.Ticket"/>).</summary>
    public static long TicketOf(Transaction transaction, ClientBranch branch) =>
        ((long)transaction.Label << 32) | ((long)(uint)transaction.Slot << 6) | (uint)branch.Index;

    /// <summary>Sends the request of a branch; takes over the caller's hold on <paramref name="bytes"/>.</summary>
    public void Send(ProcessingContext context, Transaction transaction, ClientBranch branch, MessageBuffer bytes, ListenSocket socket,
        in SipEndpoint destination)
    {
        branch.ReleaseSent();
        branch.Sent = bytes;
        branch.Socket = socket;
        branch.Destination = destination;
        if (StreamAbove > 0 && bytes.Length > StreamAbove)
            PreferStream(context, transaction, branch);
        branch.IsResolving = false;
        ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Request));
        // RFC 3261 16.6, step 11: timer C bounds an INVITE that only ever gets provisionals; until one comes B does.
    }

    /// <summary>
    /// Keeps the request of a branch whose next hop is still being looked up; <see cref="OnResolved(long, ResolvedTargets?)"/> sends it. Takes over the hold.
    /// </summary>
    public static void Hold(ProcessingContext context, Transaction transaction, ClientBranch branch, MessageBuffer bytes, ListenSocket socket)
    {
        branch.Sent = bytes;
        branch.Socket = socket;
        branch.IsResolving = true;
        branch.TimeoutAt = context.Now + transaction.NoReplyTimeout;
    }

    /// <summary>Gives a branch up before it was sent: it counts as answered with <paramref name="code"/> by this server.</summary>
    public static void Fail(ClientBranch branch, int code)
    {
        branch.State = TxState.Terminated;
        branch.IsResolving = false;
        branch.StatusCode = code;
        branch.IsLocal = true;
        branch.TimeoutAt = ClientBranch.Never;
    }

    /// <summary>Chooses a socket for a destination; set by the host.</summary>
    public Func<SipEndpoint, ListenSocket, ListenSocket?> SocketFor { get; set; } = static (_, preferred) => preferred;

    /// <summary>
    /// Takes a reply to its branch. False when it belongs to no transaction. <paramref name="edits"/> are changes made before it was known whose
    /// reply it is.
    /// </summary>
    public bool OnReply(ProcessingContext context, SipMessage reply, MessageEdits? edits = null)
    {
        if (!TryReadBranchId(reply[reply.Via.Branch], out var slot, out var label, out var index))
            return false;
        var transaction = _table.At(slot);
        if (transaction is null || transaction.Label != label || label == 0 || index >= transaction.BranchCount)
            return false;
        if (Enter(context, transaction, label, MailKind.Reply, index, reply))
        {
            try
            {
                if (index < transaction.BranchCount)
                    OnReply(context, transaction, transaction.Branches[index], reply, edits);
            }
            catch (Exception fault) when (OnFault is not null)
            {
                Survive(context, transaction, fault);
            }
            Leave(context, transaction);
        }
        return true;
    }

    /// <summary>
    /// Cancels the branches of an INVITE transaction that are still open (RFC 3261 16.10). Usable from any thread that does not own the transaction;
    /// <paramref name="userState"/> becomes its <see cref="Transaction.CancelUserState"/>.
    /// </summary>
    public void Cancel(ProcessingContext context, Transaction transaction, uint label, object? userState)
    {
        if (!Enter(context, transaction, label, MailKind.Cancel, userState: userState))
            return;
        try
        {
            CancelOwned(context, transaction, userState);
        }
        catch (Exception fault) when (OnFault is not null)
        {
            Survive(context, transaction, fault);
        }
        Leave(context, transaction);
    }

    /// <summary>Cancels open branches of an owned transaction; <paramref name="except"/> is spared.</summary>
    public void CancelBranches(ProcessingContext context, Transaction transaction, ClientBranch? except = null)
    {
        foreach (var branch in transaction.Branches)
        {
            if (!ReferenceEquals(branch, except))
                CancelBranch(context, transaction, branch);
        }
    }

    /// <summary>Cancels one branch: at once when a provisional came, else as soon as one comes (RFC 3261 9.1).</summary>
    public void CancelBranch(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        if (!transaction.IsInvite || !branch.IsOpen || branch.CancelWanted)
            return;
        branch.CancelWanted = true;
        if (branch.IsResolving)
            Fail(branch, 487);
        else if (branch.State == TxState.Proceeding)
            SendCancel(context, transaction, branch);
    }

    /// <inheritdoc/>
    public void OnResolved(long ticket, ResolvedTargets? targets) => _posted.Enqueue((ticket, MailKind.Resolved, targets));

    /// <summary>A packet sent with a branch's ticket could not be delivered. Usable from any thread.</summary>
    public void OnSendFailed(long ticket) => _posted.Enqueue((ticket, MailKind.SendFailed, null));

    private void CancelOwned(ProcessingContext context, Transaction transaction, object? userState)
    {
        if (!transaction.IsInvite || transaction.HasFinal)
            return;
        transaction.IsCancelled = true;
        transaction.CancelUserState = userState;
        CancelBranches(context, transaction);
        Complete(context, transaction);
    }

    private void OnPosted(ProcessingContext context, long ticket, MailKind kind, ResolvedTargets? targets)
    {
        var label = (uint)(ticket >> 32);
        var transaction = _table.At((int)((uint)ticket >> 6));
        var index = (int)(ticket & 63);
        if (transaction is null || !Enter(context, transaction, label, kind, index, targets: targets))
            return;
        try
        {
            if (kind == MailKind.Resolved)
                OnResolved(context, transaction, transaction.Branches[index], targets);
            else
                OnSendFailed(context, transaction, transaction.Branches[index]);
        }
        catch (Exception fault) when (OnFault is not null)
        {
            Survive(context, transaction, fault);
        }
        Leave(context, transaction);
    }

    private void OnResolved(ProcessingContext context, Transaction transaction, ClientBranch branch, ResolvedTargets? targets)
    {
        if (!branch.IsResolving)
            return;
        branch.IsResolving = false;
        branch.TimeoutAt = ClientBranch.Never;
        branch.Targets = targets;
        branch.TargetIndex = 0;
        if (targets is null || !TrySendTo(context, transaction, branch, targets.Endpoints[0]))
        {
            Fail(branch, 478);
            Complete(context, transaction);
        }
    }

    private bool TrySendTo(ProcessingContext context, Transaction transaction, ClientBranch branch, in SipEndpoint destination)
    {
        var socket = SocketFor(destination, branch.Socket);
        if (socket is null || branch.Sent is null)
            return false;
        var bytes = branch.Sent.Retain();
        if (!ReferenceEquals(socket, branch.Socket))
        {
            bytes.Release();
            bytes = WithVia(context, transaction, branch.Sent, branch.Index, socket);
        }
        Send(context, transaction, branch, bytes, socket, destination);
        return true;
    }

    /// <summary>A copy of a request we wrote, with another topmost Via: for another socket or another branch.</summary>
    private static MessageBuffer WithVia(ProcessingContext context, Transaction transaction, MessageBuffer sent, int branch, ListenSocket socket)
    {
        var old = context.RentMessage();
        MessageParser.Parse(old, sent.Bytes, sent.Length, isStream: false);
        var line = old.Header(old.Via.Row).Line;
        context.Return(old);
        var copy = context.Buffers.Rent(sent.Length + socket.ViaPrefix.Length + 48);
        var writer = new SpanWriter(copy.Bytes);
        writer.Write(sent.Span[..line.Offset]);
        writer.Write(socket.ViaPrefix);
        WriteBranchId(ref writer, transaction, branch);
        writer.Write("\r\n"u8);
        writer.Write(sent.Span[line.End..]);
        copy.Length = writer.Length;
        return copy;
    }

    private void OnSendFailed(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        if (branch.State is not (TxState.Calling or TxState.Trying))
            return;
        ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.TransportError));
    }

    private void OnReply(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, MessageEdits? earlier = null)
    {
        if (reply.Method == SipMethod.Cancel && transaction.IsInvite)
        {
            OnCancelReply(context, transaction, branch, reply);
            return;
        }
        if (reply.Method != transaction.Method)
            return;
        var code = reply.StatusCode;
        var step = ClientStep(transaction, branch, code < 200 ? TxEvent.Provisional : code < 300 ? TxEvent.Success : TxEvent.Failure);
        ApplyBranch(context, transaction, branch, step, reply);
        if ((step.Effects & TxEffects.PassUp) == 0)
            return;
        branch.HasReplied = true;
        if (branch.IsReplica)
            return;
        if (branch.IsSettled && (code < 200 || code >= 300))
        {
            if (code >= 300)
                branch.ReleaseSent();
            return;
        }
        var previous = branch.StatusCode;
        branch.StatusCode = code;
        var edits = context.ReplyEdits;
        edits.Clear();
        if (earlier is not null)
            edits.CopyFrom(earlier);
        var isKept = User?.OnReply(context, transaction, branch, reply, edits) ?? true;
        if (code < 200)
            OnProvisional(context, transaction, branch, reply, isKept, isFirst: previous == 0);
        else if (code < 300)
            OnSuccess(context, transaction, branch, reply, isFirst: previous is < 200 or >= 300);
        else
            OnNegative(context, transaction, branch, reply);
    }

    private void OnProvisional(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, bool isKept, bool isFirst)
    {
        // RFC 3261 16.7, step 2: a provisional other than 100 restarts timer C.
        if (transaction.IsInvite && !branch.CancelWanted && (isFirst || (Timers.RestartOnEachProvisional && reply.StatusCode > 100)))
            branch.TimeoutAt = Math.Min(context.Now + transaction.NoFinalReplyTimeout, EndOfLife(transaction));
        if (branch.CancelWanted && branch.CancelState == TxState.None)
            SendCancel(context, transaction, branch);
        // 16.7, step 5: a 100 is for this hop only.
        if (!isKept || reply.StatusCode == 100 || transaction.HasFinal)
            return;
        var bytes = WriteForUpstream(context, reply);
        SendUpstream(context, transaction, bytes, reply.StatusCode, isLocal: false);
        bytes.Release();
    }

    private void OnSuccess(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, bool isFirst)
    {
        var bytes = WriteForUpstream(context, reply);
        SendUpstream(context, transaction, bytes, reply.StatusCode, isLocal: false);
        bytes.Release();
        branch.ReleaseSent();
        // 16.7, step 10: the call is won, the other branches are not wanted any more.
        if (isFirst && transaction.IsInvite)
            CancelBranches(context, transaction, branch);
    }

    private void OnNegative(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply)
    {
        branch.Reply?.Release();
        branch.Reply = WriteForUpstream(context, reply);
        // RFC 3263 4.3: a server that is out of service is as good as one that does not answer.
        if (reply.StatusCode == 503)
        {
            ReportUnreachable(branch);
            if (TryNextTarget(context, transaction, branch, wasReached: true))
            {
                branch.ReleaseSent();
                return;
            }
        }
        branch.ReleaseSent();
        // 16.7, step 5: a 6xx ends the search, but 2xx of others are still awaited.
        if (reply.StatusCode >= 600 && SixxxEndsSearch && !transaction.Overrides.SixxxIsOrdinary)
            CancelBranches(context, transaction, branch);
        Complete(context, transaction);
    }

    private static MessageBuffer WriteForUpstream(ProcessingContext context, SipMessage reply)
    {
        var edits = context.ReplyEdits;
        var bytes = context.Buffers.Rent(Math.Min(MessageWriter.UpperBound(reply, edits, 0), MessageBufferPool.LargestSize));
        var writer = new SpanWriter(bytes.Bytes);
        MessageWriter.WriteReply(ref writer, reply, edits);
        bytes.Length = writer.Length;
        return bytes;
    }

    /// <summary>When no branch is open any more and nothing final was sent: offers the failure to the user, then sends the best reply.</summary>
    private void Complete(ProcessingContext context, Transaction transaction)
    {
        if (transaction.HasFinal || transaction.BranchCount == 0 || transaction.HasPendingBranch || transaction.State == TxState.Terminated)
            return;
        var best = ReplySelection.Best(transaction.Branches);
        if (best is not null && User is not null)
        {
            User.OnFailure(context, transaction, best);
            if (transaction.HasFinal || transaction.HasPendingBranch)
                return;
            best = ReplySelection.Best(transaction.Branches);
        }
        SendBest(context, transaction, best);
    }

    private void SendBest(ProcessingContext context, Transaction transaction, ClientBranch? best)
    {
        if (best?.Reply is null)
        {
            var code = best?.StatusCode ?? 500;
            Reply(context, transaction, code, StatusCodes.ReasonOf(code));
            return;
        }
        var reply = best.Reply.Retain();
        var status = best.StatusCode;
        if (status is 401 or 407 && AggregatesChallenges)
        {
            reply.Release();
            reply = WithAllChallenges(context, transaction, best);
        }
        else if (status == 503 && Remaps503)
        {
            // 16.7, step 6: 503 would say that this proxy is overloaded.
            reply.Release();
            status = 500;
            reply = WithStatus(context, best.Reply, status);
        }
        SendUpstream(context, transaction, reply, status, isLocal: false);
        reply.Release();
    }

    private static MessageBuffer WithStatus(ProcessingContext context, MessageBuffer reply, int status)
    {
        var copy = context.Buffers.Rent(reply.Length + 64);
        var writer = new SpanWriter(copy.Bytes);
        writer.Write("SIP/2.0 "u8);
        writer.Write(status);
        writer.Write((byte)' ');
        writer.Write(StatusCodes.ReasonOf(status));
        writer.Write("\r\n"u8);
        writer.Write(reply.Span[(reply.Span.IndexOf((byte)'\n') + 1)..]);
        copy.Length = writer.Length;
        return copy;
    }

    // RFC 3261 16.7, step 7: the challenges of all branches travel upstream together, so that one answer can satisfy them all.
    private static MessageBuffer WithAllChallenges(ProcessingContext context, Transaction transaction, ClientBranch best)
    {
        var size = best.Reply!.Length;
        foreach (var branch in transaction.Branches)
        {
            if (IsOtherChallenge(branch, best))
                size += branch.Reply!.Length;
        }
        if (size == best.Reply.Length || size > MessageBufferPool.LargestSize)
            return best.Reply.Retain();
        var message = context.RentMessage();
        MessageParser.Parse(message, best.Reply.Bytes, best.Reply.Length, isStream: false);
        var headersEnd = message.HeadersEnd;
        var copy = context.Buffers.Rent(size);
        var writer = new SpanWriter(copy.Bytes);
        writer.Write(best.Reply.Span[..headersEnd]);
        foreach (var branch in transaction.Branches)
        {
            if (!IsOtherChallenge(branch, best))
                continue;
            MessageParser.Parse(message, branch.Reply!.Bytes, branch.Reply.Length, isStream: false);
            WriteLines(ref writer, message, HeaderId.WwwAuthenticate);
            WriteLines(ref writer, message, HeaderId.ProxyAuthenticate);
        }
        writer.Write(best.Reply.Span[headersEnd..]);
        copy.Length = writer.Length;
        context.Return(message);
        return copy;
    }

    private static bool IsOtherChallenge(ClientBranch branch, ClientBranch best) =>
        !ReferenceEquals(branch, best) && branch is { StatusCode: 401 or 407, Reply: not null, IsDropped: false };

    private static void WriteLines(ref SpanWriter writer, SipMessage message, HeaderId id)
    {
        for (var row = message.First(id); row >= 0; row = message.Header(row).NextSame)
            writer.Write(message[message.Header(row).Line]);
    }

    private void OnBranchTimer(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        var now = context.Now;
        if (now >= branch.RetransmitAt)
            ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Retransmit));
        if (now >= branch.TimeoutAt)
            OnBranchTimeout(context, transaction, branch);
        if (now >= branch.LingerAt)
        {
            branch.LingerAt = ClientBranch.Never;
            ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Linger));
        }
        if (now >= branch.CancelRetransmitAt)
            StepCancel(context, transaction, branch, TxEvent.Retransmit);
        if (now >= branch.CancelTimeoutAt)
            StepCancel(context, transaction, branch, TxEvent.Timeout);
    }

    private void OnBranchTimeout(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        branch.TimeoutAt = ClientBranch.Never;
        if (branch.IsResolving)
        {
            Fail(branch, 408);
            Complete(context, transaction);
            return;
        }
        // 16.8: timer C on a branch that rings: it is cancelled, and for the choice of the best reply it counts as a 408.
        // The machine goes on waiting, to acknowledge the 487.
        if (branch.State == TxState.Proceeding && transaction.IsInvite && !branch.CancelWanted)
        {
            branch.CancelWanted = branch.IsSettled = branch.IsLocal = true;
            branch.StatusCode = 408;
            counters.Add(Counter.TransactionTimeouts);
            SendCancel(context, transaction, branch);
            Complete(context, transaction);
            return;
        }
        ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Timeout));
    }

    private static TxStep ClientStep(Transaction transaction, ClientBranch branch, TxEvent occurrence) => transaction.IsInvite
        ? InviteClientFsm.Step(branch.State, occurrence, branch.IsReliable)
        : NonInviteClientFsm.Step(branch.State, occurrence, branch.IsReliable);

    private void ApplyBranch(ProcessingContext context, Transaction transaction, ClientBranch branch, TxStep step, SipMessage? reply = null)
    {
        var effects = step.Effects;
        branch.State = step.Next;
        if ((effects & TxEffects.SendAck) != 0)
            SendAck(context, transaction, branch, reply!);
        if ((effects & (TxEffects.Send | TxEffects.Resend)) != 0 && branch.Sent is not null)
            context.Outbox.Add(branch.Socket, branch.Destination, branch.Sent, TicketOf(transaction, branch));
        if ((effects & TxEffects.StartRetransmit) != 0)
        {
            branch.Interval = Or(transaction.Overrides.FirstRetransmission, Timers.T1);
            branch.RetransmitAt = context.Now + branch.Interval;
        }
        if ((effects & TxEffects.NextRetransmit) != 0)
        {
            // 17.1.1.2: timer A doubles without bound; 17.1.2.2: E up to T2, and is T2 once a provisional came.
            var longest = Or(transaction.Overrides.LongestRetransmission, Timers.T2);
            branch.Interval = transaction.IsInvite ? branch.Interval * 2
                : step.Next == TxState.Proceeding ? longest : Math.Min(branch.Interval * 2, longest);
            branch.RetransmitAt = context.Now + branch.Interval;
        }
        if ((effects & (TxEffects.StopRetransmit | TxEffects.Terminate)) != 0)
            branch.RetransmitAt = ClientBranch.Never;
        if ((effects & TxEffects.StartTimeout) != 0)
            branch.TimeoutAt = Math.Min(context.Now + transaction.NoReplyTimeout, EndOfLife(transaction));
        if ((effects & (TxEffects.StopTimeout | TxEffects.Terminate)) != 0)
            branch.TimeoutAt = ClientBranch.Never;
        if ((effects & TxEffects.StartLinger) != 0)
            branch.LingerAt = context.Now + ClientLingerOf(transaction, step.Next);
        if ((effects & TxEffects.Terminate) != 0)
            branch.LingerAt = ClientBranch.Never;
        if ((effects & (TxEffects.ReportTimeout | TxEffects.ReportError)) != 0)
            OnBranchLost(context, transaction, branch, (effects & TxEffects.ReportTimeout) != 0);
    }

    private void OnBranchLost(ProcessingContext context, Transaction transaction, ClientBranch branch, bool isTimeout)
    {
        if (branch.StatusCode >= 200)
        {
            branch.ReleaseSent();
            return;
        }
        if (isTimeout)
            counters.Add(Counter.TransactionTimeouts);
        // 16.9: a transport error counts as a 503, which would go upstream as 500; the dialect's own code says more. A branch that never answered its
        // CANCEL counts as if it had.
        branch.StatusCode = !isTimeout ? 477 : branch.CancelWanted ? 487 : 408;
        branch.IsLocal = true;
        if (!isTimeout || !branch.HasReplied)
            ReportUnreachable(branch);
        if (!TryNextTarget(context, transaction, branch, wasReached: isTimeout))
            Complete(context, transaction);
        branch.ReleaseSent();
    }

    // Timer D is at least 32 s, timer M 64·T1, timer K is T4 (RFC 3261 17.1.1.2, 17.1.2.2; RFC 6026 8.4).
    private int ClientLingerOf(Transaction transaction, TxState state) =>
        state == TxState.Completed && !transaction.IsInvite ? Timers.T4
        : state == TxState.Accepted && Timers.Wait > 0 ? Timers.Wait
        : Timers.SixtyFourT1;

    private static void SendAck(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply)
    {
        if (branch.Ack is null)
        {
            if (branch.Sent is null)
                return;
            var sent = context.RentMessage();
            MessageParser.Parse(sent, branch.Sent.Bytes, branch.Sent.Length, isStream: false);
            branch.Ack = context.Buffers.Rent(Math.Min(branch.Sent.Length + reply.To.Whole.Length + 256, MessageBufferPool.LargestSize));
            var writer = new SpanWriter(branch.Ack.Bytes);
            RequestBuilder.WriteAck(ref writer, sent, reply);
            branch.Ack.Length = writer.Length;
            context.Return(sent);
        }
        context.Outbox.Add(branch.Socket, branch.Destination, branch.Ack);
    }

    private void SendCancel(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        if (branch.Sent is null || branch.CancelState != TxState.None)
            return;
        var sent = context.RentMessage();
        MessageParser.Parse(sent, branch.Sent.Bytes, branch.Sent.Length, isStream: false);
        branch.Cancel = context.Buffers.Rent(Math.Min(branch.Sent.Length + 256, MessageBufferPool.LargestSize));
        var writer = new SpanWriter(branch.Cancel.Bytes);
        RequestBuilder.WriteCancel(ref writer, sent);
        branch.Cancel.Length = writer.Length;
        context.Return(sent);
        StepCancel(context, transaction, branch, TxEvent.Request);
        // 9.1: the INVITE may never be answered now; 64·T1 is the wait the RFC grants.
        branch.TimeoutAt = Math.Min(branch.TimeoutAt, context.Now + Timers.SixtyFourT1);
    }

    private void OnCancelReply(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply)
    {
        if (branch.CancelState == TxState.None)
            return;
        var code = reply.StatusCode;
        var effects = StepCancel(context, transaction, branch, code < 200 ? TxEvent.Provisional : code < 300 ? TxEvent.Success : TxEvent.Failure);
        // The client was answered by this server (16.10); the reply ends here, but the reply route armed for the CANCEL sees it.
        if ((effects & TxEffects.PassUp) == 0)
            return;
        context.ReplyEdits.Clear();
        User?.OnReply(context, transaction, branch, reply, context.ReplyEdits);
    }

    private TxEffects StepCancel(ProcessingContext context, Transaction transaction, ClientBranch branch, TxEvent occurrence)
    {
        var step = NonInviteClientFsm.Step(branch.CancelState, occurrence, branch.IsReliable);
        var effects = step.Effects;
        branch.CancelState = step.Next == TxState.Completed ? TxState.Terminated : step.Next;
        if ((effects & (TxEffects.Send | TxEffects.Resend)) != 0)
            context.Outbox.Add(branch.Socket, branch.Destination, branch.Cancel!);
        if ((effects & TxEffects.StartRetransmit) != 0)
        {
            branch.CancelInterval = Timers.T1;
            branch.CancelRetransmitAt = context.Now + Timers.T1;
        }
        if ((effects & TxEffects.NextRetransmit) != 0)
        {
            branch.CancelInterval = Math.Min(branch.CancelInterval * 2, Timers.T2);
            branch.CancelRetransmitAt = context.Now + branch.CancelInterval;
        }
        if ((effects & TxEffects.StartTimeout) != 0)
            branch.CancelTimeoutAt = context.Now + Timers.SixtyFourT1;
        if (branch.CancelState == TxState.Terminated)
            branch.CancelRetransmitAt = branch.CancelTimeoutAt = ClientBranch.Never;
        return effects;
    }

    private static bool TryReadBranchId(ReadOnlySpan<byte> branch, out int slot, out uint label, out int index)
    {
        slot = index = 0;
        label = 0;
        if (!branch.StartsWith("z9hG4bK"u8))
            return false;
        branch = branch[7..];
        if (!Utf8Parser.TryParse(branch, out slot, out var length, 'x') || length + 1 >= branch.Length || branch[length] != '.')
            return false;
        branch = branch[(length + 1)..];
        if (!Utf8Parser.TryParse(branch, out label, out length, 'x') || length + 1 >= branch.Length || branch[length] != '.')
            return false;
        branch = branch[(length + 1)..];
        slot -= BranchBase;
        return Utf8Parser.TryParse(branch, out index, out length, 'x') && length == branch.Length && slot >= 0 && index is >= 0 and < MaxBranches;
    }
}
