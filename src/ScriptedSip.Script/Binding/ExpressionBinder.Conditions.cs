using System.Globalization;
using System.Net;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Interpretation.Patterns;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Binding;

/// <content>Conditions and comparisons.</content>
internal sealed partial class ExpressionBinder
{
    private static readonly string[] Methods =
        [.. Enum.GetValues<SipMethod>().Select(static method => System.Text.Encoding.ASCII.GetString(SipMethods.NameOf(method))).Where(static name => name.Length > 0)];

    /// <summary>An expression as true or false.</summary>
    public ConditionNode Condition(Expression expression)
    {
        expression = Strip(expression);
        switch (expression)
        {
            case UnaryExpression { Operator: UnaryOperator.Not, Operand: var operand } not:
                CheckNot(not);
                if (Strip(operand) is CallExpression returning && IsReturned(returning))
                    return Call(returning) is { } route ? new ReturnedCondition(route, negated: true) : new ConstantCondition(false);
                return Strip(operand) is CallExpression negated
                    ? Call(negated) is { } function ? new NegatedCallCondition(function) : new ConstantCondition(false)
                    : new NotCondition(Condition(operand));
            case BinaryExpression { Operator: BinaryOperator.And } and:
                CheckWeight(and);
                CheckPairs(and);
                return new AndCondition(Condition(and.Left), Condition(and.Right));
            case BinaryExpression { Operator: BinaryOperator.Or } or:
                CheckPairs(or);
                return Or(Condition(or.Left), Condition(or.Right));
            case BinaryExpression comparison when !IsArithmetic(comparison.Operator):
                return Compare(comparison);
            case CallExpression call when IsReturned(call):
                return Call(call) is { } returned ? new ReturnedCondition(returned, negated: false) : new ConstantCondition(false);
            case CallExpression call:
                return Call(call) is { } bound ? new CallCondition(bound) : new ConstantCondition(false);
            case Defined defined:
                return new DefinedCondition(Value(defined.Operand));
            case BlockExpression block:
                return new BlockCondition(new StatementBinder(scope, this).Block(block.Block, StatementPlace.Inside));
            case IntLiteral number:
                return new ConstantCondition(number.Value != 0);
            case NameLiteral name:
                scope.ReportWithHint(DiagnosticCatalog.TypeMismatch, name.Span, $"write '{name.Name}()' to call a function", $"'{name.Name}' is neither true nor false");
                return new ConstantCondition(false);
            default:
                CheckAlone(expression);
                return Truth(Value(expression));
        }
    }

    /// <summary>True for the call of a route whose code is as Kamailio's return_mode=1 reads it.</summary>
    public bool IsReturned(CallExpression call) => scope.Settings.ZeroIsFalse && call.Function.Text == "route";

    private ConditionNode Truth(ValueNode value) => scope.IsKamailio ? new NumberCondition(value) : new PresenceCondition(value);

    private static ConditionNode Or(ConditionNode left, ConditionNode right) =>
        left is MethodCondition first && right is MethodCondition second && first.Or(second) is { } both ? both : new OrCondition(left, right);

    private ConditionNode Compare(BinaryExpression expression)
    {
        var left = Strip(expression.Left);
        var right = Strip(expression.Right);
        var op = expression.Operator;
        CheckValues(left, op, right);
        CheckWord(left, op, right);
        CheckWord(right, op, left);
        if (op is BinaryOperator.Matches or BinaryOperator.NotMatches)
            return new MatchCondition(Value(left), Pattern(right, linewise: false), op == BinaryOperator.Matches);
        if (op is BinaryOperator.Equal or BinaryOperator.NotEqual)
        {
            var isEqual = op == BinaryOperator.Equal;
            if (right is Myself)
                return CompareWithMyself(left, isEqual, right.Span);
            if (left is Myself)
                return CompareWithMyself(right, isEqual, left.Span);
            if (left is not CoreOperand && right is CoreOperand)
                (left, right) = (right, left);
            if (left is CoreOperand operand)
                return CompareOperand(operand, right, isEqual);
            return CompareEqual(expression, left, right, isEqual);
        }
        var first = Value(left);
        var second = Value(right);
        return op switch
        {
            BinaryOperator.Less => Order(Ordering.Less),
            BinaryOperator.LessOrEqual => Order(Ordering.LessOrEqual),
            BinaryOperator.Greater => Order(Ordering.Greater),
            BinaryOperator.GreaterOrEqual => Order(Ordering.GreaterOrEqual),
            BinaryOperator.StringEqual => new TextEqualCondition(first, second, true),
            BinaryOperator.StringNotEqual => new TextEqualCondition(first, second, false),
            BinaryOperator.IntegerEqual => new NumbersEqualCondition(first, second, true),
            _ => new NumbersEqualCondition(first, second, false),
        };

        OrderCondition Order(Ordering ordering) => new(first, second, ordering, scope.Comparison);
    }

    private ConditionNode CompareEqual(BinaryExpression expression, Expression left, Expression right, bool isEqual)
    {
        if (scope.IsKamailio && (left, right) is (IntLiteral, StringLiteral) or (StringLiteral, IntLiteral))
            scope.Report(DiagnosticCatalog.TypeMismatch, expression.OperatorSpan, "a number and a text are never equal");
        if (IsNull(right))
            return new NullCondition(Value(left), isEqual);
        if (IsNull(left))
            return new NullCondition(Value(right), isEqual);
        if (left is PseudoVariable { Name.Text: "rm", Transformations: [], Argument: null } && right is StringLiteral { Value: var method }
            && SipMethods.Parse(Utf8Text.From(scope.Comparison.IgnoresCase ? method.ToUpperInvariant() : method).Span) is var known and not SipMethod.Other)
            return new MethodCondition(known, isEqual);
        if (left is PseudoVariable { Name.Text: "rm", Transformations: [] } && right is StringLiteral { Value: var written })
            CheckMethod(written, right.Span, isCaseSensitive: !scope.Comparison.IgnoresCase);
        var first = Value(left);
        var second = Value(right);
        if (second is ConstantValue { Value: var constant })
        {
            if (constant.Kind == ValueKinds.Text)
                return new TextCondition(first, constant, scope.Comparison, isEqual);
            if (constant.Kind == ValueKinds.Int)
                return new NumberEqualCondition(first, constant.Number, scope.Comparison, isEqual);
        }
        return isEqual ? new EqualCondition(first, second, scope.Comparison) : new DifferCondition(first, second, scope.Comparison);
    }

    private static bool IsNull(Expression expression) => expression is NullLiteral or PseudoVariable { Name.Text: "null", Argument: null };

    private ConditionNode CompareWithMyself(Expression operand, bool isEqual, TextSpan span)
    {
        switch (operand)
        {
            case CoreOperand { Kind: CoreOperandKind.Uri or CoreOperandKind.FromUri or CoreOperandKind.ToUri } uri:
                return new MyUriCondition(scope.Services, Operand(uri), isEqual);
            case CoreOperand { Kind: CoreOperandKind.SourceIp or CoreOperandKind.DestinationIp } address:
                return new MyAddressCondition(scope.Services, address.Kind == CoreOperandKind.SourceIp, isEqual);
            case CoreOperand { Kind: CoreOperandKind.UriHost } host:
                return new MyHostCondition(scope.Services, Operand(host), isEqual);
            case PseudoVariable { Name.Text: "ru" or "fu" or "tu" or "ou" or "du" } uri:
                return new MyUriCondition(scope.Services, Variable(uri), isEqual);
            case PseudoVariable variable:
                return new MyHostCondition(scope.Services, Variable(variable), isEqual);
            default:
                var meant = operand is NameLiteral { Name: var name } ? Spelling.DidYouMean(name, WordsOfConditions) : null;
                scope.ReportWithHint(DiagnosticCatalog.TypeMismatch, meant is null ? span : operand.Span, meant ?? "write 'uri == myself'", "only URIs and addresses can be compared with 'myself'");
                return new ConstantCondition(false);
        }
    }

    private ConditionNode CompareOperand(CoreOperand operand, Expression right, bool isEqual)
    {
        switch (operand.Kind)
        {
            case CoreOperandKind.Method when ConstantText(right) is { } name && SipMethods.Parse(Utf8Text.From(name.ToUpperInvariant()).Span) is var method and not SipMethod.Other:
                return new MethodCondition(method, isEqual);
            case CoreOperandKind.Method when ConstantText(right) is { } unknown:
                CheckMethod(unknown, right.Span, isCaseSensitive: false);
                break;
            case CoreOperandKind.SourceIp or CoreOperandKind.DestinationIp when right is IpLiteral or StringLiteral or NameLiteral:
                return CompareAddress(operand, right, isEqual);
            case CoreOperandKind.Protocol or CoreOperandKind.SendProtocol when ConstantText(right) is { } name:
                return CompareProtocol(operand, name, right.Span, isEqual);
            case CoreOperandKind.AddressFamily or CoreOperandKind.SendAddressFamily when ConstantText(right) is { } name:
                if (Family(name) is { } family)
                    return new NumberEqualCondition(Operand(operand), family, Comparison.Strict, isEqual);
                scope.Report(DiagnosticCatalog.TypeMismatch, right.Span, $"'{name}' is not an address family; INET and INET6 are");
                return new ConstantCondition(false);
            case CoreOperandKind.SourcePort or CoreOperandKind.DestinationPort or CoreOperandKind.SendPort or CoreOperandKind.UriPort
                or CoreOperandKind.MessageLength or CoreOperandKind.MaxLength or CoreOperandKind.ReturnCode when ConstantText(right) is { } text:
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    return new NumberEqualCondition(Operand(operand), number, Comparison.Strict, isEqual);
                scope.Report(DiagnosticCatalog.TypeMismatch, right.Span, $"'{operand.Name}' is a number, and '{text}' is none");
                return new ConstantCondition(false);
        }
        var first = Operand(operand);
        var second = Value(right);
        if (second is ConstantValue { Value: { Kind: ValueKinds.Text } constant })
            return new TextCondition(first, constant, Comparison.Strict, isEqual);
        return isEqual ? new EqualCondition(first, second, Comparison.Strict) : new DifferCondition(first, second, Comparison.Strict);
    }

    // A method of the author's own is legal; one that looks like a slip of the pen is worth a word.
    private void CheckMethod(string name, TextSpan span, bool isCaseSensitive)
    {
        if (isCaseSensitive && Array.Exists(Methods, method => string.Equals(method, name, StringComparison.OrdinalIgnoreCase)))
            scope.ReportWithHint(DiagnosticCatalog.NeverTrue, span, $"write \"{name.ToUpperInvariant()}\"", "the case of letters matters here, and methods are in capitals");
        else if (Spelling.Nearest(name, Methods) is { } nearest)
            scope.ReportWithHint(DiagnosticCatalog.NeverTrue, span, $"did you mean '{nearest}'?", $"no method is called '{name}'");
    }

    private ConditionNode CompareAddress(CoreOperand operand, Expression right, bool isEqual)
    {
        var ofSource = operand.Kind == CoreOperandKind.SourceIp;
        if (right is IpLiteral literal)
            return new NetworkCondition(literal.Address, literal.PrefixLength, ofSource, isEqual);
        var text = ConstantText(right) ?? right.Span.Text.ToString();
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address) && Prefix(text, slash, address) is var (isSound, prefix) && isSound)
            return new NetworkCondition(address, prefix, ofSource, isEqual);
        if (slash < 0 && Uri.CheckHostName(text) == UriHostNameType.Dns && text.Contains('.', StringComparison.Ordinal) && text.Any(char.IsAsciiLetter))
            return new HostCondition(scope.Services.Hosts.Watch(text), ofSource, isEqual);
        scope.Report(DiagnosticCatalog.TypeMismatch, right.Span, $"'{text}' is not an IP address or network, nor a host with a domain");
        return new ConstantCondition(false);
    }

    private static (bool IsSound, int? Length) Prefix(string text, int slash, IPAddress address)
    {
        if (slash < 0)
            return (true, null);
        var size = text[(slash + 1)..];
        var bits = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
        if (int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return (length <= bits, length);
        return IPAddress.TryParse(size, out var mask) && Literals.PrefixOfMask(mask, address.AddressFamily) is { } prefix ? (true, prefix) : (false, null);
    }

    private ConditionNode CompareProtocol(CoreOperand operand, string name, TextSpan span, bool isEqual)
    {
        if (Enum.TryParse<TransportProtocol>(name, ignoreCase: true, out var protocol) && !char.IsAsciiDigit(name[0]))
            return new ProtocolCondition(protocol, operand.Kind == CoreOperandKind.SendProtocol, isEqual);
        if (name.ToUpperInvariant() is not ("SCTP" or "WS" or "WSS"))
            scope.Report(DiagnosticCatalog.TypeMismatch, span, $"'{name}' is not a transport protocol");
        return new ConstantCondition(!isEqual);
    }

    private static int? Family(string name) => name.ToUpperInvariant() switch
    {
        "INET" or "IPV4" or "4" => 4,
        "INET6" or "IPV6" or "6" => 6,
        _ => null,
    };

    private static string? ConstantText(Expression expression) => expression switch
    {
        StringLiteral text => text.Value,
        NameLiteral name => name.Name,
        IntLiteral number => number.Value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The right side of <c>=~</c>, or a pattern argument.</summary>
    private BytePattern Pattern(Expression expression, bool linewise)
    {
        expression = Strip(expression);
        return expression is StringLiteral or NameLiteral or IntLiteral
            ? ConstantPattern(ConstantText(expression)!, expression.Span, linewise)
            : new ComputedPattern(Value(expression), linewise);
    }

    private BytePattern ConstantPattern(string text, TextSpan span, bool linewise)
    {
        if (scope.Services.Patterns.TryCompile(text, linewise, out var error) is { } pattern)
            return pattern;
        scope.Report(DiagnosticCatalog.BadRegex, span, error);
        return new ComputedPattern(Nothing, linewise);
    }
}
