using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>One thread at a time works on a transaction; what others bring waits in its mailbox. Where a transaction ends.</summary>
public sealed partial class TransactionEngine
{
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
