namespace ScriptedSip.Sip.Transactions;

/// <summary>The non-INVITE server transaction (RFC 3261 17.2.2); touches no socket, clock or table.</summary>
public static class NonInviteServerFsm
{
    /// <inheritdoc cref="InviteClientFsm.Step"/>
    public static TxStep Step(TxState state, TxEvent occurrence, bool reliable) => state switch
    {
        TxState.None when occurrence == TxEvent.Request => new TxStep(TxState.Trying, TxEffects.PassUp),

        // 17.2.2: a retransmission in Trying is discarded.
        TxState.Trying when occurrence == TxEvent.Request => TxStep.Stay(TxState.Trying),
        TxState.Trying or TxState.Proceeding => Open(state, occurrence, reliable),
        TxState.Completed => Completed(occurrence),
        _ => TxStep.Stay(state),
    };

    private static TxStep Open(TxState state, TxEvent occurrence, bool reliable) => occurrence switch
    {
        TxEvent.Request => new TxStep(state, TxEffects.Resend),
        TxEvent.Provisional => new TxStep(TxState.Proceeding, TxEffects.Send),

        // 17.2.2: timer J is zero over reliable transports.
        TxEvent.Success or TxEvent.Failure when reliable => TxStep.End(TxEffects.Send),
        TxEvent.Success or TxEvent.Failure => new TxStep(TxState.Completed, TxEffects.Send | TxEffects.StartLinger),
        // Figure 8: in Trying nothing has been sent that could fail.
        TxEvent.TransportError when state == TxState.Proceeding => TxStep.End(TxEffects.ReportError),
        _ => TxStep.Stay(state),
    };

    private static TxStep Completed(TxEvent occurrence) => occurrence switch
    {
        TxEvent.Request => new TxStep(TxState.Completed, TxEffects.Resend),
        TxEvent.TransportError => TxStep.End(TxEffects.ReportError),
        TxEvent.Linger => TxStep.End(),
        _ => TxStep.Stay(TxState.Completed),
    };
}
