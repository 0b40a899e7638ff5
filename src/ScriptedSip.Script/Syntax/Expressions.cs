using System.Net;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

internal abstract record Expression(TextSpan Span) : SyntaxNode(Span);

internal enum UnaryOperator
{
    Not,
    Negate,
    Complement,
}

internal enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Matches,
    NotMatches,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary><c>eq</c>: both sides as strings.</summary>
    StringEqual,

    /// <summary><c>ne</c>: both sides as strings.</summary>
    StringNotEqual,

    /// <summary><c>ieq</c>: both sides as integers.</summary>
    IntegerEqual,

    /// <summary><c>ine</c>: both sides as integers.</summary>
    IntegerNotEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,

    /// <summary><c>.</c> between strings (SER 2.0, Kamailio).</summary>
    Concatenate,
}

/// <param name="OperatorSpan">The operator itself, for messages about the operator.</param>
internal sealed record BinaryExpression(TextSpan Span, Expression Left, BinaryOperator Operator, TextSpan OperatorSpan, Expression Right) : Expression(Span);

internal sealed record UnaryExpression(TextSpan Span, UnaryOperator Operator, Expression Operand) : Expression(Span);

/// <summary>A number, or a yes/no word, which is the number 1 or 0.</summary>
/// <param name="Text">As written: <c>0x1F</c>, <c>yes</c>.</param>
internal sealed record IntLiteral(TextSpan Span, long Value, string Text) : Expression(Span)
{
    /// <summary>True for <c>yes true on enable no false off disable</c>.</summary>
    public bool IsWord => !char.IsAsciiDigit(Text[0]) && Text[0] != '-';
}

internal enum QuoteKind
{
    /// <summary>Escapes were resolved.</summary>
    Double,

    /// <summary>Raw text.</summary>
    Single,
}

/// <summary>A quoted string, escapes resolved and adjacent literals joined; never interpolated by itself.</summary>
internal sealed record StringLiteral(TextSpan Span, LiteralText Literal, QuoteKind Quote) : Expression(Span)
{
    public string Value => Literal.Value;
}

/// <summary>A bare address, alone or with the length of a network prefix.</summary>
/// <param name="PrefixLength">Bits of the network, or null for a single address. A mask was converted.</param>
internal sealed record IpLiteral(TextSpan Span, IPAddress Address, int? PrefixLength) : Expression(Span);

/// <summary>A bare word: a method, a protocol, a flag or route name, a defined name, a host name.</summary>
internal sealed record NameLiteral(TextSpan Span, string Name) : Expression(Span);

/// <summary><c>null</c> or <c>NULL</c>. (<c>$null</c> is a pseudo-variable.)</summary>
internal sealed record NullLiteral(TextSpan Span) : Expression(Span);

/// <summary><c>myself</c>: any of the server's own names.</summary>
internal sealed record Myself(TextSpan Span) : Expression(Span);

internal enum CoreOperandKind
{
    Method,
    Uri,
    UriHost,
    UriPort,
    FromUri,
    ToUri,
    SourceIp,
    DestinationIp,
    SourcePort,
    DestinationPort,
    Protocol,
    AddressFamily,
    MessageLength,
    MaxLength,
    Status,
    ReturnCode,
    SendIp,
    SendPort,
    SendProtocol,
    SendAddressFamily,
    ToIp,
    ToPort,
}

/// <summary>One of the core's own operands: <c>method</c>, <c>uri</c>, <c>src_ip</c>, <c>msg:len</c> …</summary>
/// <param name="Name">As written.</param>
internal sealed record CoreOperand(TextSpan Span, CoreOperandKind Kind, string Name) : Expression(Span);

/// <summary>A function used as a value, or the whole of a call statement.</summary>
internal sealed record CallExpression(TextSpan Span, Word Function, IReadOnlyList<Argument> Arguments) : Expression(Span);

/// <param name="Name">Set for <c>name = value</c>.</param>
/// <param name="Value">Null when left out, as in <c>t_relay(,$var(x))</c>.</param>
internal sealed record Argument(TextSpan Span, Word? Name, Expression? Value) : SyntaxNode(Span);

/// <summary>Commands as a condition: <c>if ({ a(); b(); })</c>; true as its last command was.</summary>
internal sealed record BlockExpression(TextSpan Span, Block Block) : Expression(Span);

/// <summary>An expression in parentheses; kept, because they are what a formatter and a reader see.</summary>
internal sealed record Parenthesized(TextSpan Span, Expression Inner) : Expression(Span);

/// <summary><c>@from.uri</c>, <c>@via[1].host</c> (SER 2.0, Kamailio).</summary>
internal sealed record Select(TextSpan Span, IReadOnlyList<SelectPart> Parts) : Expression(Span);

/// <param name="Index">Set for <c>[1]</c>.</param>
/// <param name="Key">Set for <c>["X"]</c>.</param>
internal sealed record SelectPart(TextSpan Span, string Name, int? Index, string? Key) : SyntaxNode(Span);

/// <summary>A SER 2.0 attribute: <c>$f.uid</c>, <c>%tr.x</c>, <c>$x[0]</c>.</summary>
/// <param name="Class">What the attribute hangs on: <c>f t g fu tu fr tr fd td</c>; null to search them in order.</param>
/// <param name="Index">Set for <c>[n]</c>.</param>
/// <param name="AllValues">True for <c>[]</c> and <c>[*]</c>.</param>
internal sealed record SerAttribute(TextSpan Span, string? Class, string Name, int? Index, bool AllValues) : Expression(Span);

internal enum CastKind
{
    Integer,
    String,
}

/// <summary><c>(int)$x</c>, <c>(str)5</c> (Kamailio).</summary>
internal sealed record Cast(TextSpan Span, CastKind Kind, Expression Operand) : Expression(Span);

/// <summary><c>defined $x</c> (Kamailio).</summary>
internal sealed record Defined(TextSpan Span, Expression Operand) : Expression(Span);

/// <summary>Stands where a mistake was reported already, so that nobody reports it again.</summary>
internal sealed record ErrorExpression(TextSpan Span) : Expression(Span);

/// <summary>An address with a protocol or port as an argument: <c>force_send_socket(udp:10.0.0.1:5060)</c>.</summary>
internal sealed record SocketLiteral(TextSpan Span, SocketAddress Address) : Expression(Span);
