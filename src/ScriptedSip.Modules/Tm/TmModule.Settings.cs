using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Tm;

/// <summary>Parameters that are no timers, and where they go.</summary>
public sealed partial class TmModule
{
    private const int Unset = -1;

    [ModParam("auto_inv_100", "Whether an unanswered INVITE gets a 100 by itself. Default 1.")]
    public int AutoTrying { get; set; } = 1;

    [ModParam("auto_100trying", "OpenSIPS name of auto_inv_100.")]
    public int Auto100Trying { set => AutoTrying = value; get => AutoTrying; }

    [ModParam("auto_inv_100_reason", "Reason phrase of that 100.")]
    public string TryingReason { get; set; } = "trying -- your call is important to us";

    [ModParam("disable_6xx_block", "Whether a 6xx is a failure like any other (1), or cancels the other branches and lets no failure route ring anybody else (0). Default 0.")]
    public int Disable6xxBlock { get; set; }

    [ModParam("aggregate_challenges", "Whether the challenges of all 401 and 407 branches are sent upstream together. Default 1.")]
    public int AggregateChallenges { get; set; } = 1;

    [ModParam("remap_503_500", "Whether a 503 goes upstream as 500. Default 1.")]
    public int Remap503 { get; set; } = 1;

    [ModParam("failure_reply_mode",
        "Which replies count no more once a failure route has added branches: 0 none, 2 those of the last branches, 1 and 3 all. -1: 3 in Kamailio, else 0.")]
    public int FailureReplyMode { get; set; } = Unset;

    [ModParam("faked_reply_prio", "What a status made here counts behind a received one when the best is chosen; 1000 is a whole class. Default 400: behind those of its class.")]
    public int LocalStatusHandicap { get; set; } = ReplySelection.LocalHandicap;

    [ModParam("unmatched_cancel", "A CANCEL for nothing known: 0 is forwarded with state, 1 without as RFC 3261 16.10 asks, 2 is dropped. Default 1.")]
    public int UnmatchedCancel { get; set; } = 1;

    [ModParam("local_cancel_reason", "Whether a CANCEL sent because of a final reply says so in a Reason header (RFC 3326). -1: 1 in Kamailio, else 0.")]
    public int LocalCancelReason { get; set; } = Unset;

    [ModParam("e2e_cancel_reason", "Whether the Reason headers of a received CANCEL are passed on in those sent for it (RFC 3326). Default 1.")]
    public int PassCancelReason { get; set; } = 1;

    [ModParam("ac_extra_hdrs", "Headers of the INVITE whose names begin so go along in the CANCEL and the hop-by-hop ACK; empty for none.")]
    public string FollowingHeaders { get; set; } = "";

    [ModParam("default_code", "Status code of t_reply_error() when no failure is known. Default 500.")]
    public int DefaultCode { get; set; } = 500;

    [ModParam("default_reason", "Reason phrase for default_code.")]
    public string DefaultReason { get; set; } = "Server Internal Error";

    [ModParam("reply_408_code", "Status sent to the client when no branch has answered in time. Default 408.")]
    public int TimeoutCode { get; set; } = 408;

    [ModParam("reply_408_reason", "Reason phrase for reply_408_code.")]
    public string TimeoutReason { get; set; } = "Request Timeout";

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script) =>
        DefaultCode is < 400 or > 699 ? "tm: default_code must be from 400 to 699"
        : TimeoutCode is < 300 or > 699 ? "tm: reply_408_code must be from 300 to 699"
        : null;

    private void Apply(TransactionEngine engine)
    {
        var isKamailio = _dialect == ScriptDialect.Kamailio;
        ApplyTimers(engine.Timers);
        engine.TryingReason = Utf8Text.From(TryingReason);
        engine.AggregatesChallenges = AggregateChallenges != 0;
        engine.Remaps503 = Remap503 != 0;
        engine.SixxxEndsSearch = Disable6xxBlock == 0;
        engine.LocalHandicap = LocalStatusHandicap;
        engine.TellsCancelReason = LocalCancelReason == Unset ? isKamailio : LocalCancelReason != 0;
        engine.FollowingPrefix = Utf8Text.From(FollowingHeaders);
        engine.TimeoutCode = TimeoutCode;
        engine.TimeoutReason = Utf8Text.From(TimeoutReason);
    }

    private int ReplyMode => FailureReplyMode != Unset ? FailureReplyMode : _dialect == ScriptDialect.Kamailio ? 3 : 0;
}
