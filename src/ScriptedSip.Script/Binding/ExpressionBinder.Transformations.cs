using System.Text.RegularExpressions;
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
            return Substitution(expression.Format.Text) is { } substitution ? new SubstitutedValue(source, substitution) : Nothing;
        if (!TransformationTable.TryGet(name, out var entry))
        {
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

    /// <summary><c>/regex/replacement/flags</c>, with any mark for the slash; null when it is not of that form, which is reported.</summary>
    private RegexSubstitution? Substitution(LiteralText text)
    {
        var value = text.Value;
        var middle = value.Length < 3 ? -1 : EndOfPart(value, 1);
        var last = middle < 0 ? -1 : EndOfPart(value, middle + 1);
        var flags = last < 0 ? "" : value[(last + 1)..];
        if (last < 0 || flags.AsSpan().IndexOfAnyExcept("gis") >= 0)
        {
            scope.Report(DiagnosticCatalog.BadRegex, text.Whole, "the form is /regex/replacement/flags, and the flags are g, i and s");
            return null;
        }
        var linewise = !flags.Contains('s', StringComparison.Ordinal);
        var pattern = value[1..middle].Replace("\\" + value[0], value[0].ToString(), StringComparison.Ordinal);
        var tree = PosixParser.TryParse(pattern, flags.Contains('i', StringComparison.Ordinal), linewise, out var error);
        Regex? regex = null;
        if (tree is not null)
            regex = PatternCompiler.TryBuild(tree, linewise, out error);
        if (regex is null)
        {
            scope.Report(DiagnosticCatalog.BadRegex, text.Locate(1, middle - 1), error);
            return null;
        }
        return new RegexSubstitution(regex, [.. Replacement(text, middle + 1, last)], flags.Contains('g', StringComparison.Ordinal));
    }

    private static int EndOfPart(string value, int start)
    {
        for (var i = start; i < value.Length; i++)
        {
            if (value[i] == '\\')
                i++;
            else if (value[i] == value[0])
                return i;
        }
        return -1;
    }

    // \0 to \9 are groups; a backslash before anything else hides it.
    private List<ReplacementPart> Replacement(LiteralText text, int start, int end)
    {
        var parts = new List<ReplacementPart>();
        var from = start;
        for (var i = start; i < end; i++)
        {
            if (text.Value[i] != '\\' || i + 1 >= end)
                continue;
            AddText(i);
            if (char.IsAsciiDigit(text.Value[i + 1]))
            {
                parts.Add(new ReplacementPart(null, text.Value[i + 1] - '0'));
                from = i + 2;
            }
            else
            {
                from = i + 1;
            }
            i++;
        }
        AddText(end);
        return parts;

        void AddText(int until)
        {
            if (until > from)
                parts.Add(new ReplacementPart(BoundText(FormatParser.Parse(text.Slice(from, until), scope.Diagnostics), default), 0));
        }
    }
}
