using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>The textopsx module of Kamailio, as far as a message can be changed here before it is sent.</summary>
[NotOffered("msg_set_buffer", "a message is changed in its parts here; msg_apply_changes() makes the changes count at once")]
[NotOffered("keep_hf keep_hf_re remove_hf_value2 assign_hf_value2 hf_value_exists_iterator", "use remove_hf_re(), remove_hf_value() and assign_hf_value()")]
[NotOffered("hf_iterator_start hf_iterator_next hf_iterator_end hf_iterator_rm hf_iterator_append hf_iterator_insert bl_iterator_start bl_iterator_next bl_iterator_end bl_iterator_rm bl_iterator_append bl_iterator_insert",
    "headers are gone through with $(hdr(name)[n]) and subst() here")]
internal sealed partial class TextOpsXModule : HeaderValueFunctions
{
    [SipFunction("remove_body", RouteKinds.Any, "Takes the body and its Content-Type out of the message; 1.")]
    public Outcome RemoveBody(Frame frame)
    {
        var message = frame.Message;
        if (message.Body.IsEmpty)
            return Outcome.True;
        frame.Edits.Delete(message.Body);
        if (message.FindNext(HeaderId.ContentType, default, -1) is var row and >= 0)
            frame.Edits.Delete(message.Header(row).Line);
        return Outcome.True;
    }
}
