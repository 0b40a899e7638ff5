using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Tm;

/// <summary>
/// Timer parameters and functions. Kamailio writes milliseconds. SER 0.9, OpenSER and OpenSIPS write seconds, SER 2.0 milliseconds: in those dialects
/// 1000 and more are milliseconds.
/// </summary>
public sealed partial class TmModule
{
    private const int SecondsBelow = 1000;

    // retr_timer2 is 4 in SER 0.9 and 4000 in SER 2.0.
    private const int LongestSeconds = 60;

    private ScriptDialect _dialect;

    [ModParam("fr_timer", "How long to wait for any reply; milliseconds, except in Kamailio seconds below 1000. Default 30000.")]
    public int NoReplyTimer { get; set; } = 30_000;

    [ModParam("fr_inv_timer", "How long to wait for the final reply to an INVITE after a provisional one; milliseconds, except in Kamailio seconds below 1000. Default 120000.")]
    public int NoFinalReplyTimer { get; set; } = 120_000;

    [ModParam("fr_timeout", "OpenSIPS name of fr_timer.")]
    public int NoReplyTimeout { set => NoReplyTimer = value; get => NoReplyTimer; }

    [ModParam("fr_inv_timeout", "OpenSIPS name of fr_inv_timer.")]
    public int NoFinalReplyTimeout { set => NoFinalReplyTimer = value; get => NoFinalReplyTimer; }

    [ModParam("wt_timer", "How long a finished transaction absorbs stragglers; milliseconds, except in Kamailio seconds below 1000. Not set: as long as RFC 3261 asks.")]
    public int WaitTimer { get; set; }

    [ModParam("retr_timer1", "T1, the first retransmission interval, in milliseconds. Default 500.")]
    public int T1 { get; set; } = 500;

    [ModParam("retr_timer2", "T2, the longest retransmission interval, in milliseconds. Default 4000.")]
    public int T2 { get; set; } = 4000;

    [ModParam("T1_timer", "OpenSER and OpenSIPS name of retr_timer1.")]
    public int T1Timer { set => T1 = value; get => T1; }

    [ModParam("T2_timer", "OpenSER and OpenSIPS name of retr_timer2.")]
    public int T2Timer { set => T2 = value; get => T2; }

    [ModParam("retr_timer1p1", "First retransmission interval in seconds (SER 0.9, OpenSER 1.1).")]
    public int FirstRetransmission { set => T1 = value * 1000; get => T1 / 1000; }

    [ModParam("max_inv_lifetime", "Longest life of an INVITE transaction in milliseconds; 0 for no limit. Default 180000.")]
    public int MaxInviteLifetime { get; set; } = 180_000;

    [ModParam("max_noninv_lifetime", "Longest life of another transaction in milliseconds; 0 for no limit. Default 32000.")]
    public int MaxNonInviteLifetime { get; set; } = 32_000;

    [ModParam("restart_fr_on_each_reply", "Whether every provisional restarts the final-reply timer. Default 1.")]
    public int RestartOnEachReply { get; set; } = 1;

    [SipFunction("t_set_fr", ArmingRoutes, "Sets the INVITE final-reply timer of this transaction, in milliseconds; 0 leaves it.")]
    public Outcome SetTimers(Frame frame, int invite) => SetTimers(frame, invite, 0);

    [SipFunction("t_set_fr", ArmingRoutes, "Sets the INVITE final-reply timer and the any-reply timer of this transaction, in milliseconds; 0 leaves one.")]
    public Outcome SetTimers(Frame frame, int invite, int any)
    {
        if (invite > 0)
            frame.NoFinalReplyTimeout = invite;
        if (any > 0)
            frame.NoReplyTimeout = any;
        if (frame.Transaction is { } transaction)
            TransactionRoutes.ApplyTimers(frame, transaction);
        return Outcome.True;
    }

    [SipVariable("T_fr_inv_timeout", "Seconds an INVITE of this transaction may ring.", Setter = nameof(SetNoFinalReplySeconds))]
    public Value NoFinalReplySeconds(Frame frame) =>
        Value.FromInt((frame.NoFinalReplyTimeout > 0 ? frame.NoFinalReplyTimeout : frame.Transaction?.NoFinalReplyTimeout ?? _engine.Timers.NoFinalReply) / 1000);

    public bool SetNoFinalReplySeconds(Frame frame, in Value value) =>
        value is { IsInt: true, Number: > 0 and <= int.MaxValue / 1000 } && SetTimers(frame, (int)value.Number * 1000, 0).Code > 0;

    [SipVariable("T_fr_timeout", "Seconds this transaction waits for a first reply.", Setter = nameof(SetNoReplySeconds))]
    public Value NoReplySeconds(Frame frame) =>
        Value.FromInt((frame.NoReplyTimeout > 0 ? frame.NoReplyTimeout : frame.Transaction?.NoReplyTimeout ?? _engine.Timers.NoReply) / 1000);

    public bool SetNoReplySeconds(Frame frame, in Value value) =>
        value is { IsInt: true, Number: > 0 and <= int.MaxValue / 1000 } && SetTimers(frame, 0, (int)value.Number * 1000).Code > 0;

    [SipFunction("t_reset_fr", ArmingRoutes, "Sets the timers of this transaction back to the parameters.")]
    public Outcome ResetTimers(Frame frame)
    {
        frame.NoFinalReplyTimeout = frame.NoReplyTimeout = 0;
        if (frame.Transaction is { } transaction)
        {
            transaction.NoReplyTimeout = _engine.Timers.NoReply;
            transaction.NoFinalReplyTimeout = _engine.Timers.NoFinalReply;
        }
        return Outcome.True;
    }

    [SipFunction("t_set_auto_inv_100", RouteKinds.Request, "Switches the automatic 100 for this INVITE off (0) or on (1).")]
    public Outcome SetAutoTrying(Frame frame, int isOn)
    {
        frame.SuppressTrying = isOn == 0;
        if (frame is { SuppressTrying: true, Transaction: { } transaction })
            TransactionEngine.SuppressTrying(transaction);
        return Outcome.True;
    }

    [ModParam("fr_timer_avp", "Variable with the fr_timer of a transaction, in seconds, read when it is relayed; in SER and OpenSER $avp(s:callee_fr_timer) by default.")]
    public VariableRef? NoReplyVariable { get; set; }

    [ModParam("fr_inv_timer_avp", "Variable with the fr_inv_timer of a transaction, in seconds, read when it is relayed; in SER and OpenSER $avp(s:callee_fr_inv_timer) by default.")]
    public VariableRef? NoFinalReplyVariable { get; set; }

    private void ApplyTimers(TransactionTimers timers)
    {
        timers.NoReply = Milliseconds(NoReplyTimer);
        timers.NoFinalReply = Milliseconds(NoFinalReplyTimer);
        timers.Wait = Milliseconds(WaitTimer);
        timers.T1 = Math.Clamp(T1, 10, 60_000);
        timers.T2 = Math.Clamp(_dialect == ScriptDialect.Kamailio || T2 > LongestSeconds ? T2 : T2 * 1000, timers.T1, 600_000);
        timers.MaxInviteLifetime = MaxInviteLifetime;
        timers.MaxNonInviteLifetime = MaxNonInviteLifetime;
        timers.RestartOnEachProvisional = RestartOnEachReply != 0;
        if (AutoTrying == 0)
            timers.TryingDelay = -1;
    }

    private int Milliseconds(int value) => _dialect != ScriptDialect.Kamailio && value < SecondsBelow ? value * 1000 : value;
}
