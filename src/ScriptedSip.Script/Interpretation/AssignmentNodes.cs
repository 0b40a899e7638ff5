using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

internal delegate bool PlainSetter(Frame frame, in Value value);

internal delegate bool NamedSetter<in T>(Frame frame, T name, int index, AssignKind kind, in Value value);

/// <summary>What stands left of an assignment.</summary>
internal abstract class AssignmentTarget
{
    /// <summary>False when the variable refused the value.</summary>
    public abstract bool Assign(Frame frame, AssignKind kind, in Value value);
}

internal sealed class SlotTarget(int slot) : AssignmentTarget
{
    public int Slot => slot;

    public override bool Assign(Frame frame, AssignKind kind, in Value value)
    {
        frame.Variable(slot) = value;
        return true;
    }
}

internal sealed class PlainTarget(PlainSetter set) : AssignmentTarget
{
    public override bool Assign(Frame frame, AssignKind kind, in Value value) => set(frame, value);
}

internal sealed class NamedTarget<T>(NamedSetter<T> set, Argument<T> name, ValueNode? index, int fixedIndex) : AssignmentTarget
{
    public override bool Assign(Frame frame, AssignKind kind, in Value value)
    {
        if (!name.TryGet(frame, out var argument))
            return false;
        return set(frame, argument, index is null ? fixedIndex : (int)Conversions.ToNumber(index.Evaluate(frame)), kind, value);
    }
}

/// <summary><c>$var(x) = …</c>, the assignment loops are made of.</summary>
internal sealed class SlotAssignment(int slot, ValueNode value) : StatementNode
{
    private readonly ValueNode _value = value;

    public override Flow Run(Frame frame)
    {
        frame.Variable(slot) = _value.Evaluate(frame);
        if (frame.Stopped)
            return Flow.Exit;
        frame.ReturnCode = 1;
        return Flow.Next;
    }
}

/// <param name="needsValue">True when an expression without value is a failed assignment instead of a deletion.</param>
internal sealed class AssignmentNode(AssignmentTarget target, AssignKind kind, ValueNode value, bool needsValue) : StatementNode
{
    public override Flow Run(Frame frame)
    {
        var result = value.Evaluate(frame);
        if (frame.Stopped)
            return Flow.Exit;
        var isDone = !(needsValue && result.IsNull) && target.Assign(frame, kind, result);
        frame.ReturnCode = isDone ? 1 : -1;
        return Flow.Next;
    }
}

/// <summary>A variable handed to a function.</summary>
internal sealed class BoundVariable(ValueNode value, AssignmentTarget? target, int avpName) : VariableRef
{
    public override int AvpName => avpName;

    public override Value Get(Frame frame) => value.Evaluate(frame);

    public override bool Set(Frame frame, AssignKind kind, in Value value) => target is not null && target.Assign(frame, kind, value);
}
