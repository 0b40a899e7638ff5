namespace ScriptedSip.Sip.Transactions;

/// <summary>The INVITE client transaction (RFC 3261 17.1.1 with RFC 6026 8.4); touches no socket, clock or table.</summary>
public static class InviteClientFsm
{
    /// <param name="state">Where the machine is.</param>
    /// <param name="occurrence">What happened.</param>
    /// <param name="reliable">True over TCP, TLS and SCTP: nothing is retransmitted and nothing waited for.</param>
    public static TxStep Step(TxState state, TxEvent occurrence, bool reliable) => state switch
    {
        TxState.None => Idle(occurrence, reliable),
        TxState.Calling => Calling(occurrence, reliable),
        TxState.Proceeding => Proceeding(occurrence, reliable),
        TxState.Completed => Completed(occurrence),
        TxState.Accepted => Accepted(occurrence),
        _ => TxStep.Stay(state),
    };

    // 17.1.1.2: the request is sent on entering Calling; timer A only over unreliable transports, timer B always.
    private static TxStep Idle(TxEvent occurrence, bool reliable) => occurrence == TxEvent.Request
        ? new TxStep(TxState.Calling, TxEffects.Send | TxEffects.StartTimeout | (reliable ? TxEffects.None : TxEffects.StartRetransmit))
        : TxStep.Stay(TxState.None);

    private static TxStep Calling(TxEvent occurrence, bool reliable) => occurrence switch
    {
        TxEvent.Retransmit => new TxStep(TxState.Calling, TxEffects.Resend | TxEffects.NextRetransmit),
        TxEvent.Timeout => TxStep.End(TxEffects.ReportTimeout),
        TxEvent.TransportError => TxStep.End(TxEffects.ReportError),
        _ => Answer(TxState.Calling, occurrence, reliable),
    };

    // 17.1.1.2: no retransmission once a provisional came; what bounds the wait now is the proxy's timer C (16.8).
    private static TxStep Proceeding(TxEvent occurrence, bool reliable) => occurrence switch
    {
        TxEvent.Timeout => TxStep.End(TxEffects.ReportTimeout),
        _ => Answer(TxState.Proceeding, occurrence, reliable),
    };

    private static TxStep Answer(TxState state, TxEvent occurrence, bool reliable) => occurrence switch
    {
        TxEvent.Provisional => new TxStep(TxState.Proceeding, TxEffects.PassUp | TxEffects.StopRetransmit),

        // RFC 6026 8.4: a 2xx leads to Accepted, where retransmissions of it are passed up until timer M.
        TxEvent.Success => new TxStep(TxState.Accepted,
            TxEffects.PassUp | TxEffects.StopRetransmit | TxEffects.StopTimeout | TxEffects.StartLinger),

        // 17.1.1.2: timer D is zero over reliable transports.
        TxEvent.Failure when reliable => TxStep.End(TxEffects.SendAck | TxEffects.PassUp | TxEffects.StopRetransmit | TxEffects.StopTimeout),
        TxEvent.Failure => new TxStep(TxState.Completed,
            TxEffects.SendAck | TxEffects.PassUp | TxEffects.StopRetransmit | TxEffects.StopTimeout | TxEffects.StartLinger),
        _ => TxStep.Stay(state),
    };

    // 17.1.1.2: every retransmission of the final is acknowledged again, none is passed up.
    private static TxStep Completed(TxEvent occurrence) => occurrence switch
    {
        TxEvent.Failure => new TxStep(TxState.Completed, TxEffects.SendAck),
        TxEvent.TransportError => TxStep.End(TxEffects.ReportError),
        TxEvent.Linger => TxStep.End(),
        _ => TxStep.Stay(TxState.Completed),
    };

    private static TxStep Accepted(TxEvent occurrence) => occurrence switch
    {
        TxEvent.Success => new TxStep(TxState.Accepted, TxEffects.PassUp),
        TxEvent.Linger => TxStep.End(),
        _ => TxStep.Stay(TxState.Accepted),
    };
}
