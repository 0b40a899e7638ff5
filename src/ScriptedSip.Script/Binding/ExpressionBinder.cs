using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <summary>
/// From expressions of the tree to nodes that run. What cannot be bound is reported and stands as null, so that one run finds all mistakes.
/// </summary>
internal sealed partial class ExpressionBinder(BindingScope scope, RouteEntry? route)
{
    private static readonly ConstantValue Nothing = new(Api.Value.Null);

    /// <summary>The value of an expression.</summary>
    public ValueNode Value(Expression expression)
    {
        switch (expression)
        {
            case Parenthesized { Inner: var inner }:
                return Value(inner);
            case IntLiteral number:
                return new ConstantValue(Api.Value.FromInt(number.Value));
            case StringLiteral text:
                CheckTemplate(text);
                return Text(text.Value);
            case IpLiteral or SocketLiteral:
                return Text(expression.Span.Text.ToString());
            case NameLiteral name:
                return scope.Flags.TryGetValue(name.Name, out var flag) ? new ConstantValue(Api.Value.FromInt(flag)) : Text(name.Name);
            case PseudoVariable variable:
                return Variable(variable);
            case CoreOperand operand:
                return Operand(operand);
            case CallExpression { Function.Text: "selval", Arguments: [{ Value: { } test }, { Value: { } first }, { Value: { } second }] }:
                return new ChosenValue(Condition(test), Value(first), Value(second));
            case CallExpression call:
                return Call(call) is { } bound ? new CallValue(bound) : Nothing;
            case Cast cast:
                var operandOfCast = Value(cast.Operand);
                return cast.Kind == CastKind.Integer ? new NumberCast(operandOfCast) : new TextCast(operandOfCast);
            case UnaryExpression { Operator: UnaryOperator.Negate or UnaryOperator.Complement } unary:
                return new UnaryArithmetic(Value(unary.Operand), unary.Operator == UnaryOperator.Complement);
            case BinaryExpression binary when IsArithmetic(binary.Operator):
                return Arithmetic(binary);
            case BinaryExpression or UnaryExpression or Defined or BlockExpression:
                return new ConditionValue(Condition(expression));
            case Select select:
                return Selected(select);
            case SerAttribute attribute:
                return Attribute(attribute);
            case Myself:
                scope.ReportWithHint(DiagnosticCatalog.TypeMismatch, expression.Span, "compare it with '==' or '!='", "'myself' is no value");
                return Nothing;
            default:
                return Nothing;
        }
    }

    /// <summary>What an assignment such as <c>+=</c> stores.</summary>
    public ValueNode Combine(BinaryOperator op, Expression target, Expression value) => Arithmetic(op, Value(target), Value(value));

    /// <summary>A label of a switch.</summary>
    public CaseLabel Label(Expression label, bool isRegex, int entry)
    {
        if (isRegex)
            return new PatternLabel(entry, Pattern(label, linewise: false));
        return new ValueLabel(entry, Value(label) is ConstantValue { Value: var constant } ? constant : Api.Value.Null, scope.Comparison);
    }

    private static ConstantValue Text(string text) => new(Api.Value.FromText(Utf8Text.From(text)));

    private static Expression Strip(Expression expression)
    {
        while (expression is Parenthesized { Inner: var inner })
            expression = inner;
        return expression;
    }

    private static bool IsArithmetic(BinaryOperator op) => op is >= BinaryOperator.Add and <= BinaryOperator.Concatenate;

    private ValueNode Arithmetic(BinaryExpression binary)
    {
        var left = Strip(binary.Left);
        var right = Strip(binary.Right);
        if (scope.IsKamailio && left is IntLiteral && right is StringLiteral)
            scope.Report(DiagnosticCatalog.TypeMismatch, binary.OperatorSpan, "a number and a text cannot be combined");
        CheckWeight(binary);
        CheckBits(binary, left, right);
        return Arithmetic(binary.Operator, Value(left), Value(right));
    }

    private ValueNode Arithmetic(BinaryOperator op, ValueNode left, ValueNode right)
    {
        return op switch
        {
            BinaryOperator.Add => Plus(left, right),
            BinaryOperator.Concatenate => new Concatenation(left, right),
            BinaryOperator.Subtract => Node(Interpretation.Arithmetic.Subtract),
            BinaryOperator.Multiply => Node(Interpretation.Arithmetic.Multiply),
            BinaryOperator.Divide => Node(Interpretation.Arithmetic.Divide),
            BinaryOperator.Modulo => Node(Interpretation.Arithmetic.Modulo),
            BinaryOperator.BitAnd => Node(Interpretation.Arithmetic.BitAnd),
            BinaryOperator.BitOr => Node(Interpretation.Arithmetic.BitOr),
            BinaryOperator.BitXor => Node(Interpretation.Arithmetic.BitXor),
            BinaryOperator.ShiftLeft => Node(Interpretation.Arithmetic.ShiftLeft),
            _ => Node(Interpretation.Arithmetic.ShiftRight),
        };

        ArithmeticNode Node(Interpretation.Arithmetic operation) => new(left, right, operation, scope.IsKamailio);
    }

    private ValueNode Plus(ValueNode left, ValueNode right)
    {
        if (!scope.IsKamailio)
            return new StrictPlus(left, right);

        // Text at the far left makes text of everything behind it.
        return left switch
        {
            JoinedText joined => joined.With(right),
            ConstantValue { Value.Kind: ValueKinds.Text } => new JoinedText([left, right]),
            _ => new ConvertingPlus(left, right),
        };
    }

    private ValueNode Operand(CoreOperand operand)
    {
        Func<Frame, Value>? read = operand.Kind switch
        {
            CoreOperandKind.Method => CoreOperands.Method,
            CoreOperandKind.Uri => CoreOperands.Uri,
            CoreOperandKind.UriHost => CoreOperands.UriHost,
            CoreOperandKind.UriPort => CoreOperands.UriPort,
            CoreOperandKind.FromUri => CoreOperands.FromUri,
            CoreOperandKind.ToUri => CoreOperands.ToUri,
            CoreOperandKind.SourceIp => CoreOperands.SourceIp,
            CoreOperandKind.DestinationIp => CoreOperands.DestinationIp,
            CoreOperandKind.SourcePort => CoreOperands.SourcePort,
            CoreOperandKind.DestinationPort => CoreOperands.DestinationPort,
            CoreOperandKind.Protocol => CoreOperands.Protocol,
            CoreOperandKind.AddressFamily => CoreOperands.Family,
            CoreOperandKind.MessageLength => CoreOperands.MessageLength,
            CoreOperandKind.MaxLength => CoreOperands.LongestMessage,
            CoreOperandKind.Status => CoreOperands.Status,
            CoreOperandKind.ReturnCode => CoreOperands.ReturnCode,
            CoreOperandKind.SendIp => CoreOperands.SendIp,
            CoreOperandKind.SendPort => CoreOperands.SendPort,
            CoreOperandKind.SendProtocol => CoreOperands.SendProtocol,
            CoreOperandKind.SendAddressFamily => CoreOperands.SendFamily,
            CoreOperandKind.ToIp => CoreOperands.ToIp,
            CoreOperandKind.ToPort => CoreOperands.ToPort,
            _ => null,
        };
        if (read is not null)
            return new OperandValue(read);
        scope.Report(DiagnosticCatalog.NotSupported, operand.Span, $"'{operand.Name}'");
        return Nothing;
    }
}
