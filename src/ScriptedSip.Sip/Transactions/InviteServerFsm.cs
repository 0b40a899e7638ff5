namespace ScriptedSip.Sip.Transactions;

/// <summary>The INVITE server transaction (RFC 3261 17.2.1 with RFC 6026 7.1); touches no socket, clock or table.</summary>
public static class InviteServerFsm
{
    /// <inheritdoc cref="InviteClientFsm.Step"/>
    public static TxStep Step(TxState state, TxEvent occurrence, bool reliable) => state switch
    {
        TxState.None when occurrence == TxEvent.Request => new TxStep(TxState.Proceeding, TxEffects.PassUp),
        TxState.Proceeding => Proceeding(occurrence, reliable),
        TxState.Completed => Completed(occurrence, reliable),
        TxState.Confirmed => Confirmed(occurrence),
        TxState.Accepted => Accepted(occurrence),
        _ => TxStep.Stay(state),
    };

    private static TxStep Proceeding(TxEvent occurrence, bool reliable) => occurrence switch
    {
        TxEvent.Request => new TxStep(TxState.Proceeding, TxEffects.Resend),
        TxEvent.Provisional => new TxStep(TxState.Proceeding, TxEffects.Send),

        // RFC 6026 7.1: after a 2xx the transaction stays to absorb INVITE retransmissions and to let further 2xx pass.
        TxEvent.Success => new TxStep(TxState.Accepted, TxEffects.Send | TxEffects.StartLinger),

        // 17.2.1: timer G only over unreliable transports, timer H always.
        TxEvent.Failure => new TxStep(TxState.Completed,
            TxEffects.Send | TxEffects.StartTimeout | (reliable ? TxEffects.None : TxEffects.StartRetransmit)),
        TxEvent.TransportError => Unsent(TxState.Proceeding),
        _ => TxStep.Stay(TxState.Proceeding),
    };

    private static TxStep Completed(TxEvent occurrence, bool reliable) => occurrence switch
    {
        TxEvent.Request => new TxStep(TxState.Completed, TxEffects.Resend),
        TxEvent.Retransmit => new TxStep(TxState.Completed, TxEffects.Resend | TxEffects.NextRetransmit),

        // 17.2.1: timer I is zero over reliable transports.
        TxEvent.Ack when reliable => TxStep.End(TxEffects.StopTimeout),
        TxEvent.Ack => new TxStep(TxState.Confirmed, TxEffects.StopRetransmit | TxEffects.StopTimeout | TxEffects.StartLinger),
        TxEvent.Timeout => TxStep.End(TxEffects.ReportTimeout),
        TxEvent.TransportError => Unsent(TxState.Completed),
        _ => TxStep.Stay(TxState.Completed),
    };

    private static TxStep Confirmed(TxEvent occurrence) => occurrence == TxEvent.Linger ? TxStep.End() : TxStep.Stay(TxState.Confirmed);

    // RFC 6026 7.1: INVITE retransmissions are absorbed without a word; an ACK belongs to the transaction user.
    private static TxStep Accepted(TxEvent occurrence) => occurrence switch
    {
        TxEvent.Success => new TxStep(TxState.Accepted, TxEffects.Send),
        TxEvent.Ack => new TxStep(TxState.Accepted, TxEffects.PassUp),
        TxEvent.TransportError => Unsent(TxState.Accepted),
        TxEvent.Linger => TxStep.End(),
        _ => TxStep.Stay(TxState.Accepted),
    };

    // RFC 6026 7.1: the user is told, and the machine stays: another reply, or the same one again, may still get through.
    private static TxStep Unsent(TxState state) => new(state, TxEffects.ReportError);
}
