using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

internal abstract record Statement(TextSpan Span) : SyntaxNode(Span);

/// <param name="End">The closing brace: where control runs off the end.</param>
internal sealed record Block(TextSpan Span, IReadOnlyList<Statement> Statements, TextSpan End) : Statement(Span);

/// <summary>A command: a function, or <c>route(x)</c>, called for its effect.</summary>
internal sealed record CallStatement(TextSpan Span, CallExpression Call) : Statement(Span)
{
    public Word Function => Call.Function;

    public IReadOnlyList<Argument> Arguments => Call.Arguments;
}

/// <summary>An expression other than a call used as a command; legal in no dialect, reported by the binder with its meaning.</summary>
internal sealed record ExpressionStatement(TextSpan Span, Expression Expression) : Statement(Span);

/// <param name="Keyword">The word <c>if</c>.</param>
internal sealed record IfStatement(TextSpan Span, TextSpan Keyword, Expression Condition, Statement Then) : Statement(Span)
{
    /// <summary>The other branch, or null.</summary>
    public Statement? Else { get; private set; }

    /// <summary>Gives the statement its other branch while the tree is being built, where the two are met one after the other.</summary>
    internal void Attach(Statement branch) => Else = branch;
}

internal sealed record WhileStatement(TextSpan Span, TextSpan Keyword, Expression Condition, Statement Body) : Statement(Span);

/// <summary><c>for ($var(x) in $(avp(y)[*])) …</c> (OpenSIPS).</summary>
internal sealed record ForEachStatement(TextSpan Span, TextSpan Keyword, Expression Variable, Expression Source, Statement Body) : Statement(Span);

/// <summary>Control enters at the first case that fits, falls through to the next, and leaves at <c>break</c>.</summary>
internal sealed record SwitchStatement(TextSpan Span, TextSpan Keyword, Expression Subject, IReadOnlyList<SwitchCase> Cases) : Statement(Span);

internal enum CaseKind
{
    /// <summary>Equal to the label, an integer, a string or a name.</summary>
    Value,

    /// <summary>Matches the label as a regular expression (Kamailio <c>case /re/:</c>).</summary>
    Regex,

    Default,
}

/// <param name="Label">The value or the regular expression; null for <c>default</c>.</param>
/// <param name="Body">Empty when the next label follows at once.</param>
internal sealed record SwitchCase(TextSpan Span, CaseKind Kind, Expression? Label, IReadOnlyList<Statement> Body) : SyntaxNode(Span);

internal enum AssignmentOperator
{
    /// <summary><c>=</c>; on an AVP it adds a value.</summary>
    Set,

    /// <summary><c>:=</c>; on an AVP it replaces all values.</summary>
    Replace,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    BitAnd,
    BitOr,
    BitXor,
}

/// <param name="Target">A <see cref="PseudoVariable"/>, <see cref="SerAttribute"/>, <see cref="Select"/> or, for settings changed at run time, a <see cref="NameLiteral"/>.</param>
internal sealed record AssignmentStatement(TextSpan Span, Expression Target, AssignmentOperator Operator, TextSpan OperatorSpan, Expression Value) : Statement(Span);

internal sealed record ReturnStatement(TextSpan Span, Expression? Value) : Statement(Span);

internal sealed record ExitStatement(TextSpan Span, Expression? Value) : Statement(Span);

internal sealed record DropStatement(TextSpan Span, Expression? Value) : Statement(Span);

/// <summary><c>break</c>, or <c>esac</c> of OpenSER. Outside of a loop or switch it leaves the route.</summary>
internal sealed record BreakStatement(TextSpan Span) : Statement(Span);

/// <summary>A lone <c>;</c>.</summary>
internal sealed record EmptyStatement(TextSpan Span) : Statement(Span);
