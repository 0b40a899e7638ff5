using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Faults of the program itself: whatever is thrown while a transaction is worked on, the transaction ends and nobody waits for it for ever.</summary>
public sealed partial class TransactionEngine
{
    /// <summary>Told of each fault, for the log. Null: a fault goes up to the caller.</summary>
    public Action<Exception>? OnFault { get; set; }

    /// <summary>Ends an owned transaction that can no longer be trusted: a client without a final reply gets a 500.</summary>
    public void GiveUp(ProcessingContext context, Transaction transaction)
    {
        foreach (var branch in transaction.Branches)
            branch.Stop();
        try
        {
            if (!transaction.HasFinal)
                Reply(context, transaction, 500, StatusCodes.ReasonOf(500));
        }
        finally
        {
            if (!transaction.HasFinal)
                transaction.Stop();
        }
    }

    private void Survive(ProcessingContext context, Transaction transaction, Exception fault)
    {
        OnFault?.Invoke(fault);
        if (transaction.Label == 0)
            return;
        try
        {
            // A final reply that is being sent again is what is broken now: that it is not sent again is the lesser evil.
            if (transaction.HasFinal)
                transaction.Stop();
            GiveUp(context, transaction);
        }
        catch (Exception next)
        {
            OnFault?.Invoke(next);
        }
    }
}
