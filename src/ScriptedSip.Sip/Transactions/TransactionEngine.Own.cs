using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Requests this server makes itself: the same client branches, timers and failover, but replies end with whoever asked.</summary>
public sealed partial class TransactionEngine
{
    /// <summary>
    /// Makes the transaction of a request of our own; the caller owns it, sends one branch and <see cref="Leave"/>s.
    /// Not for INVITE: nobody here could acknowledge its 2xx (RFC 3261 13.2.2.4).
    /// </summary>
    public Transaction Originate(ProcessingContext context, SipMethod method, ListenSocket socket, IRequester requester)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)method, (int)SipMethod.Invite);
        var transaction = RentEntered(context);
        transaction.Method = method;
        transaction.Local = socket;
        transaction.Requester = requester;
        transaction.State = ServerStep(transaction, TxEvent.Request).Next;
        // No request can come in under this key, so any number that is not taken will do.
        while (_table.AddOrGet(new TransactionKey(context.NextRandom(), context.NextRandom()), transaction) is not null)
        {
        }
        counters.Add(Counter.TransactionsCreated);
        return transaction;
    }

    private static bool Answer(ProcessingContext context, Transaction transaction, int code, MessageBuffer? reply)
    {
        if (code < 200 || transaction.HasFinal)
            return false;
        transaction.LastStatus = code;
        transaction.LastStatusIsLocal = reply is null;
        transaction.Stop();
        transaction.Requester!.OnAnswered(context, transaction, code, reply is null ? default : reply.Span);
        return true;
    }
}
