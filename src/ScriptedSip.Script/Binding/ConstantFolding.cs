using ScriptedSip.Script.Syntax;

namespace ScriptedSip.Script.Binding;

/// <summary>Values known at load, for settings and parameters: a number, a text, or a sum of them.</summary>
internal static class ConstantFolding
{
    /// <summary>A long or a string; null when it is neither.</summary>
    public static object? TryFold(Expression expression) => expression switch
    {
        IntLiteral number => number.Value,
        StringLiteral text => text.Value,
        NameLiteral name => name.Name,
        IpLiteral address => address.Span.Text.ToString(),
        Parenthesized { Inner: var inner } => TryFold(inner),
        UnaryExpression { Operator: UnaryOperator.Negate, Operand: var operand } => TryFold(operand) is long number ? -number : null,
        BinaryExpression binary => Combine(TryFold(binary.Left), binary.Operator, TryFold(binary.Right)),
        _ => null,
    };

    private static object? Combine(object? left, BinaryOperator op, object? right) => (left, op, right) switch
    {
        (string a, BinaryOperator.Add or BinaryOperator.Concatenate, not null) => a + right,
        (long a, BinaryOperator.Add, long b) => a + b,
        (long a, BinaryOperator.Subtract, long b) => a - b,
        (long a, BinaryOperator.Multiply, long b) => a * b,
        (long a, BinaryOperator.BitOr, long b) => a | b,
        _ => null,
    };
}
