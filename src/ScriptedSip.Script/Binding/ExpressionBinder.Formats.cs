using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <content>Text with variables in it.</content>
internal sealed partial class ExpressionBinder
{
    private static readonly Utf8Text NullText = Utf8Text.From("<null>");

    /// <summary>A text to be printed: a variable without value shows as <c>&lt;null&gt;</c>.</summary>
    private Format PrintedText(StringLiteral literal)
    {
        if (PercentFormat(literal) is { } percent)
            return BoundText(percent, NullText);
        return scope.Dialect == ScriptDialect.Ser
            ? new ConstantFormat(Utf8Text.From(literal.Value))
            : BoundText(FormatParser.Parse(literal.Literal, scope.Diagnostics), NullText);
    }

    private Format PercentText(LiteralText text) => BoundText(FormatParser.Parse(text, scope.Diagnostics, FormatStyle.Percent), default);

    // SER marks with %. A script nothing betrays as SER's may be one all the same: then % counts where there is no $.
    private FormatString? PercentFormat(StringLiteral literal)
    {
        var isSer = scope.Dialect == ScriptDialect.Ser;
        if (!isSer && (scope.Decision.Source != DialectSource.Default || !scope.Decision.ClassicOperators || literal.Value.Contains('$', StringComparison.Ordinal)))
            return null;
        var format = FormatParser.Parse(literal.Literal, isSer ? scope.Diagnostics : new DiagnosticBag(), FormatStyle.Percent);
        return isSer || !format.IsConstant ? format : null;
    }

    /// <summary>A text argument: variables in it are expanded, where the dialect does so, and a missing one is empty.</summary>
    private Format ExpandedText(StringLiteral literal)
    {
        if (scope.Dialect == ScriptDialect.Ser && !literal.Value.StartsWith('$'))
            return new ConstantFormat(Utf8Text.From(literal.Value));
        return literal.Value.Contains('$', StringComparison.Ordinal)
            ? BoundText(FormatParser.Parse(literal.Literal, scope.Diagnostics), default)
            : new ConstantFormat(Utf8Text.From(literal.Value));
    }

    private Format BoundText(FormatString format, Utf8Text whenNull)
    {
        if (format.IsConstant)
            return new ConstantFormat(Utf8Text.From(format.ConstantText));
        var parts = new List<ValueNode>();
        foreach (var part in format.Parts)
            Add(part, parts, whenNull);
        return parts is [var only] ? new SingleFormat(only, whenNull) : new BoundFormat([.. parts], whenNull);
    }

    private void Add(FormatPart part, List<ValueNode> parts, Utf8Text whenNull)
    {
        switch (part)
        {
            case LiteralPart literal:
                parts.Add(Text(literal.Value));
                break;
            case VariablePart { Variable: PseudoVariable { Argument: { } argument } variable } when IsFollowedByParenthesis(variable):
                // "$rm($ru)": the variable has no inner name, so the parenthesis is text.
                parts.Add(Variable(variable with { Argument = null, Transformations = [] }));
                parts.Add(Text("("));
                parts.Add(new FormatValue(BoundText(argument.Format, whenNull)));
                parts.Add(Text(")"));
                break;
            case VariablePart { Variable: PseudoVariable { Name.Text: [>= '0' and <= '9', ..] } amount }:
                // "costs $5": no variable's name begins with a digit.
                parts.Add(Text(amount.Text));
                break;
            case VariablePart { Variable: var variable }:
                parts.Add(Value(variable));
                break;
        }
    }

    private bool IsFollowedByParenthesis(PseudoVariable variable) =>
        !variable.Text.StartsWith("$(", StringComparison.Ordinal)
        && scope.Functions.Variables(variable.Name.Text) is { Count: > 0 } forms && forms.All(static form => form.Description.ArgumentType is null);
}
