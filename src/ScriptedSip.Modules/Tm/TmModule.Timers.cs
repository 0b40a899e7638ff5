using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Tm;

/// <summary>Timer parameters and functions. Values from 1000 on are milliseconds; below, seconds: old dialects wrote seconds, new ones milliseconds.</summary>
public sealed partial class TmModule
{
    private const int SecondsBelow = 1000;

    [ModParam("fr_timer", "How long to wait for any reply; milliseconds, or seconds below 1000. Default 30000.")]
    public int NoReplyTimer { get; set; } = 30_000;

    [ModParam("fr_inv_timer", "How long to wait for the final reply to an INVITE after a provisional one; milliseconds, or seconds below 1000. Default 120000.")]
    public int NoFinalReplyTimer { get; set; } = 120_000;

    [ModParam("fr_timeout", "OpenSIPS name of fr_timer.")]
    public int NoReplyTimeout { set => NoReplyTimer = value; get => NoReplyTimer; }

    [ModParam("fr_inv_timeout", "OpenSIPS name of fr_inv_timer.")]
    public int NoFinalReplyTimeout { set => NoFinalReplyTimer = value; get => NoFinalReplyTimer; }

    [ModParam("wt_timer", "How long a finished transaction absorbs stragglers; milliseconds, or seconds below 1000. Not set: as long as RFC 3261 asks.")]
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

    [ModParam("retr_timer1p2", "Second retransmission interval (SER 0.9); intervals double by themselves here.", Ignored = true)]
    public int SecondRetransmission { get; set; }

    [ModParam("retr_timer1p3", "Third retransmission interval (SER 0.9); intervals double by themselves here.", Ignored = true)]
    public int ThirdRetransmission { get; set; }

    [ModParam("max_inv_lifetime", "Longest life of an INVITE transaction in milliseconds; 0 for no limit. Default 180000.")]
    public int MaxInviteLifetime { get; set; } = 180_000;

    [ModParam("max_noninv_lifetime", "Longest life of another transaction in milliseconds; 0 for no limit. Default 32000.")]
    public int MaxNonInviteLifetime { get; set; } = 32_000;

    [ModParam("restart_fr_on_each_reply", "Whether every provisional restarts the final-reply timer. Default 1.")]
    public int RestartOnEachReply { get; set; } = 1;

    [ModParam("auto_inv_100", "Whether an unanswered INVITE gets a 100 by itself. Default 1.")]
    public int AutoTrying { get; set; } = 1;

    [ModParam("auto_100trying", "OpenSIPS name of auto_inv_100.")]
    public int Auto100Trying { set => AutoTrying = value; get => AutoTrying; }

    [ModParam("auto_inv_100_reason", "Reason phrase of that 100.")]
    public string TryingReason { get; set; } = "trying -- your call is important to us";

    [ModParam("disable_6xx_block", "Whether a 6xx is treated like any other failure instead of ending the search. Default 0.")]
    public int Disable6xxBlock { get; set; }

    [ModParam("aggregate_challenges", "Whether the challenges of all 401 and 407 branches are sent upstream together. Default 1.")]
    public int AggregateChallenges { get; set; } = 1;

    [ModParam("remap_503_500", "Whether a 503 goes upstream as 500. Default 1.")]
    public int Remap503 { get; set; } = 1;

    [ModParam("onreply_avp_mode", "AVPs in reply routes are always those of the transaction here.", Ignored = true)]
    public int OnReplyAvpMode { get; set; }

    [ModParam("failure_reply_mode", "How replies of earlier branches count in a failure route (Kamailio): 3 discards them before new branches are added. Default 0 keeps them.")]
    public int FailureReplyMode { get; set; }

    [ModParam("noisy_ctimer", "Whether a timed-out INVITE is answered 408; always done here.", Ignored = true)]
    public int NoisyTimer { get; set; } = 1;

    [ModParam("ruri_matching", "RFC 2543 matching of the Request-URI; always done here.", Ignored = true)]
    public int UriMatching { get; set; } = 1;

    [ModParam("via1_matching", "RFC 2543 matching of the topmost Via; always done here.", Ignored = true)]
    public int ViaMatching { get; set; } = 1;

    [ModParam("pass_provisional_replies", "Whether provisionals reach registered callbacks; they always reach reply routes here.", Ignored = true)]
    public int PassProvisional { get; set; }

    [ModParam("unix_tx_timeout", "Timeout of t_write_unix, which is not offered here.", Ignored = true)]
    public int UnixTimeout { get; set; }

    [ModParam("delete_timer", "Delay before the memory of a transaction is reused; has no meaning here.", Ignored = true)]
    public int DeleteTimer { get; set; }

    [ModParam("enable_stats", "Statistics are always counted here.", Ignored = true)]
    public int EnableStats { get; set; } = 1;

    [ModParam("syn_branch", "Branches are always unpredictable here.", Ignored = true)]
    public int SynonymBranch { get; set; } = 1;

    [ModParam("reparse_invite", "CANCEL and ACK are always built from the INVITE as sent here.", Ignored = true)]
    public int ReparseInvite { get; set; } = 1;

    [ModParam("cancel_b_method", "When a branch without a reply is cancelled: here its CANCEL always waits for the first provisional, as RFC 3261 9.1 asks.", Ignored = true)]
    public int CancelMethod { get; set; }

    [ModParam("contacts_avp", "AVP that t_load_contacts uses; contacts are kept with the transaction here.", Ignored = true)]
    public string ContactsAvp { get; set; } = "";

    [ModParam("contact_flows_avp", "AVP that t_load_contacts uses; contacts are kept with the transaction here.", Ignored = true)]
    public string ContactFlowsAvp { get; set; } = "";

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

    private void ApplyTimers(TransactionEngine engine)
    {
        var timers = engine.Timers;
        timers.NoReply = Milliseconds(NoReplyTimer);
        timers.NoFinalReply = Milliseconds(NoFinalReplyTimer);
        timers.Wait = Milliseconds(WaitTimer);
        timers.T1 = Math.Clamp(T1, 10, 60_000);
        timers.T2 = Math.Clamp(T2, timers.T1, 600_000);
        timers.MaxInviteLifetime = MaxInviteLifetime;
        timers.MaxNonInviteLifetime = MaxNonInviteLifetime;
        timers.RestartOnEachProvisional = RestartOnEachReply != 0;
        if (AutoTrying == 0)
            timers.TryingDelay = -1;
        engine.TryingReason = Utf8Text.From(TryingReason);
        engine.AggregatesChallenges = AggregateChallenges != 0;
        engine.Remaps503 = Remap503 != 0;
        engine.SixxxEndsSearch = Disable6xxBlock == 0;
    }

    private static int Milliseconds(int value) => value < SecondsBelow ? value * 1000 : value;
}
