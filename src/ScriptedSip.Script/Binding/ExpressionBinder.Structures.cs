using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <content>Structured AVPs: <c>$xavp(a[0]=>b[1])</c>, <c>$xavu(a=>b)</c>, <c>$xavi(a=>b)</c>.</content>
internal sealed partial class ExpressionBinder
{
    private static StructuredFamily? FamilyOf(string name) => name switch
    {
        "xavp" => StructuredFamily.Stacked,
        "xavu" => StructuredFamily.Unique,
        "xavi" => StructuredFamily.IgnoringCase,
        _ => null,
    };

    // Null when it is written wrong, which is reported.
    private StructurePath? Structure(PseudoVariable variable, StructuredFamily family)
    {
        if (variable.Argument is not { } argument || argument.Text.Trim().Length == 0)
        {
            scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, $"the form is ${variable.Name.Text}(name) or ${variable.Name.Text}(name=>field)", variable.Text);
            return null;
        }
        var text = new LiteralText(argument.Text, argument.Span);
        var steps = new List<StructureStep>();
        for (var at = 0; at <= argument.Text.Length;)
        {
            var end = EndOfStep(argument.Text, at);
            if (Step(text, at, end) is not { } step)
            {
                scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, "a name is missing before or behind '=>', or an index is none", variable.Text);
                return null;
            }
            steps.Add(step);
            at = end + 2;
        }
        if (variable.Index is not null)
        {
            // An index behind the parenthesis counts the values of the last name.
            var (index, computed) = IndexOf(variable);
            steps[^1] = steps[^1] with { HasIndex = true, IsAll = variable.Index.Kind == IndexKind.All, Index = index, Computed = computed };
        }
        return new StructurePath(family, [.. steps]);
    }

    // The arrow that is not within parentheses or brackets, or the end.
    private static int EndOfStep(string text, int at)
    {
        var depth = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] is '(' or '[' or '{')
                depth++;
            else if (text[at] is ')' or ']' or '}')
                depth--;
            else if (depth == 0 && text[at] == '=' && at + 1 < text.Length && text[at + 1] == '>')
                break;
        }
        return at;
    }

    private StructureStep? Step(LiteralText text, int start, int end)
    {
        var (nameStart, nameEnd) = Trimmed(text.Value, start, end);
        var index = new PseudoVariableIndex(default, IndexKind.Number, 0, null);
        var hasIndex = false;
        if (nameEnd > nameStart && text.Value[nameEnd - 1] == ']' && text.Value.LastIndexOf('[', nameEnd - 1, nameEnd - nameStart) is var open and > 0 && open > nameStart)
        {
            if (ReadIndex(text, open + 1, nameEnd - 1) is not { } read)
                return null;
            (index, hasIndex) = (read, true);
            (nameStart, nameEnd) = Trimmed(text.Value, nameStart, open);
        }
        if (nameEnd <= nameStart)
            return null;
        var format = FormatParser.ParseRange(text, nameStart, nameEnd, scope.Diagnostics);
        Argument<Utf8Text> name = format.IsConstant ? new ConstantArgument<Utf8Text>(Utf8Text.From(format.ConstantText)) : new FormatTextArgument(BoundText(format, default));
        return new StructureStep(name, hasIndex, index.Kind == IndexKind.All, index.Number, index.Variable is { } computed ? Variable(computed) : null);
    }

    private PseudoVariableIndex? ReadIndex(LiteralText text, int start, int end)
    {
        var written = text.Value[start..end].Trim();
        if (written == "*")
            return new PseudoVariableIndex(default, IndexKind.All, 0, null);
        if (int.TryParse(written, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number))
            return new PseudoVariableIndex(default, IndexKind.Number, number, null);
        return FormatParser.ParseRange(text, start, end, scope.Diagnostics).Parts is [VariablePart { Variable: PseudoVariable computed }]
            ? new PseudoVariableIndex(default, IndexKind.Variable, 0, computed)
            : null;
    }

    private static (int Start, int End) Trimmed(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return (start, end);
    }
}
