using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Sip.Transactions;

/// <summary>CANCEL: giving branches up, and the client transaction of each CANCEL sent (RFC 3261 9, 16.10).</summary>
public sealed partial class TransactionEngine
{
    /// <summary>
    /// Cancels the branches of an INVITE transaction that are still open (RFC 3261 16.10). Usable from any thread that does not own the transaction;
    /// <paramref name="userState"/> becomes its <see cref="Transaction.CancelUserState"/>; <paramref name="reason"/> are whole lines for the CANCELs it
    /// causes (RFC 3326), which the transaction keeps.
    /// </summary>
    public void Cancel(ProcessingContext context, Transaction transaction, uint label, object? userState, Utf8Text reason = default)
    {
        if (!Enter(context, transaction, label, MailKind.Cancel, userState: userState, reason: reason))
            return;
        try
        {
            CancelOwned(context, transaction, userState, reason);
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

    /// <summary>A CANCEL sent because of a final reply says so (RFC 3326).</summary>
    public bool TellsCancelReason { get; set; }

    /// <summary>Names of unknown headers of an INVITE that go along in its CANCEL and ACK begin so; empty for none.</summary>
    public Utf8Text FollowingPrefix { get; set; }

    private void CancelOwned(ProcessingContext context, Transaction transaction, object? userState, Utf8Text reason)
    {
        if (!transaction.IsInvite || transaction.HasFinal)
            return;
        transaction.IsCancelled = true;
        transaction.CancelUserState = userState;
        if (!transaction.Overrides.KeepsCancelReason)
            transaction.CancelReason = reason;
        CancelBranches(context, transaction);
        Complete(context, transaction);
    }

    private void SendCancel(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        if (branch.Sent is null || branch.CancelState != TxState.None)
            return;
        var sent = context.RentMessage();
        MessageParser.Parse(sent, branch.Sent.Bytes, branch.Sent.Length, isStream: false);
        var reason = CancelReasonOf(transaction);
        var own = transaction.Overrides.Headers;
        branch.Cancel = context.Buffers.Rent(Math.Min(branch.Sent.Length + own.Length + reason.Length + 256, MessageBufferPool.LargestSize));
        var writer = new SpanWriter(branch.Cancel.Bytes);
        RequestBuilder.WriteCancel(ref writer, sent, new FollowingHeaders(FollowingPrefix, own, reason));
        branch.Cancel.Length = writer.Length;
        context.Return(sent);
        StepCancel(context, transaction, branch, TxEvent.Request);
        // 9.1: the INVITE may never be answered now; 64·T1 is the wait the RFC grants.
        branch.TimeoutAt = Math.Min(branch.TimeoutAt, context.Now + Timers.SixtyFourT1);
    }

    private Utf8Text CancelReasonOf(Transaction transaction) => !transaction.CancelReason.IsEmpty ? transaction.CancelReason
        : transaction is { IsCancelled: false, EndedBy: >= 200 } && TellsCancelReason
            ? transaction.EndedBy < 300 ? CompletedElsewhere : Declined
        : default;

    private static readonly Utf8Text CompletedElsewhere = Utf8Text.From("Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n");
    private static readonly Utf8Text Declined = Utf8Text.From("Reason: SIP;cause=603;text=\"Declined\"\r\n");

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
        {
            branch.CancelRetransmitAt = branch.CancelTimeoutAt = ClientBranch.Never;
            branch.ReleaseCancel();
        }
        return effects;
    }
}
