using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.TextOps;

/// <summary>The sipmsgops module of OpenSIPS: the header functions that are in textops elsewhere.</summary>
internal sealed class SipMsgOpsModule : HeaderFunctions
{
    [ResultMatters]
    [SipFunction("has_totag", RouteKinds.Any, "1 when To has a tag, so that the message belongs to a dialog, else -1.")]
    public Outcome HasToTag(Frame frame) => Outcome.From(!frame.Message.To.Tag.IsEmpty);
}
