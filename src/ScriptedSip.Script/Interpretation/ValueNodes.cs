using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

internal sealed class ConstantValue(Value value) : ValueNode
{
    /// <summary>Known at load.</summary>
    public Value Value { get; } = value;

    public override Value Evaluate(Frame frame) => Value;
}

/// <summary><c>$var(x)</c> by its slot; an unset one is 0.</summary>
internal sealed class SlotValue(int slot) : ValueNode
{
    public int Slot { get; } = slot;

    public override Value Evaluate(Frame frame)
    {
        ref var value = ref frame.Variable(Slot);
        return value.IsNull ? Value.FromInt(0) : value;
    }
}

/// <summary><c>$var(x)</c> by its slot; an unset one is null, as in OpenSIPS.</summary>
internal sealed class NullableSlotValue(int slot) : ValueNode
{
    public int Slot { get; } = slot;

    public override Value Evaluate(Frame frame) => frame.Variable(Slot);
}

/// <summary>A pseudo-variable without inner name.</summary>
internal sealed class PlainVariable(Func<Frame, Value> read) : ValueNode
{
    public override Value Evaluate(Frame frame) => read(frame);
}

/// <summary>A pseudo-variable whose inner name and index are known at load: <c>$hdr(Via)</c>, <c>$(avp(x)[1])</c>.</summary>
internal sealed class NamedVariable<T>(Func<Frame, T, int, Value> read, T name, int index) : ValueNode
{
    public override Value Evaluate(Frame frame) => read(frame, name, index);
}

/// <summary>A pseudo-variable whose inner name or index is found per message.</summary>
internal sealed class ComputedVariable<T>(Func<Frame, T, int, Value> read, Argument<T> name, ValueNode index) : ValueNode
{
    public override Value Evaluate(Frame frame) =>
        name.TryGet(frame, out var argument) ? read(frame, argument, (int)Conversions.ToNumber(index.Evaluate(frame))) : Value.Null;
}

/// <summary>A condition used as a value: 1 or 0.</summary>
internal sealed class ConditionValue(ConditionNode condition) : ValueNode
{
    public override Value Evaluate(Frame frame) => Value.FromInt(condition.Test(frame) ? 1 : 0);
}

/// <summary><c>selval(condition, a, b)</c>: one value or the other.</summary>
internal sealed class ChosenValue(ConditionNode condition, ValueNode first, ValueNode second) : ValueNode
{
    public override Value Evaluate(Frame frame) => condition.Test(frame) ? first.Evaluate(frame) : second.Evaluate(frame);
}

/// <summary>A call used as a value: its code.</summary>
internal sealed class CallValue(CallNode call) : ValueNode
{
    public override Value Evaluate(Frame frame) => Value.FromInt(call.Execute(frame));
}

/// <summary>Text put together per message, as a value.</summary>
internal sealed class FormatValue(Format format) : ValueNode
{
    public override Value Evaluate(Frame frame) => Value.FromText(format.Render(frame));
}

/// <summary>All values under a name by their index, for loops.</summary>
internal abstract class IndexedSource
{
    /// <summary>Null behind the last.</summary>
    public abstract Value At(Frame frame, int index);
}

internal sealed class NamedSource<T>(Func<Frame, T, int, Value> read, Argument<T> name) : IndexedSource
{
    public override Value At(Frame frame, int index) => name.TryGet(frame, out var argument) ? read(frame, argument, index) : Value.Null;
}

/// <summary>A single value: the loop runs once.</summary>
internal sealed class SingleSource(ValueNode value) : IndexedSource
{
    public override Value At(Frame frame, int index) => index == 0 ? value.Evaluate(frame) : Value.Null;
}
