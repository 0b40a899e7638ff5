using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Tm;

public sealed partial class TmModule
{
    private const RouteKinds ArmingRoutes = RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply | RouteKinds.Branch | RouteKinds.Local
        | RouteKinds.BranchFailure;

    [SipFunction("t_on_reply", ArmingRoutes, "Names the onreply_route that replies of the transaction pass; \"0\" or \"\" for none.")]
    public Outcome OnReply(Frame frame, [RouteKind(RouteKinds.OnReply)] RouteRef? route)
    {
        frame.OnReply = route;
        return Outcome.True;
    }

    [SipFunction("t_on_failure", ArmingRoutes,
        "Names the failure_route that runs when all branches have failed; used up by running; \"0\" or \"\" for none.", Aliases = "t_on_negative")]
    public Outcome OnFailure(Frame frame, [RouteKind(RouteKinds.Failure)] RouteRef? route)
    {
        frame.OnFailure = route;
        return Outcome.True;
    }

    [SipFunction("t_on_branch", ArmingRoutes, "Names the branch_route each branch passes before it is sent; \"0\" or \"\" for none.")]
    public Outcome OnBranch(Frame frame, [RouteKind(RouteKinds.Branch)] RouteRef? route)
    {
        frame.OnBranch = route;
        return Outcome.True;
    }

    [SipFunction("t_on_branch_failure", ArmingRoutes,
        "Names the branch_failure_route (event_route[tm:branch-failure:NAME]) that runs when one of the branches sent from now on fails, while others may still ring; used up by running; \"0\" or \"\" for none.")]
    public Outcome OnBranchFailure(Frame frame, [RouteKind(RouteKinds.BranchFailure)] RouteRef? route)
    {
        frame.OnBranchFailure = route;
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("t_is_set", RouteKinds.Any, "True when a \"failure_route\", \"branch_route\", \"branch_failure_route\" or \"onreply_route\" is armed.")]
    public Outcome IsSet(Frame frame, Utf8Text target)
    {
        var name = target.Span;
        return Outcome.From(name.SequenceEqual("failure_route"u8) ? frame.OnFailure is not null
            : name.SequenceEqual("branch_route"u8) ? frame.OnBranch is not null
            : name.SequenceEqual("branch_failure_route"u8) ? frame.OnBranchFailure is not null
            : name.SequenceEqual("onreply_route"u8) && frame.OnReply is not null);
    }
}
