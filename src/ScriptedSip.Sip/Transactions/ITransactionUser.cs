using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transactions;

/// <summary>What the floor above is told; tm implements it. Called by the thread that owns the transaction, with no lock held.</summary>
public interface ITransactionUser
{
    /// <summary>
    /// A reply came on a branch (also the reply to a CANCEL: its CSeq says so). Changes to what goes upstream are put into <paramref name="edits"/>.
    /// False discards the reply; only a provisional can be discarded.
    /// </summary>
    bool OnReply(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, MessageEdits edits);

    /// <summary>
    /// A branch has ended without a 2xx while nothing final was sent; others may still be open. The user may add branches. Not called for a branch
    /// whose next server (RFC 3263 4.3) is tried instead.
    /// </summary>
    void OnBranchFailure(ProcessingContext context, Transaction transaction, ClientBranch branch) { }

    /// <summary>All branches have failed and <paramref name="best"/> holds the reply to be sent. The user may add branches or reply itself instead.</summary>
    void OnFailure(ProcessingContext context, Transaction transaction, ClientBranch best);

    /// <summary>A reply has been sent upstream, the first time; the request is still kept.</summary>
    void OnSentUpstream(ProcessingContext context, Transaction transaction, MessageBuffer reply, int code) { }

    /// <summary>The transaction is over; whatever the user keeps for it can go.</summary>
    void OnEnded(Transaction transaction);

    /// <summary>Time to give up what only a burst needed (<see cref="TransactionEngine.Trim"/>).</summary>
    void Trim()
    {
    }
}
