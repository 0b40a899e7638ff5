using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Api;

/// <summary>
/// What a function has to undo in the replies to a request it has changed. Kept with the transaction (<see cref="Frame.ReplyChange"/>), so it must not hold
/// text of the frame.
/// </summary>
public interface IReplyChange
{
    /// <summary>A reply is about to go upstream or to be kept; the script has not seen it yet.</summary>
    void Apply(SipMessage reply, MessageEdits edits);

    /// <summary>The request is about to be written for one branch: what concerns its target alone goes into its changes.</summary>
    void Sending(Frame branch)
    {
    }
}
