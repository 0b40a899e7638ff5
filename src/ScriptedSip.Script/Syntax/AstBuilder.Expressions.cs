using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;
using static ScriptedSip.Script.Syntax.Generated.SipScriptParser;

namespace ScriptedSip.Script.Syntax;

/// <content>Expressions: the flat row of operands and operators becomes a tree by the dialect's table.</content>
internal sealed partial class AstBuilder
{
    private Expression Condition(ConditionContext? context) =>
        context is null ? new ErrorExpression(default) : Strip(Row(context, context.operand()));

    private Expression Expression(ExpressionContext context) => Row(context, context.operand());

    private static Expression Strip(Expression expression) => expression is Parenthesized { Inner: var inner } ? inner : expression;

    private Expression Row(ParserRuleContext context, OperandContext[] operands)
    {
        if (operands.Length == 0 || context.exception is not null)
            return new ErrorExpression(SpanOf(context));
        if (operands.Length == 1)
            return Operand(operands[0]);
        return new RowReader(this, context).Read();
    }

    private Expression Operand(OperandContext context)
    {
        if (context.primary() is not { exception: null } primary)
            return new ErrorExpression(SpanOf(context));
        var value = Primary(primary);
        for (var i = context.ChildCount - 2; i >= 0; i--)
            value = Prefixed(Token(((ITerminalNode)context.GetChild(i)).Symbol), value);
        return value;
    }

    private static Expression Prefixed(ScriptToken prefix, Expression value)
    {
        var span = prefix.Span.To(value.Span);
        return prefix.Type switch
        {
            SipScriptLexer.NotWord => new UnaryExpression(span, UnaryOperator.Not, value),
            SipScriptLexer.Minus when value is IntLiteral { IsWord: false, Value: > 0 } number => new IntLiteral(span, -number.Value, "-" + number.Text),
            SipScriptLexer.Minus => new UnaryExpression(span, UnaryOperator.Negate, value),
            SipScriptLexer.Tilde => new UnaryExpression(span, UnaryOperator.Complement, value),
            SipScriptLexer.Cast => new Cast(span, prefix.Text.Contains("int", StringComparison.Ordinal) ? CastKind.Integer : CastKind.String, value),
            SipScriptLexer.Defined => new Defined(span, Strip(value)),
            _ => value,
        };
    }

    private Expression Primary(PrimaryContext context)
    {
        var span = SpanOf(context);
        switch (context.GetChild(0))
        {
            case LiteralContext literal:
                return Literal(literal);
            case CallContext call:
                return Call(call);
            case ITerminalNode { Symbol: ScriptToken token }:
                return token.Type switch
                {
                    SipScriptLexer.LeftParen when context.condition() is { } inner => new Parenthesized(span, Row(inner, inner.operand())),
                    SipScriptLexer.LeftParen when context.block() is { } block => new BlockExpression(span, Block(block)),
                    SipScriptLexer.LeftBracket when context.condition() is { } inner => Bracketed(span, inner),
                    SipScriptLexer.Ipv4 or SipScriptLexer.Ipv6 => Address(token, span),
                    SipScriptLexer.Percent when token.Text == "%" => new SerAttribute(span, null, Token(context.Stop).Text, null, false),
                    SipScriptLexer.Null => new NullLiteral(span),
                    SipScriptLexer.CoreColonWord => new CoreOperand(span, CoreWords[token.Text], token.Text),
                    SipScriptLexer.DigitWord => new NameLiteral(span, token.Text),
                    SipScriptLexer.Variable or SipScriptLexer.AttributeVariable or SipScriptLexer.SelectVariable => Variable(token),
                    _ => new ErrorExpression(span),
                };
            default:
                return new ErrorExpression(span);
        }
    }

    private Expression Variable(ScriptToken token)
    {
        var text = token.IsReplaced ? new LiteralText(token.Text, token.Span) : new LiteralText(token.Text, token.Span, token.Span.Start);
        var end = token.Text.Length;
        var read = token.Type switch
        {
            SipScriptLexer.SelectVariable => SelectParser.TryParse(text, 0, end),
            SipScriptLexer.AttributeVariable => SelectParser.TryParseAttribute(text, 0, end),

            // SER has no pseudo-variables in expressions: its plain $name is an attribute.
            _ when dialect is { Dialect: ScriptDialect.Ser, ClassicOperators: false } && IsPlainName(token.Text) => SelectParser.TryParseAttribute(text, 0, end),
            _ => PseudoVariableParser.TryParse(text, 0, end, insideText: false, diagnostics),
        };
        if (read is not ({ } variable, var next))
            return new ErrorExpression(token.Span);
        if (next < end)
            diagnostics.Add(DiagnosticCatalog.MalformedPseudoVariable, text.Locate(next, end - next), $"'{token.Text[next..]}' does not belong to it");
        return variable;
    }

    private static bool IsPlainName(string text) => text.AsSpan(1).IndexOfAnyExceptInRange('0', 'z') < 0 && text.AsSpan(1).IndexOfAny("(?[") < 0;

    private Expression Call(CallContext context)
    {
        var head = Token(context.Start);
        if (context.CallParen() is null)
            return head.Type == SipScriptLexer.Word ? Name(head) : new NameLiteral(head.Span, head.Text);
        var arguments = context.arguments() is { } list ? Arguments(list, head.Type == SipScriptLexer.Route) : [];
        return new CallExpression(SpanOf(context), new Word(head.Text, head.Span), arguments);
    }

    private List<Argument> Arguments(ArgumentsContext context, bool routeName)
    {
        var contexts = context.argument();
        var arguments = new List<Argument>(contexts.Length);
        if (contexts.Length == 1 && contexts[0].condition() is null)
            return arguments;
        foreach (var argument in contexts)
        {
            var built = Argument(argument);

            // A route may bear any name, also one that is an operand or a number elsewhere.
            if (routeName && arguments.Count == 0 && built.Value is CoreOperand or IntLiteral { IsWord: true } or Myself)
                built = built with { Value = new NameLiteral(built.Span, built.Span.Text.ToString()) };
            arguments.Add(built);
        }

        return arguments;
    }

    private Argument Argument(ArgumentContext context)
    {
        if (context.condition() is not { } condition)
            return new Argument(Token(context.Start).Span with { Length = 0 }, null, null);
        var span = SpanOf(context);
        if (context.Colon().Length > 0)
            return new Argument(span, null, new SocketReader(Tokens(context), diagnostics).ReadLiteral(span));
        if (condition.Assign() is [_] && condition.operand() is [var name, var value] && Token(name.Start) is { Type: SipScriptLexer.Word } word && ReferenceEquals(name.Start, name.Stop))
            return new Argument(span, new Word(word.Text, word.Span), Operand(value));
        return new Argument(span, null, Row(condition, condition.operand()));
    }

    private static Expression Name(ScriptToken token)
    {
        var text = token.Text;
        if (text == "myself")
            return new Myself(token.Span);
        if (CoreWords.TryGetValue(text, out var kind))
            return new CoreOperand(token.Span, kind, text);
        return Literals.YesNo(text) is { } number ? new IntLiteral(token.Span, number, text) : new NameLiteral(token.Span, text);
    }

    private Expression Literal(LiteralContext context)
    {
        if (context.Number() is not { } number)
            return Literals.String(Tokens(context));
        var token = Token(number.Symbol);
        if (Literals.Number(token.Text) is { } value)
            return new IntLiteral(token.Span, value, token.Text);
        diagnostics.Add(DiagnosticCatalog.BadNumber, token.Span, token.Text);
        return new ErrorExpression(token.Span);
    }

    // [::1] is an address; [$x & 1] is OpenSER's arithmetic inside a condition.
    private Expression Bracketed(TextSpan span, ConditionContext context)
    {
        var inner = Row(context, context.operand());
        return inner is IpLiteral address ? new IpLiteral(span, address.Address, address.PrefixLength) : new Parenthesized(span, inner);
    }

    private Expression Address(ScriptToken token, TextSpan span)
    {
        if (Literals.Address(token.Text) is { } address)
            return new IpLiteral(span, address, null);
        diagnostics.Add(DiagnosticCatalog.BadAddress, token.Span, token.Text);
        return new ErrorExpression(token.Span);
    }

    /// <summary>The old words for parts of a message.</summary>
    public static IEnumerable<string> Operands => CoreWords.Keys;

    private static readonly Dictionary<string, CoreOperandKind> CoreWords = new(StringComparer.Ordinal)
    {
        ["method"] = CoreOperandKind.Method,
        ["uri"] = CoreOperandKind.Uri,
        ["uri:host"] = CoreOperandKind.UriHost,
        ["uri:port"] = CoreOperandKind.UriPort,
        ["from_uri"] = CoreOperandKind.FromUri,
        ["to_uri"] = CoreOperandKind.ToUri,
        ["src_ip"] = CoreOperandKind.SourceIp,
        ["dst_ip"] = CoreOperandKind.DestinationIp,
        ["src_port"] = CoreOperandKind.SourcePort,
        ["dst_port"] = CoreOperandKind.DestinationPort,
        ["proto"] = CoreOperandKind.Protocol,
        ["af"] = CoreOperandKind.AddressFamily,
        ["msg:len"] = CoreOperandKind.MessageLength,
        ["max_len"] = CoreOperandKind.MaxLength,
        ["status"] = CoreOperandKind.Status,
        ["retcode"] = CoreOperandKind.ReturnCode,
        ["snd_ip"] = CoreOperandKind.SendIp,
        ["snd_port"] = CoreOperandKind.SendPort,
        ["snd_proto"] = CoreOperandKind.SendProtocol,
        ["snd_af"] = CoreOperandKind.SendAddressFamily,
        ["to_ip"] = CoreOperandKind.ToIp,
        ["to_port"] = CoreOperandKind.ToPort,
    };

    /// <summary>Precedence climbing over one row. Host names and networks, whose dots and slashes look like operators, are joined first.</summary>
    private sealed class RowReader
    {
        private readonly AstBuilder _builder;
        private readonly List<Item> _items = [];
        private readonly List<ScriptToken> _operators = [];
        private int _position;

        private readonly record struct Item(List<ScriptToken> Prefixes, Expression Value, ScriptToken First, ScriptToken Last);

        public RowReader(AstBuilder builder, ParserRuleContext context)
        {
            _builder = builder;
            foreach (var child in Children(context))
            {
                if (child is OperandContext operand)
                    Add(operand);
                else if (child is BinaryOperatorContext or ITerminalNode)
                    _operators.Add(Token(child is BinaryOperatorContext op ? op.Start : ((ITerminalNode)child).Symbol));
            }

            foreach (var op in _operators)
            {
                if (op.Type == SipScriptLexer.Assign)
                {
                    builder.Diagnostics.AddWithHint(DiagnosticCatalog.AssignmentInCondition, op.Span, "did you mean '=='?");
                    break;
                }
            }
        }

        public Expression Read() => Binary(1);

        private static IEnumerable<IParseTree> Children(ParserRuleContext context)
        {
            for (var i = 0; i < context.ChildCount; i++)
                yield return context.GetChild(i);
        }

        private void Add(OperandContext operand)
        {
            var prefixes = new List<ScriptToken>();
            for (var i = 0; i < operand.ChildCount - 1; i++)
                prefixes.Add(Token(((ITerminalNode)operand.GetChild(i)).Symbol));
            var value = operand.primary() is { exception: null } primary ? _builder.Primary(primary) : new ErrorExpression(SpanOf(operand));
            var item = new Item(prefixes, value, Token(operand.Start), operand.Stop is null ? Token(operand.Start) : Token(operand.Stop));
            if (_items.Count > 0 && Joined(_items[^1], _operators[^1], item) is { } joined)
            {
                _items[^1] = new Item(_items[^1].Prefixes, joined, _items[^1].First, item.Last);
                _operators.RemoveAt(_operators.Count - 1);
            }
            else
            {
                _items.Add(item);
            }
        }

        private Expression? Joined(Item left, ScriptToken op, Item right)
        {
            var span = left.Value.Span.To(right.Value.Span);
            switch (op.Type)
            {
                case SipScriptLexer.Slash when left.Value is IpLiteral { PrefixLength: null } network && right.Value is IntLiteral or IpLiteral:
                    return Network(network, right.Value, span);
                case SipScriptLexer.Dot or SipScriptLexer.Minus when right.Prefixes.Count == 0 && left.Last.Touches(op) && op.Touches(right.First)
                        && IsNamePart(left.Value) && IsNamePart(right.Value) && left.Value is not IntLiteral { IsWord: false }:
                    return new NameLiteral(span, span.Text.ToString());
                default:
                    return null;
            }
        }

        private static bool IsNamePart(Expression value) => value is NameLiteral or CoreOperand or IntLiteral or Myself;

        private Expression Network(IpLiteral network, Expression size, TextSpan span)
        {
            var bits = network.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
            var length = size switch
            {
                IntLiteral { Value: >= 0 } number when number.Value <= bits => (int)number.Value,
                IpLiteral { PrefixLength: null } mask => Literals.PrefixOfMask(mask.Address, network.Address.AddressFamily),
                _ => null,
            };
            if (length is not null)
                return new IpLiteral(span, network.Address, length);
            _builder.Diagnostics.Add(DiagnosticCatalog.BadAddress, span, span.Text.ToString());
            return new ErrorExpression(span);
        }

        private Expression Binary(int level)
        {
            var left = Unary(0);
            while (_position < _operators.Count)
            {
                var token = _operators[_position];
                var (op, own) = Operators.Of(token, _builder.Dialect);
                if (own < level)
                    break;
                _position++;
                var right = Binary(own + 1);
                left = new BinaryExpression(left.Span.To(right.Span), left, op, token.Span, right);
            }

            return left;
        }

        // '!' takes the whole comparison behind it; the other prefixes take the operand alone.
        private Expression Unary(int prefix)
        {
            var item = _items[_position];
            var not = -1;
            for (var i = prefix; i < item.Prefixes.Count && item.Prefixes[i].Type == SipScriptLexer.NotWord; i++)
                not = i;
            if (not < 0)
            {
                var value = item.Value;
                for (var i = item.Prefixes.Count - 1; i >= prefix; i--)
                    value = Prefixed(item.Prefixes[i], value);
                return value;
            }

            var operand = Comparison(not + 1);
            for (var i = not; i >= prefix; i--)
                operand = Prefixed(item.Prefixes[i], operand);
            return operand;
        }

        private Expression Comparison(int prefix)
        {
            var level = Operators.ComparisonLevel(_builder.Dialect);
            var left = Unary(prefix);
            while (_position < _operators.Count)
            {
                var token = _operators[_position];
                var (op, own) = Operators.Of(token, _builder.Dialect);
                if (own < level)
                    break;
                _position++;
                var right = Binary(own + 1);
                left = new BinaryExpression(left.Span.To(right.Span), left, op, token.Span, right);
            }

            return left;
        }
    }
}
