namespace ScriptedSip.Sip.Transactions;

/// <summary>The non-INVITE client transaction (RFC 3261 17.1.2); touches no socket, clock or table.</summary>
public static class NonInviteClientFsm
{
    /// <inheritdoc cref="InviteClientFsm.Step"/>
    public static TxStep Step(TxState state, TxEvent occurrence, bool reliable) => state switch
    {
        TxState.None when occurrence == TxEvent.Request =>
            new TxStep(TxState.Trying, TxEffects.Send | TxEffects.StartTimeout | (reliable ? TxEffects.None : TxEffects.StartRetransmit)),
        TxState.Trying or TxState.Proceeding => Open(state, occurrence, reliable),
        TxState.Completed when occurrence == TxEvent.Linger => TxStep.End(),
        _ => TxStep.Stay(state),
    };

    private static TxStep Open(TxState state, TxEvent occurrence, bool reliable) => occurrence switch
    {
        // 17.1.2.2: retransmission goes on in Proceeding; the schedule itself slows to T2 there.
        TxEvent.Retransmit => new TxStep(state, TxEffects.Resend | TxEffects.NextRetransmit),
        TxEvent.Timeout => TxStep.End(TxEffects.ReportTimeout),
        TxEvent.TransportError => TxStep.End(TxEffects.ReportError),
        TxEvent.Provisional => new TxStep(TxState.Proceeding, TxEffects.PassUp),

        // 17.1.2.2: timer K is zero over reliable transports.
        TxEvent.Success or TxEvent.Failure when reliable => TxStep.End(TxEffects.PassUp | TxEffects.StopTimeout),
        TxEvent.Success or TxEvent.Failure => new TxStep(TxState.Completed,
            TxEffects.PassUp | TxEffects.StopRetransmit | TxEffects.StopTimeout | TxEffects.StartLinger),
        _ => TxStep.Stay(state),
    };
}
