namespace ScriptedSip.Sip.Transactions;

/// <summary>A part of this program that sends requests of its own (a probe, a keep-alive) and wants to know what became of them.</summary>
public interface IRequester
{
    /// <summary>
    /// The request has its final reply. Called once, by the thread that owns the transaction, with no lock held.
    /// </summary>
    /// <param name="context">The context of that thread.</param>
    /// <param name="transaction">The transaction; over when this returns.</param>
    /// <param name="code">200–699; 408 when nobody answered, 478 when there was nobody to ask.</param>
    /// <param name="reply">The reply without our Via; empty when the code was made here.</param>
    void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply);
}
