using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Interpretation.Patterns;
using ScriptedSip.Script.Interpretation.Transformations;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <content>Transformations and substitutions.</content>
internal sealed partial class ExpressionBinder
{
    private ValueNode Transform(ValueNode source, Transformation transformation)
    {
        var name = transformation.Operation.Text.Length == 0 ? transformation.Class.Text : $"{transformation.Class.Text}.{transformation.Operation.Text}";
        var arguments = transformation.Arguments;
        if (name == "re.subst" && arguments is [var expression])
        {
            if (expression.Format.Parts is [VariablePart { Variable: var computed }])
                return new ComputedSubstitutedValue(source, Value(computed));
            return Substitution(expression.Format.Text) is { } substitution ? new SubstitutedValue(source, substitution) : Nothing;
        }
        if (!TransformationTable.TryGet(name, out var entry))
        {
            if (scope.Missing.ClaimsByName($"{{{name}}}", name, transformation.Span))
                return Nothing;
            if (TransformationsElsewhere.ReasonAgainst(name) is { } reason)
                scope.ReportWithHint(DiagnosticCatalog.NotSupported, transformation.Span, reason, $"the transformation '{name}'");
            else
                scope.ReportWithHint(DiagnosticCatalog.UnknownTransformation, transformation.Span, Spelling.DidYouMean(name, TransformationTable.Names), name);
            return Nothing;
        }
        var operands = arguments.Select(Operand).ToList();

        // {s.select,0,,}: the comma itself as the last operand.
        if (arguments.Count == entry.Maximum + 1 && arguments[^1].Text.Length == 0 && arguments[^2].Text.Length == 0)
            operands = [.. operands[..^2], Text(",")];
        if (operands.Count < entry.Minimum || operands.Count > entry.Maximum)
        {
            var wanted = entry.Minimum == entry.Maximum ? $"{entry.Minimum} arguments" : $"{entry.Minimum} to {entry.Maximum} arguments";
            scope.Report(DiagnosticCatalog.WrongArgumentCount, transformation.Span, $"{{{name}}}", wanted, operands.Count);
            return Nothing;
        }
        return new TransformationNode(source, entry.Operation, [.. operands], entry.TakesNull);
    }

    private ValueNode Operand(PseudoVariableArgument argument)
    {
        if (argument.Format.Parts is [VariablePart { Variable: var variable }])
            return Value(variable);
        if (!argument.IsConstant)
            return new FormatValue(BoundText(argument.Format, default));
        var text = argument.Format.ConstantText;
        return TryReadNumber(text.Trim(), out var number) ? new ConstantValue(Api.Value.FromBoth(number, Utf8Text.From(text))) : Text(text);
    }

    private RegexSubstitution? SubstitutionArgument(CallExpression call, int index, Expression expression)
    {
        if (expression is StringLiteral literal)
            return Substitution(literal.Literal);
        ReportType(call, index, expression, "of the form \"/regex/replacement/flags\"");
        return null;
    }

    private RegexSubstitution? Substitution(LiteralText text)
    {
        var substitution = SubstitutionReader.TryRead(text.Value, scope.Services.Patterns, (start, end) => BoundText(FormatParser.Parse(text.Slice(start, end), scope.Diagnostics), default), out var problem);
        if (substitution is null)
            scope.Report(DiagnosticCatalog.BadRegex, text.Locate(problem.Start, problem.Length), problem.Error);
        return substitution;
    }
}
