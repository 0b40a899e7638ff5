using System.Globalization;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <content>Pseudo-variables of Kamailio whose value the script itself decides: defined names, the environment, the place where they stand.</content>
internal sealed partial class ExpressionBinder
{
    private static readonly string[] CountedVariables = ["avp", "xavp", "xavi", "hdr"];

    // Null when it is none of these.
    private ConstantValue? KnownAtLoad(PseudoVariable variable)
    {
        if (variable.Name.Text is not ("def" or "defn" or "env" or "cfg"))
            return null;
        if (variable.Argument is not { IsConstant: true, Format.ConstantText: { Length: > 0 } name })
        {
            scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, $"the form is ${variable.Name.Text}(name)", variable.Text);
            return Nothing;
        }
        name = name.Trim();
        return variable.Name.Text switch
        {
            "def" => scope.DefinedValue(name) is { } text ? Text(Unquoted(text)) : Nothing,
            "defn" => scope.DefinedValue(name) is { } text && long.TryParse(Unquoted(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? new ConstantValue(Api.Value.FromBoth(number, Utf8Text.From(Unquoted(text))))
                : Nothing,
            "env" => scope.EnvironmentValue(name) is { } text ? Text(text) : Nothing,
            _ => Place(name, variable),
        };
    }

    private ConstantValue Place(string part, PseudoVariable variable)
    {
        switch (part)
        {
            case "line":
                return new ConstantValue(Api.Value.FromInt(variable.Span.Line));
            case "file" or "name":
                return Text(variable.Span.File?.Path ?? "");
            case "route" when route is not null:
                return Text(route.Name.Length == 0 ? "DEFAULT_ROUTE" : route.Name);
            default:
                scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, "the forms are $cfg(line), $cfg(file) and, in a route, $cfg(route)", variable.Text);
                return Nothing;
        }
    }

    // A name defined as a quoted text stands for the text.
    private static string Unquoted(string text)
    {
        text = text.Trim();
        return text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
    }

    // $cnt($avp(x)): how many values there are under a name.
    private ValueNode Count(PseudoVariable variable)
    {
        if (variable.Argument?.Format.Parts is [VariablePart { Variable: PseudoVariable { Transformations: [] } counted }] && Array.IndexOf(CountedVariables, counted.Name.Text) >= 0)
            return new CountValue(Source(counted with { Index = new PseudoVariableIndex(counted.Span, IndexKind.All, 0, null) }));
        scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, "the form is $cnt($avp(name)); $hdr and $xavp can be counted too", variable.Text);
        return Nothing;
    }

    // $T_req(pv), $T_rpl(pv), $(<request>pv), $(<reply>pv): the variable as the other message of the transaction has it.
    private ValueNode OfOtherMessage(PseudoVariable variable, bool ofRequest)
    {
        if (variable.Argument?.Format.Parts is [VariablePart { Variable: var inner }])
            return OfOtherMessage(Value(inner), ofRequest);
        scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, $"the form is ${variable.Name.Text}($fu), with any variable of a message", variable.Text);
        return Nothing;
    }

    private static ValueNode OfOtherMessage(ValueNode value, bool ofRequest) => ofRequest ? new RequestValue(value) : new ReplyValue(value);
}
