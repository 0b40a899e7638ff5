using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <content>Changes that count at once, and the status of replies.</content>
internal sealed partial class TextOpsXModule
{
    [SipFunction("msg_apply_changes", RouteKinds.Request | RouteKinds.OnReply,
        "Makes the changes so far part of the message, so that the rest of the run sees them; the Request-URI stays as $ru and $ou have it. -1 when a transaction has the message already, so before t_newtran() or t_relay(), and not in an onreply_route[name].")]
    public Outcome ApplyChanges(Frame frame) => Outcome.From(frame.ApplyChanges());

    [SipFunction("change_reply_status", RouteKinds.OnReply,
        "Gives a reply another status and reason on its way. A provisional reply stays one, and so does a 2xx; -1 for a code of another class, and for one beyond 699.")]
    public Outcome ChangeStatus(Frame frame, int code, Utf8Text reason)
    {
        if (reason.IsEmpty || reason.Span.IndexOfAny("\r\n"u8) >= 0 || !ChangeCode(frame, code))
            return Outcome.False;
        var message = frame.Message;
        if (message.Reason.IsPresent)
            frame.Edits.Replace(message.Reason, reason.Span);
        else
            frame.Edits.Insert(message.StartLine.End, reason.Span);
        return Outcome.True;
    }

    [SipFunction("change_reply_status_code", RouteKinds.OnReply, "The same with the reason left as it is.")]
    public Outcome ChangeStatus(Frame frame, int code) => Outcome.From(ChangeCode(frame, code));

    // RFC 3261 21: what is provisional and what is success decides what proxies do with a reply; below that a script may choose.
    private static bool ChangeCode(Frame frame, int code)
    {
        var message = frame.Message;
        if (message.IsRequest || code is < 101 or > 699 || ClassOf(code) != ClassOf(message.StatusCode))
            return false;
        Span<byte> digits = stackalloc byte[3];
        System.Buffers.Text.Utf8Formatter.TryFormat(code, digits, out _);
        frame.Edits.Replace(new Slice(message.StartLine.Offset + StatusOffset, digits.Length), digits);
        message.ChangeStatus(code);
        frame.StatusCode = code;
        return true;
    }

    // "SIP/2.0 " stands in front of the code.
    private const int StatusOffset = 8;

    private static int ClassOf(int code) => Math.Min(code / 100, 3);
}
