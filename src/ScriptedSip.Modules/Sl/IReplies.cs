using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Sl;

/// <summary>Answers to requests, through the transaction when there is one, else without.</summary>
internal interface IReplies
{
    /// <summary>1 when the reply was sent, and for an ACK, which is never answered; -1 when it could not be.</summary>
    Outcome Reply(Frame frame, int code, Utf8Text reason);
}
