using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Interpretation;

/// <summary>A function with its arguments, bound to the instance of its module.</summary>
internal abstract class CallNode
{
    /// <summary>Where the call is written.</summary>
    public TextSpan Span { get; set; }

    /// <summary>Calls and returns the code, with nothing done about it.</summary>
    protected abstract int Invoke(Frame frame);

    /// <summary>Calls, leaves the code for <c>$rc</c>, and stops the script when it is 0.</summary>
    public int Execute(Frame frame)
    {
        int code;
        try
        {
            code = Invoke(frame);
        }
        catch (Exception exception) when (ScriptFailure.Note(exception, Span))
        {
            throw;
        }
        frame.ReturnCode = code;
        if (code == 0)
            frame.Stopped = true;
        return code;
    }

    /// <summary>Calls and leaves the code for <c>$rc</c>, and 0 is a code like others.</summary>
    public int Return(Frame frame)
    {
        try
        {
            return frame.ReturnCode = Invoke(frame);
        }
        catch (Exception exception) when (ScriptFailure.Note(exception, Span))
        {
            throw;
        }
    }
}

/// <summary><c>route(x)</c> under return_mode=1: 0 ends nothing.</summary>
internal sealed class ReturningCallNode(CallNode call) : StatementNode
{
    public override Flow Run(Frame frame)
    {
        call.Return(frame);
        return frame.Stopped ? Flow.Exit : Flow.Next;
    }
}

/// <summary><c>if (route(x))</c> under return_mode=1: any code but 0 is true.</summary>
internal sealed class ReturnedCondition(CallNode call, bool negated) : ConditionNode
{
    public override bool Test(Frame frame) => (call.Return(frame) != 0) != negated;
}

internal sealed class CallStatementNode(CallNode call) : StatementNode
{
    private readonly CallNode _call = call;

    public override Flow Run(Frame frame)
    {
        _call.Execute(frame);
        return frame.Stopped ? Flow.Exit : Flow.Next;
    }
}

internal sealed class CallCondition(CallNode call) : ConditionNode
{
    private readonly CallNode _call = call;

    public override bool Test(Frame frame) => _call.Execute(frame) > 0;
}

/// <summary><c>if (!f())</c>, which is what scripts write most.</summary>
internal sealed class NegatedCallCondition(CallNode call) : ConditionNode
{
    private readonly CallNode _call = call;

    public override bool Test(Frame frame) => _call.Execute(frame) <= 0;
}

internal sealed class CallNode0(Func<Frame, Outcome> function) : CallNode
{
    protected override int Invoke(Frame frame) => function(frame).Code;
}

internal sealed class CallNode<T1>(Func<Frame, T1, Outcome> function, Argument<T1> first) : CallNode
{
    protected override int Invoke(Frame frame) => first.TryGet(frame, out var a) ? function(frame, a).Code : -1;
}

internal sealed class CallNode<T1, T2>(Func<Frame, T1, T2, Outcome> function, Argument<T1> first, Argument<T2> second) : CallNode
{
    protected override int Invoke(Frame frame) =>
        first.TryGet(frame, out var a) && second.TryGet(frame, out var b) ? function(frame, a, b).Code : -1;
}

internal sealed class CallNode<T1, T2, T3>(
    Func<Frame, T1, T2, T3, Outcome> function, Argument<T1> first, Argument<T2> second, Argument<T3> third) : CallNode
{
    protected override int Invoke(Frame frame) =>
        first.TryGet(frame, out var a) && second.TryGet(frame, out var b) && third.TryGet(frame, out var c) ? function(frame, a, b, c).Code : -1;
}

internal sealed class CallNode<T1, T2, T3, T4>(
    Func<Frame, T1, T2, T3, T4, Outcome> function, Argument<T1> first, Argument<T2> second, Argument<T3> third, Argument<T4> fourth) : CallNode
{
    protected override int Invoke(Frame frame) =>
        first.TryGet(frame, out var a) && second.TryGet(frame, out var b) && third.TryGet(frame, out var c) && fourth.TryGet(frame, out var d)
            ? function(frame, a, b, c, d).Code
            : -1;
}

internal sealed class CallNode<T1, T2, T3, T4, T5>(
    Func<Frame, T1, T2, T3, T4, T5, Outcome> function, Argument<T1> first, Argument<T2> second, Argument<T3> third, Argument<T4> fourth, Argument<T5> fifth) : CallNode
{
    protected override int Invoke(Frame frame) =>
        first.TryGet(frame, out var a) && second.TryGet(frame, out var b) && third.TryGet(frame, out var c) && fourth.TryGet(frame, out var d)
        && fifth.TryGet(frame, out var e)
            ? function(frame, a, b, c, d, e).Code
            : -1;
}

internal sealed class CallNode<T1, T2, T3, T4, T5, T6>(
    Func<Frame, T1, T2, T3, T4, T5, T6, Outcome> function,
    Argument<T1> first, Argument<T2> second, Argument<T3> third, Argument<T4> fourth, Argument<T5> fifth, Argument<T6> sixth) : CallNode
{
    protected override int Invoke(Frame frame) =>
        first.TryGet(frame, out var a) && second.TryGet(frame, out var b) && third.TryGet(frame, out var c) && fourth.TryGet(frame, out var d)
        && fifth.TryGet(frame, out var e) && sixth.TryGet(frame, out var f)
            ? function(frame, a, b, c, d, e, f).Code
            : -1;
}
