using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <content>Module parameters that hold variables. They are bound when all modules are known, whatever the order in the file.</content>
internal sealed partial class ExpressionBinder
{
    /// <summary>The value of a parameter of type <see cref="Format"/>, <see cref="VariableRef"/>, <see cref="NamedFormats"/> or <see cref="ScriptFlag"/>; null when the expression is none.</summary>
    public object? ParameterValue(Syntax.Expression expression, Type type)
    {
        if (type == typeof(ScriptFlag))
            return FlagParameter(expression);
        if (type == typeof(VariableRef))
            return NamedVariable(expression) is { } variable ? Reference(variable) : null;
        return type == typeof(Format)
            ? ParameterFormat(expression)
            : expression is StringLiteral list ? Named(list) : null;
    }

    // Scripts switch a flag off with -1.
    private object? FlagParameter(Syntax.Expression expression)
    {
        if (ConstantFolding.TryFold(expression)?.ToString() is not { } written)
            return null;
        var flag = TryReadNumber(written, out var number) ? number : FlagOf(written);
        if (flag is null)
        {
            ReportUnknownFlag(written, expression.Span);
            return new ScriptFlag(0);
        }
        return flag switch
        {
            < 0 => new ScriptFlag(0),
            <= 31 => new ScriptFlag(1u << flag.Value),
            _ => null,
        };
    }

    private Format? ParameterFormat(Syntax.Expression expression) => expression switch
    {
        StringLiteral literal => ParameterFormat(literal.Literal),
        PseudoVariable variable => new SingleFormat(Value(variable), default),
        _ => ConstantText(expression) is { } text ? new ConstantFormat(Utf8Text.From(text)) : null,
    };

    private Format ParameterFormat(LiteralText text) => BoundText(FormatParser.Parse(text, scope.Diagnostics), default);

    // "name=$variable;other=text": only a ';' between the parts of the format separates.
    private NamedFormats? Named(StringLiteral list)
    {
        var named = new List<(string Name, Format Value)>();
        foreach (var part in list.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                return null;
            var text = new LiteralText(part[(equals + 1)..].Trim(), list.Span);
            named.Add((part[..equals].Trim(), BoundText(FormatParser.Parse(text, scope.Diagnostics), default)));
        }
        return new NamedFormats(named);
    }
}
