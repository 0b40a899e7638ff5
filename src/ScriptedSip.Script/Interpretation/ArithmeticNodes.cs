using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

internal enum Arithmetic
{
    Subtract,
    Multiply,
    Divide,
    Modulo,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
}

/// <summary>Kamailio's <c>+</c>: text on the left joins, a number on the left adds what the right side converts to.</summary>
internal sealed class ConvertingPlus(ValueNode left, ValueNode right) : ValueNode
{
    private readonly ValueNode _left = left;
    private readonly ValueNode _right = right;

    public override Value Evaluate(Frame frame)
    {
        var first = _left.Evaluate(frame);
        var second = _right.Evaluate(frame);
        var joins = first.Kind switch
        {
            ValueKinds.Text => true,
            ValueKinds.Int => false,

            // A missing left side, or one with both forms, takes the type of the right one.
            _ => second.Kind == ValueKinds.Text,
        };
        return joins ? Join.Texts(frame, first, second) : Value.FromInt(unchecked(Conversions.ToNumber(first) + Conversions.ToNumber(second)));
    }
}

/// <summary>The <c>+</c> of OpenSER and OpenSIPS: adds numbers, joins texts, and has no value for a mixture.</summary>
internal sealed class StrictPlus(ValueNode left, ValueNode right) : ValueNode
{
    private readonly ValueNode _left = left;
    private readonly ValueNode _right = right;

    public override Value Evaluate(Frame frame)
    {
        var first = _left.Evaluate(frame);
        var second = _right.Evaluate(frame);
        if (first.IsInt && second.IsInt)
            return Value.FromInt(unchecked(first.Number + second.Number));
        return first.IsText && second.IsText ? Join.Texts(frame, first, second) : Value.Null;
    }
}

/// <summary><c>+</c> of many parts that begins with text: one copy instead of one for each sign.</summary>
internal sealed class JoinedText(ValueNode[] parts) : ValueNode
{
    private readonly BoundFormat _format = new(parts, default);

    public override Value Evaluate(Frame frame) => Value.FromText(_format.Render(frame));

    /// <summary>The same with one more part.</summary>
    public JoinedText With(ValueNode next) => new([.. parts, next]);
}

/// <summary>The <c>.</c> of SER 2.0 and Kamailio: both sides as text.</summary>
internal sealed class Concatenation(ValueNode left, ValueNode right) : ValueNode
{
    public override Value Evaluate(Frame frame)
    {
        var first = left.Evaluate(frame);
        return Join.Texts(frame, first, right.Evaluate(frame));
    }
}

internal static class Join
{
    public static Value Texts(Frame frame, in Value first, in Value second)
    {
        var left = first.ToText(frame.Arena);
        var right = second.ToText(frame.Arena);
        return Value.FromText(frame.Arena.Concat(left.Span, right.Span));
    }
}

/// <summary>Everything but plus. Kamailio converts what is no number, and divides by zero to 0; elsewhere both have no value.</summary>
internal sealed class ArithmeticNode(ValueNode left, ValueNode right, Arithmetic operation, bool converts) : ValueNode
{
    private readonly ValueNode _left = left;
    private readonly ValueNode _right = right;

    public override Value Evaluate(Frame frame)
    {
        var first = _left.Evaluate(frame);
        var second = _right.Evaluate(frame);
        if (!converts && !(first.IsInt && second.IsInt))
            return Value.Null;
        return Compute(Conversions.ToNumber(first), Conversions.ToNumber(second));
    }

    private Value Compute(long a, long b)
    {
        if (b is 0 or -1 && operation is Arithmetic.Divide or Arithmetic.Modulo)
            return DivideSpecially(a, b);
        return Value.FromInt(operation switch
        {
            Arithmetic.Subtract => unchecked(a - b),
            Arithmetic.Multiply => unchecked(a * b),
            Arithmetic.Divide => a / b,
            Arithmetic.Modulo => a % b,
            Arithmetic.BitAnd => a & b,
            Arithmetic.BitOr => a | b,
            Arithmetic.BitXor => a ^ b,
            Arithmetic.ShiftLeft => a << (int)b,
            _ => a >> (int)b,
        });
    }

    // By zero is the dialect's business; by -1 overflows for one number.
    private Value DivideSpecially(long a, long b)
    {
        if (b == 0)
            return converts ? Value.FromInt(0) : Value.Null;
        return Value.FromInt(operation == Arithmetic.Divide ? unchecked(-a) : 0);
    }
}

/// <summary>Sign and complement of a number.</summary>
internal sealed class UnaryArithmetic(ValueNode operand, bool complement) : ValueNode
{
    public override Value Evaluate(Frame frame)
    {
        var number = Conversions.ToNumber(operand.Evaluate(frame));
        return Value.FromInt(complement ? ~number : unchecked(-number));
    }
}

/// <summary><c>(int)x</c>.</summary>
internal sealed class NumberCast(ValueNode operand) : ValueNode
{
    public override Value Evaluate(Frame frame) => Value.FromInt(Conversions.ToNumber(operand.Evaluate(frame)));
}

/// <summary><c>(str)x</c>.</summary>
internal sealed class TextCast(ValueNode operand) : ValueNode
{
    public override Value Evaluate(Frame frame) => Value.FromText(operand.Evaluate(frame).ToText(frame.Arena));
}
