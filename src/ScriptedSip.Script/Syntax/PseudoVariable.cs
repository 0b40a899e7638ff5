using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// A reference <c>$name(argument)</c> or <c>$(name(argument)[index]{class.operation,argument})</c>, in the script or inside a string.
/// </summary>
/// <param name="Name">Without <c>$</c>: <c>ru</c>, <c>avp</c>, <c>err.class</c>; the colours of OpenSER 1.1 as <c>Cbg</c>.</param>
/// <param name="Argument">What stands in the inner parentheses (or brackets, OpenSER 1.1), or null.</param>
/// <param name="Index">What stands in <c>[…]</c> behind the name and its argument, or null.</param>
/// <param name="Transformations">Applied from left to right; usually empty.</param>
internal sealed record PseudoVariable(
    TextSpan Span,
    Word Name,
    PseudoVariableArgument? Argument,
    PseudoVariableIndex? Index,
    IReadOnlyList<Transformation> Transformations) : Expression(Span)
{
    /// <summary>Which message it is read from: <c>reply</c> in OpenSIPS's <c>$(&lt;reply&gt;hdr(X))</c>; null for the current one.</summary>
    public Word? Context { get; init; }

    /// <summary>As written, <c>$</c> included.</summary>
    public string Text { get; init; } = "";
}

/// <param name="Text">The argument as written: <c>s:name</c>, <c>$alias</c>, <c>a=>$ru</c>.</param>
/// <param name="Format">The same text with its pseudo-variables parsed.</param>
internal sealed record PseudoVariableArgument(TextSpan Span, string Text, FormatString Format) : SyntaxNode(Span)
{
    /// <summary>True when the text holds no pseudo-variable and so is known at load.</summary>
    public bool IsConstant => Format.IsConstant;
}

internal enum IndexKind
{
    /// <summary>A number; negative counts from the last.</summary>
    Number,

    /// <summary><c>*</c>: all values.</summary>
    All,

    /// <summary>A pseudo-variable that holds the number.</summary>
    Variable,
}

internal sealed record PseudoVariableIndex(TextSpan Span, IndexKind Kind, int Number, PseudoVariable? Variable) : SyntaxNode(Span);

/// <summary>One <c>{class.operation,argument,…}</c>.</summary>
/// <param name="Class"><c>s</c>, <c>uri</c>, <c>nameaddr</c> …</param>
/// <param name="Operation">What follows the first dot, further dots included: <c>len</c>, <c>escape.common</c>; empty when there is no dot.</param>
internal sealed record Transformation(TextSpan Span, Word Class, Word Operation, IReadOnlyList<PseudoVariableArgument> Arguments) : SyntaxNode(Span);
