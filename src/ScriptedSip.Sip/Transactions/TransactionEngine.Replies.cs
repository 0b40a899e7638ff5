using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Replies in, and the choice of what goes upstream: the response context of RFC 3261 16.7.</summary>
public sealed partial class TransactionEngine
{
    /// <summary>A 6xx cancels the other branches (RFC 3261 16.7, step 5).</summary>
    public bool SixxxEndsSearch { get; set; } = true;

    /// <summary>The challenges of all branches go upstream with the best one (RFC 3261 16.7, step 7).</summary>
    public bool AggregatesChallenges { get; set; } = true;

    /// <summary>A 503 goes upstream as 500 (RFC 3261 16.7, step 6).</summary>
    public bool Remaps503 { get; set; } = true;

    /// <summary>What a status made here counts behind a received one when the best is chosen.</summary>
    public int LocalHandicap { get; set; } = ReplySelection.LocalHandicap;

    /// <summary>Status told the client when no branch answered in time.</summary>
    public int TimeoutCode { get; set; } = 408;

    /// <summary>Reason phrase of <see cref="TimeoutCode"/>.</summary>
    public Utf8Text TimeoutReason { get; set; } = Utf8Text.From("Request Timeout");

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
        if (Enter(context, transaction, label, MailKind.Reply, index, reply, edits: edits))
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
        var step = IsLateAnswer(transaction, branch, code)
            ? InviteClientFsm.Step(TxState.Proceeding, TxEvent.Success, branch.IsReliable)
            : ClientStep(transaction, branch, code < 200 ? TxEvent.Provisional : code < 300 ? TxEvent.Success : TxEvent.Failure);
        ApplyBranch(context, transaction, branch, step, reply);
        if ((step.Effects & TxEffects.PassUp) == 0)
            return;
        branch.HasReplied = true;
        if (code < 200 && branch.CancelWanted)
            SendCancel(context, transaction, branch);
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
        // A route may have given it another status of the same kind.
        branch.StatusCode = reply.StatusCode;
        if (code < 200)
            OnProvisional(context, transaction, branch, reply, isKept, isFirst: previous == 0);
        else if (code < 300)
            OnSuccess(context, transaction, branch, reply, isFirst: previous is < 200 or >= 300);
        else
            OnNegative(context, transaction, branch, reply);
    }

    // RFC 3261 16.7, step 5: a 2xx is passed on whatever came before it. Its machine is over when the branch was given up (timer B) or when a proxy behind
    // it had answered for another of its branches; the callee has picked up all the same.
    private static bool IsLateAnswer(Transaction transaction, ClientBranch branch, int code) =>
        transaction.IsInvite && code is >= 200 and < 300 && branch is { State: TxState.Completed or TxState.Terminated, StatusCode: >= 300 };

    private void OnProvisional(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, bool isKept, bool isFirst)
    {
        // RFC 3261 16.7, step 2: a provisional other than 100 restarts timer C.
        if (transaction.IsInvite && !branch.CancelWanted && (isFirst || (Timers.RestartOnEachProvisional && reply.StatusCode > 100)))
            branch.TimeoutAt = Math.Min(context.Now + transaction.NoFinalReplyTimeout, EndOfLife(transaction));
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
        if (!isFirst || !transaction.IsInvite)
            return;
        transaction.EndedBy = reply.StatusCode;
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
        // 16.7, step 5: a 6xx ends the search, but 2xx of others are still awaited.
        if (reply.StatusCode >= 600 && SixxxEndsSearch && !transaction.Overrides.SixxxIsOrdinary)
        {
            transaction.IsDeclined = true;
            transaction.EndedBy = reply.StatusCode;
            CancelBranches(context, transaction, branch);
        }
        Complete(context, transaction, branch);
        branch.ReleaseSent();
    }

    private static MessageBuffer WriteForUpstream(ProcessingContext context, SipMessage reply)
    {
        var edits = context.ReplyEdits;
        var bytes = context.Buffers.Rent(Math.Min(MessageWriter.UpperBoundOfReply(reply, edits), MessageBufferPool.LargestSize));
        var writer = new SpanWriter(bytes.Bytes);
        MessageWriter.WriteReply(ref writer, reply, edits);
        bytes.Length = writer.Length;
        return bytes;
    }

    /// <summary>Offers the failure of a branch to the user, who may add others, then sees whether it was the last one.</summary>
    private void Complete(ProcessingContext context, Transaction transaction, ClientBranch failed)
    {
        if (!transaction.HasFinal && !failed.IsReplica && transaction.State != TxState.Terminated)
            User?.OnBranchFailure(context, transaction, failed);
        Complete(context, transaction);
    }

    /// <summary>When no branch is open any more and nothing final was sent: offers the failure to the user, then sends the best reply.</summary>
    private void Complete(ProcessingContext context, Transaction transaction)
    {
        if (transaction.HasFinal || transaction.BranchCount == 0 || transaction.HasPendingBranch || transaction.State == TxState.Terminated)
            return;
        var best = ReplySelection.Best(transaction.Branches, LocalHandicap);
        if (best is not null && User is not null)
        {
            User.OnFailure(context, transaction, best);
            if (transaction.HasFinal || transaction.HasPendingBranch)
                return;
            best = ReplySelection.Best(transaction.Branches, LocalHandicap);
        }
        SendBest(context, transaction, best);
    }

    private void SendBest(ProcessingContext context, Transaction transaction, ClientBranch? best)
    {
        if (best?.Reply is null)
        {
            var code = best?.StatusCode ?? 500;
            if (code == 408)
                Reply(context, transaction, TimeoutCode, TimeoutReason.Span);
            else
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

    private void SendAck(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply)
    {
        if (branch.Ack is null)
        {
            if (branch.Sent is null)
                return;
            var sent = context.RentMessage();
            MessageParser.Parse(sent, branch.Sent.Bytes, branch.Sent.Length, isStream: false);
            branch.Ack = context.Buffers.Rent(Math.Min(branch.Sent.Length + reply.To.Whole.Length
                + transaction.Overrides.Headers.Length + 256, MessageBufferPool.LargestSize));
            var writer = new SpanWriter(branch.Ack.Bytes);
            RequestBuilder.WriteAck(ref writer, sent, reply, new FollowingHeaders(FollowingPrefix, transaction.Overrides.Headers));
            branch.Ack.Length = writer.Length;
            context.Return(sent);
        }
        context.Outbox.Add(branch.Socket, branch.Destination, branch.Ack);
    }
}
