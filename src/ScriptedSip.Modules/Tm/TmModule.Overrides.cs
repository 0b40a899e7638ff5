using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Tm;

/// <summary>What a script sets for one transaction alone, before or after it is made.</summary>
public sealed partial class TmModule
{
    [SipFunction("t_set_retr", ArmingRoutes,
        "Sets the first and the longest interval at which requests of this transaction are retransmitted, in milliseconds; 0 leaves one.")]
    public Outcome SetRetransmission(Frame frame, int first, int longest)
    {
        if (first < 0 || longest < 0)
            return Outcome.False;
        ref var overrides = ref OverridesOf(frame);
        if (first > 0)
            overrides.FirstRetransmission = first;
        if (longest > 0)
            overrides.LongestRetransmission = longest;
        return Outcome.True;
    }

    [SipFunction("t_reset_retr", ArmingRoutes, "Sets the retransmission intervals of this transaction back to the parameters.")]
    public Outcome ResetRetransmission(Frame frame)
    {
        ref var overrides = ref OverridesOf(frame);
        overrides.FirstRetransmission = overrides.LongestRetransmission = 0;
        return Outcome.True;
    }

    [SipFunction("t_set_max_lifetime", ArmingRoutes,
        "Sets the longest life of this transaction, if it is an INVITE's and if it is another's, in milliseconds; 0 leaves one. Waits that begin later keep to it.")]
    public Outcome SetLifetime(Frame frame, int invite, int other)
    {
        if (invite < 0 || other < 0)
            return Outcome.False;
        ref var overrides = ref OverridesOf(frame);
        if (invite > 0)
            overrides.InviteLifetime = invite;
        if (other > 0)
            overrides.NonInviteLifetime = other;
        return Outcome.True;
    }

    [SipFunction("t_reset_max_lifetime", ArmingRoutes, "Sets the longest life of this transaction back to the parameters.")]
    public Outcome ResetLifetime(Frame frame)
    {
        ref var overrides = ref OverridesOf(frame);
        overrides.InviteLifetime = overrides.NonInviteLifetime = 0;
        return Outcome.True;
    }

    [SipFunction("t_set_disable_6xx", ArmingRoutes, "Whether a 6xx is a failure like any other for this transaction (1) or ends the search (0).")]
    public Outcome SetDisable6xx(Frame frame, int isOrdinary)
    {
        OverridesOf(frame).SixxxIsOrdinary = isOrdinary != 0;
        return Outcome.True;
    }

    [SipFunction("t_set_disable_failover", ArmingRoutes,
        "Whether this transaction keeps to the first server of a name (1) or goes on to the next when one fails (0).")]
    public Outcome SetDisableFailover(Frame frame, int isDisabled)
    {
        OverridesOf(frame).NoFailover = isDisabled != 0;
        return Outcome.True;
    }

    [SipFunction("t_set_disable_internal_reply", ArmingRoutes, "Whether a relay that fails is answered here at the end of the script (0) or left to the script (1).")]
    public Outcome SetDisableInternalReply(Frame frame, int isDisabled)
    {
        OverridesOf(frame).NoInternalReply = isDisabled != 0;
        return Outcome.True;
    }

    [SipFunction("t_set_no_e2e_cancel_reason", ArmingRoutes, "Whether the Reason of a CANCEL for this INVITE is left out of those sent (1) or passed on (0).",
        Aliases = "t_disable_e2e_cancel_reason")]
    public Outcome SetNoCancelReason(Frame frame, int isLeftOut)
    {
        OverridesOf(frame).KeepsCancelReason = isLeftOut != 0;
        return Outcome.True;
    }

    [SipFunction("t_add_cancel_reason", RouteKinds.Request, "Puts whole header lines, a Reason, into the CANCELs this CANCEL causes, in place of its own.")]
    public Outcome AddCancelReason(Frame frame, Utf8Text lines)
    {
        if (frame.Message.Method != SipMethod.Cancel || !lines.Span.EndsWith("\r\n"u8))
            return Outcome.False;
        OverridesOf(frame).CancelReason = new Utf8Text(lines.Span.ToArray(), 0, lines.Length);
        return Outcome.True;
    }

    [SipFunction("t_add_hdrs", RouteKinds.Request, "Puts whole header lines into each request sent for this transaction, its CANCEL and hop-by-hop ACK included.")]
    public Outcome AddHeaders(Frame frame, Utf8Text lines)
    {
        if (!lines.Span.EndsWith("\r\n"u8))
            return Outcome.False;
        ref var headers = ref OverridesOf(frame).Headers;
        headers = new Utf8Text([.. headers.Span, .. lines.Span], 0, headers.Length + lines.Length);
        return Outcome.True;
    }

    [SipFunction("t_save_lumps", RouteKinds.Request, "Keeps the changes made so far for the branches failure routes add; later ones are for those sent now. -1 before t_newtran().")]
    public Outcome SaveEdits(Frame frame)
    {
        if (frame.Transaction is not { } transaction)
            return Outcome.False;
        _routes.NewState(transaction, frame.Script).SaveEdits(frame.Edits);
        return Outcome.True;
    }

    [SipFunction("t_use_uac_headers", RouteKinds.Any, "1: CANCEL and ACK are always made of the INVITE as it was sent.", HasNoEffect = true)]
    public Outcome UseSentHeaders(Frame frame) => Outcome.True;

    [SipFunction("t_clean", RouteKinds.Any, "1: transactions that are over are always removed at once.", HasNoEffect = true)]
    public Outcome Clean(Frame frame) => Outcome.True;

    private static ref TransactionOverrides OverridesOf(Frame frame)
    {
        if (frame.Transaction is { } transaction)
            return ref transaction.Overrides;
        return ref frame.Overrides;
    }
}
