using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

internal sealed class ConstantCondition(bool value) : ConditionNode
{
    public override bool Test(Frame frame) => value;
}

internal sealed class NotCondition(ConditionNode operand) : ConditionNode
{
    public override bool Test(Frame frame) => !operand.Test(frame);
}

internal sealed class AndCondition(ConditionNode left, ConditionNode right) : ConditionNode
{
    private readonly ConditionNode _left = left;
    private readonly ConditionNode _right = right;

    public override bool Test(Frame frame) => _left.Test(frame) && !frame.Stopped && _right.Test(frame);
}

internal sealed class OrCondition(ConditionNode left, ConditionNode right) : ConditionNode
{
    private readonly ConditionNode _left = left;
    private readonly ConditionNode _right = right;

    public override bool Test(Frame frame) => _left.Test(frame) || (!frame.Stopped && _right.Test(frame));
}

/// <summary>A value alone, OpenSER and OpenSIPS: false when null, empty or the number 0.</summary>
internal sealed class PresenceCondition(ValueNode value) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var result = value.Evaluate(frame);
        return result.IsInt ? result.Number != 0 : !result.Text.IsEmpty;
    }
}

/// <summary>A value alone, Kamailio: true when its number is not 0, and text that is no number counts as 0.</summary>
internal sealed class NumberCondition(ValueNode value) : ConditionNode
{
    public override bool Test(Frame frame) => Conversions.ToNumber(value.Evaluate(frame)) != 0;
}

/// <summary><c>defined $x</c>.</summary>
internal sealed class DefinedCondition(ValueNode value) : ConditionNode
{
    public override bool Test(Frame frame) => !value.Evaluate(frame).IsNull;
}

/// <summary><c>$x == null</c>, <c>$x == $null</c>.</summary>
internal sealed class NullCondition(ValueNode value, bool isNull) : ConditionNode
{
    public override bool Test(Frame frame) => value.Evaluate(frame).IsNull == isNull;
}

internal sealed class EqualCondition(ValueNode left, ValueNode right, Comparison comparison) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var first = left.Evaluate(frame);
        return comparison.AreEqual(frame, first, right.Evaluate(frame));
    }
}

internal sealed class DifferCondition(ValueNode left, ValueNode right, Comparison comparison) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var first = left.Evaluate(frame);
        return comparison.Differ(frame, first, right.Evaluate(frame));
    }
}

/// <summary>A value against text known at load, where a value without text goes the slow way.</summary>
internal sealed class TextCondition(ValueNode left, Value text, Comparison comparison, bool isEqual) : ConditionNode
{
    private readonly ValueNode _left = left;
    private readonly Utf8Text _text = text.Text;
    private readonly bool _ignoresCase = comparison.IgnoresCase;

    public override bool Test(Frame frame)
    {
        var value = _left.Evaluate(frame);
        if (!value.IsText)
            return isEqual ? comparison.AreEqual(frame, value, text) : comparison.Differ(frame, value, text);
        var span = value.Text.Span;
        return (_ignoresCase ? LetterCase.EqualsIgnoreCase(span, _text.Span) : span.SequenceEqual(_text.Span)) == isEqual;
    }
}

/// <summary>A value against a number known at load, where a value without number goes the slow way.</summary>
internal sealed class NumberEqualCondition(ValueNode left, long number, Comparison comparison, bool isEqual) : ConditionNode
{
    private readonly ValueNode _left = left;

    public override bool Test(Frame frame)
    {
        var value = _left.Evaluate(frame);
        if (value.IsInt)
            return (value.Number == number) == isEqual;
        var right = Value.FromInt(number);
        return isEqual ? comparison.AreEqual(frame, value, right) : comparison.Differ(frame, value, right);
    }
}

internal enum Ordering
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

internal sealed class OrderCondition(ValueNode left, ValueNode right, Ordering ordering, Comparison comparison) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var first = left.Evaluate(frame);
        return comparison.Order(first, right.Evaluate(frame)) is { } order && Holds(order);
    }

    private bool Holds(int order) => ordering switch
    {
        Ordering.Less => order < 0,
        Ordering.LessOrEqual => order <= 0,
        Ordering.Greater => order > 0,
        _ => order >= 0,
    };
}

/// <summary><c>=~</c> and <c>!~</c>; null matches nothing.</summary>
internal sealed class MatchCondition(ValueNode left, BytePattern pattern, bool matches) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var value = left.Evaluate(frame);
        return (!value.IsNull && pattern.IsMatch(frame, value.ToText(frame.Arena).Span)) == matches;
    }
}

/// <summary><c>eq</c>, <c>ne</c>: both sides as text.</summary>
internal sealed class TextEqualCondition(ValueNode left, ValueNode right, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var first = left.Evaluate(frame).ToText(frame.Arena);
        return first.Equals(right.Evaluate(frame).ToText(frame.Arena)) == isEqual;
    }
}

/// <summary><c>ieq</c>, <c>ine</c>: both sides as numbers.</summary>
internal sealed class NumbersEqualCondition(ValueNode left, ValueNode right, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var first = Conversions.ToNumber(left.Evaluate(frame));
        return (first == Conversions.ToNumber(right.Evaluate(frame))) == isEqual;
    }
}
