using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Tm;

/// <summary>What Kamailio keeps in tmx, and the replies and questions that came late to tm.</summary>
public sealed partial class TmModule
{
    [SipFunction("t_precheck_trans", RouteKinds.Request, "True when the request has a transaction another thread is making or has made; its own copies never come this far.")]
    public Outcome PrecheckTransaction(Frame frame) => Outcome.From(frame.Transaction is null && _engine.Exists(frame.Message));

    [SipFunction("t_exists", RouteKinds.Any, "True when the message belongs to a transaction.")]
    public Outcome Exists(Frame frame) => Outcome.From(frame.Transaction is not null || (frame.Message.IsRequest && _engine.Exists(frame.Message)));

    [SipFunction("t_is_request_route", RouteKinds.Any, "True in a request route.")]
    public Outcome IsRequestRoute(Frame frame) => Outcome.From(frame.Kind == RouteKinds.Request);

    [SipFunction("t_is_reply_route", RouteKinds.Any, "True in a reply route.")]
    public Outcome IsReplyRoute(Frame frame) => Outcome.From(frame.Kind == RouteKinds.OnReply);

    [SipFunction("t_is_failure_route", RouteKinds.Any, "True in a failure route.")]
    public Outcome IsFailureRoute(Frame frame) => Outcome.From(frame.Kind == RouteKinds.Failure);

    [SipFunction("t_is_branch_route", RouteKinds.Any, "True in a branch route.")]
    public Outcome IsBranchRoute(Frame frame) => Outcome.From(frame.Kind == RouteKinds.Branch);

    [SipFunction("t_is_retr_async_reply", RouteKinds.OnReply, "-1: a reply is never put off here.")]
    public Outcome IsDelayedReply(Frame frame) => Outcome.False;

    [SipFunction("t_reuse_branch", RouteKinds.BranchFailure, "Appends the failed branch again: its Request-URI and flags, for t_relay().")]
    public Outcome ReuseBranch(Frame frame) => Outcome.From(frame.AppendBranch(new BranchTarget
    {
        Uri = frame.RequestUri,
        DestinationUri = frame.DestinationUri,
        Socket = frame.SendSocket,
        Flags = frame.BranchFlags,
        Q = BranchTarget.NoQ,
    }));

    [Fate(RequestFate.Answered)]
    [SipFunction("t_drop", RouteKinds.Request | RouteKinds.Failure, "Ends the transaction and the script without any reply.")]
    public Outcome Drop(Frame frame)
    {
        if (frame.Transaction is not { } transaction)
            return Outcome.False;
        frame.Handled = true;
        _engine.CancelBranches(frame.Context, transaction);
        TransactionEngine.Silence(transaction);
        return Outcome.Stop;
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("t_drop", RouteKinds.Request | RouteKinds.Failure, "As t_drop(); nobody learns of the code.")]
    public Outcome Drop(Frame frame, int code) => Drop(frame);

    [Fate(RequestFate.Answered)]
    [SipFunction("t_reply_error", RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply, "Answers through the transaction with the status of the last failure, default_code when none is known.")]
    public Outcome ReplyError(Frame frame) => frame.ErrorCode is >= 400 and <= 699 and var code
        ? Reply(frame, code, frame.Arena.Copy(Sl.Failures.ReasonOf(code)))
        : Reply(frame, DefaultCode, frame.Arena.Copy(System.Text.Encoding.UTF8.GetBytes(DefaultReason)));

    [Fate(RequestFate.Answered)]
    [SipFunction("t_reply_with_body", RouteKinds.Request | RouteKinds.Failure, "As t_reply(), with a body; its Content-Type comes from append_to_reply().")]
    public Outcome ReplyWithBody(Frame frame, int code, Utf8Text reason, Utf8Text body)
    {
        var before = (frame.ReplyBody, frame.ReplyContentType);
        (frame.ReplyBody, frame.ReplyContentType) = (body, default);
        try
        {
            return Reply(frame, code, reason);
        }
        finally
        {
            (frame.ReplyBody, frame.ReplyContentType) = before;
        }
    }
}
