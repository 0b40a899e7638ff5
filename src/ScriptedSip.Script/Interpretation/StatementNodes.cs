using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

internal sealed class BlockNode(StatementNode[] statements) : StatementNode
{
    private readonly StatementNode[] _statements = statements;

    public override Flow Run(Frame frame)
    {
        foreach (var statement in _statements)
        {
            var flow = statement.Run(frame);
            if (flow != Flow.Next)
                return flow;
        }
        return Flow.Next;
    }
}

/// <summary>Nothing, as the last thing of a route: the route's code is 1.</summary>
internal sealed class EmptyEndNode : StatementNode
{
    public static readonly EmptyEndNode Instance = new();

    public override Flow Run(Frame frame)
    {
        frame.ReturnCode = 1;
        return Flow.Next;
    }
}

internal sealed class EmptyNode : StatementNode
{
    public static readonly EmptyNode Instance = new();

    public override Flow Run(Frame frame) => Flow.Next;
}

internal sealed class IfNode(ConditionNode condition, StatementNode then) : StatementNode
{
    private readonly ConditionNode _condition = condition;
    private readonly StatementNode _then = then;

    public override Flow Run(Frame frame)
    {
        var holds = _condition.Test(frame);
        if (frame.Stopped)
            return Flow.Exit;
        return holds ? _then.Run(frame) : Flow.Next;
    }
}

internal sealed class IfElseNode(ConditionNode condition, StatementNode then, StatementNode otherwise) : StatementNode
{
    private readonly ConditionNode _condition = condition;
    private readonly StatementNode _then = then;
    private readonly StatementNode _otherwise = otherwise;

    public override Flow Run(Frame frame)
    {
        var holds = _condition.Test(frame);
        if (frame.Stopped)
            return Flow.Exit;
        return holds ? _then.Run(frame) : _otherwise.Run(frame);
    }
}

/// <param name="limit">Most iterations; 0 for no limit but the step budget.</param>
internal sealed class WhileNode(ConditionNode condition, StatementNode body, int limit) : StatementNode
{
    public override Flow Run(Frame frame)
    {
        for (var count = 0; limit == 0 || count < limit; count++)
        {
            var holds = condition.Test(frame);
            if (frame.Stopped)
                return Flow.Exit;
            if (!holds)
                break;
            StepBudget.Take(frame);
            var flow = body.Run(frame);
            if (flow == Flow.Break)
                break;
            if (flow != Flow.Next)
                return flow;
        }
        return Flow.Next;
    }
}

/// <summary><c>for ($var(x) in $(avp(y)[*]))</c>: the body for each value, from the newest.</summary>
internal sealed class ForEachNode(AssignmentTarget variable, IndexedSource source, StatementNode body) : StatementNode
{
    public override Flow Run(Frame frame)
    {
        for (var index = 0; ; index++)
        {
            var value = source.At(frame, index);
            if (value.IsNull)
                return Flow.Next;
            StepBudget.Take(frame);
            variable.Assign(frame, AssignKind.Set, value);
            var flow = body.Run(frame);
            if (flow == Flow.Break)
                return Flow.Next;
            if (flow != Flow.Next)
                return flow;
        }
    }
}

/// <summary>Leaves the loop or switch.</summary>
internal sealed class BreakNode : StatementNode
{
    public static readonly BreakNode Instance = new();

    public override Flow Run(Frame frame) => Flow.Break;
}

/// <summary><c>return n</c> with a number known at load that ends nothing but the route.</summary>
internal sealed class ReturnNode(int code) : StatementNode
{
    public override Flow Run(Frame frame)
    {
        frame.ReturnCode = code;
        return Flow.Return;
    }
}

/// <summary><c>return expression</c>; 0 ends the script, unless it is a code like others.</summary>
internal sealed class ReturnValueNode(ValueNode value, bool mayBeZero) : StatementNode
{
    public override Flow Run(Frame frame)
    {
        frame.ReturnCode = (int)Conversions.ToNumber(value.Evaluate(frame));
        if ((mayBeZero || frame.ReturnCode != 0) && !frame.Stopped)
            return Flow.Return;
        frame.Stopped = true;
        return Flow.Exit;
    }
}

/// <summary><c>exit</c>, and <c>return(0)</c>, which is the same.</summary>
internal sealed class ExitNode : StatementNode
{
    public static readonly ExitNode Instance = new();

    public override Flow Run(Frame frame)
    {
        frame.ReturnCode = 0;
        frame.Stopped = true;
        return Flow.Exit;
    }
}

internal sealed class DropNode : StatementNode
{
    public static readonly DropNode Instance = new();

    public override Flow Run(Frame frame)
    {
        frame.ReturnCode = 0;
        frame.Dropped = true;
        frame.Stopped = true;
        return Flow.Exit;
    }
}
