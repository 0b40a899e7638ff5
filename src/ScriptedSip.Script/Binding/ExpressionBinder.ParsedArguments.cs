using System.Reflection;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Interpretation.Patterns;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <content>Arguments that modules read themselves.</content>
internal sealed partial class ExpressionBinder
{
    private static readonly MethodInfo ParseArgument = typeof(ExpressionBinder).GetMethod(nameof(Parsed), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private object? ParsedArgument(CallExpression call, ScriptModule module, Type type, int index, Syntax.Expression expression)
    {
        var text = expression switch
        {
            StringLiteral literal => literal.Value,
            _ => ConstantText(expression) ?? expression.Span.Text.ToString(),
        };
        return ParseArgument.MakeGenericMethod(type).Invoke(this, [call, index, expression, new WrittenArgument(this, module, text, expression.Span)]);
    }

    private ConstantArgument<T>? Parsed<T>(CallExpression call, int index, Syntax.Expression expression, ArgumentText text)
        where T : class, IParsedArgument<T>
    {
        if (T.Parse(text) is { } argument)
            return new ConstantArgument<T>(argument);
        ReportType(call, index, expression, T.Form);
        return null;
    }

    private List<(string Text, Format? Variable)> Split(LiteralText text)
    {
        var parts = new List<(string Text, Format? Variable)>();
        foreach (var part in FormatParser.Parse(text, new DiagnosticBag()).Parts)
        {
            switch (part)
            {
                case VariablePart { Variable: PseudoVariable variable } when IsKnown(variable.Name.Text):
                    parts.Add((variable.Text, new SingleFormat(Variable(variable), default)));
                    break;
                case VariablePart { Variable: PseudoVariable unknown }:
                    parts.Add((unknown.Text, null));
                    break;
                case LiteralPart literal:
                    parts.Add((literal.Value, null));
                    break;
            }
        }
        return parts;
    }

    private List<(string Text, Format? Variable)> SplitPercent(LiteralText text) =>
    [
        .. FormatParser.Parse(text, new DiagnosticBag(), FormatStyle.Percent).Parts
            .Select<FormatPart, (string, Format?)>(part => part is VariablePart { Variable: var variable } ? ("", new SingleFormat(Value(variable), default)) : (((LiteralPart)part).Value, null)),
    ];

    private BytePattern? CompilePattern(string text) => scope.Services.Patterns.TryCompile(text, linewise: false, out _);

    private sealed class WrittenArgument(ExpressionBinder binder, ScriptModule module, string text, TextSpan span) : ArgumentText
    {
        public override string Text => text;

        public override ScriptModule Module => module;

        public override VariableRef? Variable(string part) => binder.VariableNamedBy(new LiteralText(part, span)) is { } variable ? binder.Reference(variable) : null;

        public override Format Format(string part) => binder.ParameterFormat(new LiteralText(part, span));

        public override Format PercentFormat(string part) => binder.PercentText(new LiteralText(part, span));

        public override IReadOnlyList<(string Text, Format? Variable)> Split() => binder.Split(new LiteralText(text, span));

        public override IReadOnlyList<(string Text, Format? Variable)> SplitPercent() => binder.SplitPercent(new LiteralText(text, span));

        public override BytePattern? Pattern(string part) => binder.CompilePattern(part);
    }
}
