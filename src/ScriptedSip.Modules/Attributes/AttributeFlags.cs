using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Attributes;

/// <summary>Flags of attributes, SER 2.0's: they say what else is done with an attribute, as with rr's dialog_cookie or a group of avp_db.</summary>
internal sealed class AttributeFlags : ScriptModule
{
    private const RouteKinds Anywhere = RouteKinds.Request | RouteKinds.OnReply | RouteKinds.Failure | RouteKinds.Branch | RouteKinds.Timer;

    [SipFunction("setavpflag", Anywhere, "Sets a flag declared by avpflags on an attribute, or on all that match an expression; 1 when there was one, else -1.")]
    public Outcome Set(Frame frame, AttributeArgument attribute, int flag) => Outcome.From((uint)flag < 32 && attribute.Mark(frame, 1u << flag, isSet: true));

    [SipFunction("resetavpflag", Anywhere, "Clears a flag of an attribute; 1 when there was one, else -1.")]
    public Outcome Reset(Frame frame, AttributeArgument attribute, int flag) => Outcome.From((uint)flag < 32 && attribute.Mark(frame, 1u << flag, isSet: false));

    [ResultMatters]
    [SipFunction("isavpflagset", Anywhere, "1 when an attribute has the flag, else -1.")]
    public Outcome IsSet(Frame frame, AttributeArgument attribute, int flag) => Outcome.From((uint)flag < 32 && attribute.HasFlags(frame, 1u << flag));
}
