using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Tm;

/// <summary>Answering through a transaction, for modules that answer requests.</summary>
public interface IStatefulReplies
{
    /// <summary>True when the frame's request has a transaction.</summary>
    bool HasTransaction(Frame frame);

    /// <summary>Answers it; false once a final reply was sent.</summary>
    Outcome Reply(Frame frame, int code, Utf8Text reason);
}

/// <summary>What the host does with a transaction when a request route has ended.</summary>
public interface ITransactionRuns
{
    /// <summary>Keeps what the script left with its transaction and gives the transaction free.</summary>
    void RequestRouteEnded(Frame frame);
}
