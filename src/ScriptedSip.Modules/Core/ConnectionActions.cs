using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>What a script may ask for about the connection a request came over.</summary>
internal sealed class ConnectionActions : ScriptModule
{
    [SipFunction("set_reply_no_connect", RouteKinds.RequestOrFailureOrBranch | RouteKinds.Error | RouteKinds.Event,
        "Replies to this request go back over the connection it came over; when that is gone, none is opened for them. Nothing changes for UDP; 1.")]
    public Outcome KeepToConnection(Frame frame)
    {
        if (frame.Message.IsRequest)
            frame.Message.Stamp |= ViaStamp.OwnConnectionOnly;
        frame.Transaction?.KeepToConnection();
        return Outcome.True;
    }
}
