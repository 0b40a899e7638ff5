using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Tm;

/// <summary>Somebody who keeps account of transactions without taking part in them. Called while the transaction is owned, so it must not wait.</summary>
internal interface ITransactionObserver
{
    /// <summary>
    /// A request route or failure route has ended: what to keep with the transaction from now on, from what was kept so far; null for nothing.
    /// </summary>
    object? RouteEnded(Frame frame, object? kept);

    /// <summary>A reply has been sent upstream; <paramref name="reply"/> is null when it is no longer kept.</summary>
    /// <param name="context">For messages to parse into.</param>
    /// <param name="kept">What <see cref="RouteEnded"/> gave.</param>
    /// <param name="flags">Message flags of the transaction.</param>
    /// <param name="reply">Its bytes.</param>
    /// <param name="code">Its status code.</param>
    void SentUpstream(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code);

    /// <summary>All branches have failed, before a failure route may try others. The flags to go on with.</summary>
    uint Failed(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code);

    /// <summary>A request route has sent on an ACK to a 2xx, which belongs to no transaction (RFC 3261 17).</summary>
    void Acknowledged(Frame frame) { }
}

/// <summary>Where observers come in. Exported by tm.</summary>
internal interface IObservableTransactions
{
    /// <summary>Adds an observer, or puts it in the place of one of its own kind; for start-up and reloads.</summary>
    void Observe(ITransactionObserver observer);
}
