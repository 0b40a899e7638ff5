using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Which markers a text is searched for.</summary>
internal enum FormatStyle
{
    /// <summary><c>$ru</c>, <c>$(ru{s.len})</c>; <c>$$</c> is a dollar.</summary>
    Dollar,

    /// <summary>SER's <c>%ru</c>, <c>%{Name[1]}</c>, <c>%@select</c>, <c>%$attribute</c>; <c>%%</c> is a percent sign.</summary>
    Percent,
}

/// <summary>"text $ru text" in pieces.</summary>
/// <param name="Text">The whole text with its way back to the source.</param>
/// <param name="Parts">Literal and variable pieces in order; empty for the empty text.</param>
internal sealed record FormatString(LiteralText Text, IReadOnlyList<FormatPart> Parts)
{
    /// <summary>True when there is nothing to evaluate per message.</summary>
    public bool IsConstant => Parts.Count == 0 || (Parts.Count == 1 && Parts[0] is LiteralPart);

    /// <summary>The text of a constant format, doubled markers resolved.</summary>
    public string ConstantText => Parts.Count == 0 ? "" : ((LiteralPart)Parts[0]).Value;
}

internal abstract record FormatPart(TextSpan Span) : SyntaxNode(Span);

internal sealed record LiteralPart(TextSpan Span, string Value) : FormatPart(Span);

/// <summary>A marker: a <see cref="PseudoVariable"/>, or a <see cref="Select"/> or <see cref="SerAttribute"/> of SER 2.0.</summary>
internal sealed record VariablePart(TextSpan Span, Expression Variable) : FormatPart(Span);
