using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Script.Interpretation;

/// <summary>A variable of a message other than the one at hand: it is read again from the bytes the transaction keeps.</summary>
internal abstract class OtherMessageValue(ValueNode value) : ValueNode
{
    /// <summary>The variable on the message at hand.</summary>
    protected Value Here(Frame frame) => value.Evaluate(frame);

    /// <summary>The variable on a message that is rented, read and given back.</summary>
    protected Value There(Frame frame, SipMessage message, RouteKinds kind)
    {
        var context = frame.Context;
        var other = context.Rent(message, kind, frame.Script);
        try
        {
            other.Avps = frame.Avps;
            other.Transaction = frame.Transaction;
            other.BranchIndex = frame.BranchIndex;
            other.StatusCode = message.StatusCode;
            var result = value.Evaluate(other);
            // The text may lie in the message, which somebody else will use.
            return !result.IsText ? result
                : result.IsInt ? Value.FromBoth(result.Number, frame.Arena.Copy(result.Text.Span))
                : Value.FromText(frame.Arena.Copy(result.Text.Span));
        }
        finally
        {
            context.Return(other);
            context.Return(message);
        }
    }
}

/// <summary><c>$T_req(…)</c>, <c>$(&lt;request&gt;…)</c>: of the transaction's request; null where there is none.</summary>
internal sealed class RequestValue(ValueNode value) : OtherMessageValue(value)
{
    public override Value Evaluate(Frame frame)
    {
        if (frame.Message.IsRequest)
            return Here(frame);
        return frame.Transaction is { Request: not null } transaction
            ? There(frame, TransactionEngine.Reparse(frame.Context, transaction), RouteKinds.Request)
            : Value.Null;
    }
}

/// <summary><c>$T_rpl(…)</c>, <c>$(&lt;reply&gt;…)</c>: of the reply that led to a failure route; null for one made here, and where there is none.</summary>
internal sealed class ReplyValue(ValueNode value) : OtherMessageValue(value)
{
    public override Value Evaluate(Frame frame)
    {
        if (!frame.Message.IsRequest)
            return Here(frame);
        if (frame.Transaction is not { } transaction || frame.BranchIndex < 0 || frame.BranchIndex >= transaction.BranchCount
            || transaction.Branches[frame.BranchIndex].Reply is not { } kept)
            return Value.Null;
        var reply = frame.Context.RentMessage();
        if (MessageParser.Parse(reply, kept.Bytes, kept.Length, isStream: false))
        {
            reply.Source = transaction.Branches[frame.BranchIndex].Destination;
            reply.Local = transaction.Branches[frame.BranchIndex].Socket;
            return There(frame, reply, RouteKinds.OnReply);
        }
        frame.Context.Return(reply);
        return Value.Null;
    }
}

/// <summary><c>$cnt($avp(x))</c>.</summary>
internal sealed class CountValue(IndexedSource source) : ValueNode
{
    public override Value Evaluate(Frame frame)
    {
        var count = 0;
        while (!source.At(frame, count).IsNull)
            count++;
        return Value.FromInt(count);
    }
}
