using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Tm;

/// <summary>Questions a script asks about its transaction.</summary>
public sealed partial class TmModule
{
    [SipFunction("t_lookup_request", RouteKinds.Request, "True when the request belongs to a transaction.")]
    public Outcome LookupRequest(Frame frame) => Outcome.From(frame.Transaction is not null || _engine.Exists(frame.Message));

    [ResultMatters]
    [SipFunction("t_lookup_cancel", RouteKinds.Request, "True when the INVITE this CANCEL is for has a transaction.")]
    public Outcome LookupCancel(Frame frame) =>
        Outcome.From(frame.Message.Method == SipMethod.Cancel && _engine.FindCancelled(frame.Message, out _) is not null);

    [ResultMatters]
    [SipFunction("t_lookup_cancel", RouteKinds.Request, "As t_lookup_cancel(); with 1 the CANCEL gets the flags of its INVITE.")]
    public Outcome LookupCancel(Frame frame, int takesFlags)
    {
        if (frame.Message.Method != SipMethod.Cancel || _engine.FindCancelled(frame.Message, out _) is not { } invite)
            return Outcome.False;
        if (takesFlags != 0 && invite.UserState is TransactionScript state)
            frame.Flags = state.Flags;
        return Outcome.True;
    }

    [SipFunction("t_check_trans", RouteKinds.Request | RouteKinds.OnReply | RouteKinds.Branch,
        "For a CANCEL: true when its INVITE has a transaction; an ACK to a negative reply ends the script; another request: true when it has a transaction; a reply: true when it belongs to one.")]
    public Outcome CheckTransaction(Frame frame)
    {
        var message = frame.Message;
        if (!message.IsRequest)
            return Outcome.From(frame.Transaction is not null);
        return message.Method switch
        {
            SipMethod.Cancel => LookupCancel(frame),
            SipMethod.Ack => message.Match == RequestMatch.AckToFailure ? Outcome.Stop : Outcome.False,
            // A retransmission never comes this far: it is absorbed when it arrives.
            _ => Outcome.From(frame.Transaction is not null),
        };
    }

    [ResultMatters]
    [SipFunction("t_check_status", RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply | RouteKinds.Branch | RouteKinds.BranchFailure,
        "True when the status matches a regular expression: the winning one in a failure route, the reply's in a reply route, the last one sent elsewhere.")]
    public Outcome CheckStatus(Frame frame, BytePattern pattern)
    {
        var status = StatusOf(frame);
        return Outcome.From(status > 0 && pattern.IsMatch(frame, Value.FromInt(status).ToText(frame.Arena).Span));
    }

    [ResultMatters]
    [SipFunction("t_grep_status", RouteKinds.Any, "True when a branch has ended with that status.")]
    public Outcome GrepStatus(Frame frame, int code)
    {
        foreach (var branch in BranchesOf(frame))
        {
            if (branch.StatusCode == code)
                return Outcome.True;
        }
        return Outcome.False;
    }

    [SipFunction("t_get_status_code", RouteKinds.Any, "The status of the transaction, as the return code; -1 when there is none.")]
    public Outcome GetStatusCode(Frame frame) => StatusOf(frame) is var status and > 0 ? new Outcome(status) : Outcome.False;

    [ResultMatters]
    [SipFunction("t_was_cancelled", RouteKinds.Failure | RouteKinds.OnReply | RouteKinds.Branch | RouteKinds.Request | RouteKinds.BranchFailure,
        "True when the client has cancelled the transaction.",
        Aliases = "t_is_canceled t_is_cancelled")]
    public Outcome WasCancelled(Frame frame) => Outcome.From(frame.Transaction is { IsCancelled: true });

    [ResultMatters]
    [SipFunction("t_local_replied", RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply | RouteKinds.Branch,
        "True when the status was made by this server: of \"all\" branches, of this \"branch\", or the \"last\" winning one.")]
    public Outcome LocalReplied(Frame frame, Utf8Text which)
    {
        var branches = BranchesOf(frame);
        if (branches.IsEmpty)
            return Outcome.False;
        if (which.Span.SequenceEqual("all"u8))
        {
            foreach (var branch in branches)
            {
                if (branch is { HasReplied: true } or { IsLocal: false, StatusCode: > 0 })
                    return Outcome.False;
            }
            return Outcome.True;
        }
        return Outcome.From(CurrentBranch(frame) is { IsLocal: true });
    }

    [ResultMatters]
    [SipFunction("t_branch_timeout", RouteKinds.Failure | RouteKinds.Event | RouteKinds.BranchFailure, "True when the winning branch (the failed one in a branch_failure_route) failed because no answer came in time.")]
    public Outcome BranchTimeout(Frame frame) => Outcome.From(CurrentBranch(frame) is { IsLocal: true, StatusCode: 408 });

    [ResultMatters]
    [SipFunction("t_branch_replied", RouteKinds.Failure | RouteKinds.Event | RouteKinds.BranchFailure, "True when the winning branch (the failed one in a branch_failure_route) has got any reply.")]
    public Outcome BranchReplied(Frame frame) => Outcome.From(CurrentBranch(frame) is { HasReplied: true });

    [ResultMatters]
    [SipFunction("t_any_timeout", RouteKinds.Any, "True when any branch has timed out.")]
    public Outcome AnyTimeout(Frame frame)
    {
        foreach (var branch in BranchesOf(frame))
        {
            if (branch is { IsLocal: true, StatusCode: 408 })
                return Outcome.True;
        }
        return Outcome.False;
    }

    [ResultMatters]
    [SipFunction("t_any_replied", RouteKinds.Any, "True when any branch has got a reply.")]
    public Outcome AnyReplied(Frame frame)
    {
        foreach (var branch in BranchesOf(frame))
        {
            if (branch.HasReplied)
                return Outcome.True;
        }
        return Outcome.False;
    }

    [ResultMatters]
    [SipFunction("t_is_expired", RouteKinds.Any, "True when the transaction has lived longer than it may (max_inv_lifetime, max_noninv_lifetime).")]
    public Outcome IsExpired(Frame frame) => Outcome.From(frame.Transaction is { } transaction && _engine.IsExpired(transaction, frame.Context.Now));

    [SipFunction("t_drop_replies", RouteKinds.Failure, "Leaves all replies so far out when the best one is chosen.")]
    public Outcome DropReplies(Frame frame) => DropReplies(frame, default);

    [SipFunction("t_drop_replies", RouteKinds.Failure, "Leaves replies out when the best one is chosen: \"a\" all, \"l\" those of the last relay, \"n\" none, whatever failure_reply_mode says.")]
    public Outcome DropReplies(Frame frame, Utf8Text mode)
    {
        if (frame.Transaction is not { } transaction)
            return Outcome.False;
        var letter = mode.IsEmpty ? (byte)'a' : mode.Span[0];
        if (letter is (byte)'n' or (byte)'0')
            _routes.StateOf(transaction).KeepsReplies = true;
        else
            TransactionRoutes.Drop(transaction.Branches, letter == 'l' ? transaction.Attempt : 0);
        return Outcome.True;
    }

    [SipFunction("t_cancel_branch", RouteKinds.OnReply, "Cancels this branch.")]
    public Outcome CancelBranch(Frame frame) => CancelBranch(frame, default);

    [SipFunction("t_cancel_branch", RouteKinds.OnReply, "Cancels branches: \"\" this one, \"o\" the others, \"a\" all.", Aliases = "t_cancel_branches")]
    public Outcome CancelBranch(Frame frame, Utf8Text which)
    {
        if (frame.Transaction is not { } transaction || CurrentBranch(frame) is not { } current)
            return Outcome.False;
        var letter = which.IsEmpty ? (byte)'t' : which.Span[0];
        if (letter == 'a')
            _engine.CancelBranches(frame.Context, transaction);
        else if (letter == 'o')
            _engine.CancelBranches(frame.Context, transaction, current);
        else
            _engine.CancelBranch(frame.Context, transaction, current);
        return Outcome.True;
    }

    [SipFunction("t_flush_flags", RouteKinds.Request | RouteKinds.Branch, "1 when there is a transaction, else -1; the message flags are kept there when the route ends anyway.", HasNoEffect = true)]
    public Outcome FlushFlags(Frame frame) => Outcome.From(frame.Transaction is not null);

    [SipVariable("T_branch_idx", "Index of the current branch; in a request route the number of branches so far.")]
    public Value BranchIndex(Frame frame) => Value.FromInt(frame.BranchIndex >= 0 ? frame.BranchIndex : frame.Transaction?.BranchCount ?? 0);

    [SipVariable("T_reply_code", "Status of the transaction: the winning reply's in a failure route, the reply's in a reply route.")]
    public Value ReplyCode(Frame frame) => StatusOf(frame) is var status and > 0 ? Value.FromInt(status) : Value.FromInt(0);

    [SipVariable("T_reply_last", "Status of the last reply the transaction has received; 0 before any.")]
    public Value LastReplyCode(Frame frame)
    {
        if (!frame.Message.IsRequest)
            return Value.FromInt(frame.Message.StatusCode);
        var branches = BranchesOf(frame);
        return Value.FromInt(branches.Length == 0 ? 0 : branches[^1].StatusCode);
    }

    [SipVariable("T_reply_reason", "Reason phrase of the transaction's status: the reply's own in a reply route, the usual one elsewhere; null when there is no reply yet.")]
    public Value ReplyReason(Frame frame)
    {
        if (!frame.Message.IsRequest)
            return Value.FromText(frame.Message.Text(frame.Message.Reason));
        return StatusOf(frame) is var status and > 0 ? Value.FromText(frame.Arena.Copy(StatusCodes.ReasonOf(status))) : Value.Null;
    }

    private static int StatusOf(Frame frame) => frame.StatusCode > 0 ? frame.StatusCode : frame.Transaction?.LastStatus ?? 0;

    private static ReadOnlySpan<ClientBranch> BranchesOf(Frame frame) => frame.Transaction is { } transaction ? transaction.Branches : default;

    private static ClientBranch? CurrentBranch(Frame frame)
    {
        var branches = BranchesOf(frame);
        return (uint)frame.BranchIndex < (uint)branches.Length ? branches[frame.BranchIndex] : null;
    }
}
