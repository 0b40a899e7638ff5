using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Sl;

/// <summary>The sl module: replies without transactions.</summary>
[NotOffered("sl_forward_reply", "a reply without a transaction goes on by its Via when its route ends; status and reason stay")]
[NotOffered("send_reply_mode", "send_reply() uses the transaction when there is one, sl_send_reply() never does")]
internal sealed class SlModule : ScriptModule
{
    private const RouteKinds Requests = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Error | RouteKinds.Local | RouteKinds.Event;

    private IStatelessReplies _stateless = null!;
    private IReplies _replies = null!;
    private Utf8Text _defaultReason;

    [ModParam("default_code", "Status code of sl_reply_error() when no failure is known, 400 to 699.")]
    public int DefaultCode { get; set; } = 500;

    [ModParam("default_reason", "Reason phrase of sl_reply_error() when no failure is known.")]
    public string DefaultReason { get; set; } = "Internal Server Error";

    [ModParam("enable_stats", "Statistics of the module; replies are always counted.", Ignored = true)]
    public int EnableStats { get; set; }

    [ModParam("bind_tm", "Whether send_reply() uses transactions; it does when tm is loaded.", Ignored = true)]
    public int BindTm { get; set; }

    [ModParam("rich_redirect", "What a 3xx tells beside the URIs.", Ignored = true)]
    [ModParam("event_callback_fl_ack", "Function of an embedded language, of which there is none.", Ignored = true)]
    [ModParam("event_callback_lres_sent", "Function of an embedded language, of which there is none.", Ignored = true)]
    public void Accept(string value)
    {
        // The loader has noted the name.
    }

    public override string? Validate(ScriptVersion script) =>
        DefaultCode is < 400 or > 699 ? "sl: default_code must be from 400 to 699" : null;

    public override string? TakeOver(ScriptModule running) => null;

    public override void Start(ModuleHost host) => _defaultReason = Utf8Text.From(DefaultReason);

    public override void Started(ModuleHost host)
    {
        _stateless = host.Import<IStatelessReplies>()!;
        _replies = host.Import<IReplies>()!;
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("sl_send_reply", Requests,
        "Answers the request without a transaction; with a 3xx the Request-URI, if rewritten, and the branches are the Contact. 1, also for an ACK, which is never answered; -1 when it cannot be sent.",
        Aliases = "sl_reply")]
    public Outcome Send(Frame frame, int code, Utf8Text reason)
    {
        // The transaction of a failure route answers by itself if nobody else does: a reply past it would be the first of two.
        if (frame.Kind == RouteKinds.Failure)
            return _replies.Reply(frame, code, reason);
        return Outcome.From(_stateless.Send(frame, code, reason.Span) || frame.Message.Method == SipMethod.Ack);
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("sl_reply_error", Requests, "Answers the request with the status code of the last failure, 500 when none is known; nothing more when this run has answered it already, as a save() that refuses does.", Aliases = "send_reply_error")]
    public Outcome SendError(Frame frame)
    {
        // "if (!save()) sl_reply_error();" is what everybody writes.
        if (frame.Answered)
            return Outcome.True;
        var code = frame.ErrorCode;
        return code is < 400 or > 699
            ? Send(frame, DefaultCode, _defaultReason)
            : Send(frame, code, frame.Arena.Copy(Failures.ReasonOf(code)));
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("send_reply", Requests | RouteKinds.OnReply | RouteKinds.Branch,
        "Answers the request through its transaction when it has one, else without; 1, or -1 when it cannot be sent.")]
    public Outcome SendReply(Frame frame, int code, Utf8Text reason) => _replies.Reply(frame, code, reason);

    [SipFunction("sl_filter_ACK", RouteKinds.Request, "Ends the script for an ACK to a reply of ours; 1 for any other request. Such ACKs end before the script anyway.")]
    public Outcome FilterAck(Frame frame) =>
        frame.Message.Method == SipMethod.Ack && _stateless.IsAckToOwnReply(frame.Message) ? Outcome.Stop : Outcome.True;
}
