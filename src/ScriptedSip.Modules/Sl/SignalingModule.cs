using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Sl;

/// <summary>The signaling module of OpenSIPS.</summary>
internal sealed class SignalingModule : ScriptModule
{
    private IReplies _replies = null!;

    public override void Started(ModuleHost host) => _replies = host.Import<IReplies>()!;

    [Fate(RequestFate.Answered)]
    [SipFunction("send_reply", RouteKinds.Request | RouteKinds.Error | RouteKinds.Failure,
        "Answers the request through its transaction when it has one, else without; 1, or -1 when it cannot be sent.")]
    public Outcome SendReply(Frame frame, int code, Utf8Text reason) => _replies.Reply(frame, code, reason);
}
