using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

internal sealed partial class ExpressionBinder
{
    private ValueNode Transform(ValueNode value, Transformation transformation)
    {
        scope.Report(DiagnosticCatalog.UnknownTransformation, transformation.Span, transformation.Class + "." + transformation.Operation);
        return value;
    }

    private ConstantValue Selected(Select select)
    {
        scope.Report(DiagnosticCatalog.NotSupported, select.Span, select.Span.Text.ToString());
        return Nothing;
    }

    private ConstantValue Attribute(SerAttribute attribute)
    {
        scope.Report(DiagnosticCatalog.NotSupported, attribute.Span, attribute.Span.Text.ToString());
        return Nothing;
    }

    private AssignmentTarget? AttributeTarget(SerAttribute attribute)
    {
        Attribute(attribute);
        return null;
    }

    private Substitution? SubstitutionArgument(CallExpression call, int index, Expression expression)
    {
        ReportType(call, index, expression, "of the form \"/regex/replacement/flags\"");
        return null;
    }
}
