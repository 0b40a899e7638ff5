using System.Globalization;
using System.Reflection;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <content>Arguments in the types of their parameters.</content>
internal sealed partial class ExpressionBinder
{
    // RFC 3261 21.
    private const string StatusCode = "a status code from 100 to 699";

    /// <summary>An <see cref="Argument{T}"/> of the parameter's type; null when the argument cannot be one, which is reported.</summary>
    private object? Argument(CallExpression call, ScriptModule module, ParameterInfo parameter, int index)
    {
        var expression = index < call.Arguments.Count ? call.Arguments[index].Value : null;
        if (expression is null)
            return Default(call, parameter, index);
        expression = Strip(expression);
        if (expression is ErrorExpression)
            return null;
        var type = parameter.ParameterType;
        if (type == typeof(int))
            return NumberArgument(call, parameter, index, expression);
        if (type == typeof(Utf8Text) && parameter.Name == "methods")
            CheckMethods(expression);
        if (type == typeof(Utf8Text))
            return TextArgument(expression, parameter.IsDefined(typeof(LiteralAttribute)));
        if (type == typeof(Format))
            return new ConstantArgument<Format>(FormatArgument(expression));
        if (type == typeof(BytePattern))
            return new ConstantArgument<BytePattern>(PatternArgument(expression, parameter.IsDefined(typeof(LinewiseAttribute))));
        if (type == typeof(Substitution))
            return SubstitutionArgument(call, index, expression) is { } substitution ? new ConstantArgument<Substitution>(substitution) : null;
        if (type == typeof(RouteRef))
            return RouteArgument(expression, parameter.GetCustomAttribute<RouteKindAttribute>()?.Kind ?? RouteKinds.Request);
        if (type == typeof(HeaderName))
            return HeaderArgument(expression);
        if (ArgumentTypes.IsParsed(type))
            return ParsedArgument(call, module, type, index, expression);
        return VariableArgument(call, index, expression);
    }

    // Left out: what the C# signature says, or nothing where nothing is a value.
    private object? Default(CallExpression call, ParameterInfo parameter, int index)
    {
        var type = parameter.ParameterType;
        if (!parameter.HasDefaultValue && type != typeof(Utf8Text) && type != typeof(RouteRef))
        {
            scope.Report(DiagnosticCatalog.WrongArgumentType, call.Span, index + 1, call.Function.Text, "given");
            return null;
        }
        var value = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        if (value is null && type.IsValueType)
            value = Activator.CreateInstance(type);
        return Activator.CreateInstance(typeof(ConstantArgument<>).MakeGenericType(type), value);
    }

    private void ReportType(CallExpression call, int index, Syntax.Expression expression, string wanted)
    {
        var form = scope.Functions.Function(call.Function.Text, call.Arguments.Count)?.Description.Signature(call.Function.Text);
        scope.ReportWithHint(DiagnosticCatalog.WrongArgumentType, expression.Span, form is null ? null : $"the form is {form}", index + 1, call.Function.Text, wanted);
    }

    private static bool IsNoStatus(ParameterInfo parameter, long number) => parameter.Name == "code" && (number is < 100 or > 699);

    private Argument<int>? NumberArgument(CallExpression call, ParameterInfo parameter, int index, Syntax.Expression expression)
    {
        if (expression is IntLiteral { Value: >= int.MinValue and <= int.MaxValue } literal)
        {
            if (parameter.Name == "flag" && literal.Value is < 0 or > 31)
                scope.ReportWithHint(DiagnosticCatalog.UnknownFlag, expression.Span, "flags are numbered from 0 to 31", literal.Text);
            if (IsNoStatus(parameter, literal.Value))
                ReportType(call, index, expression, StatusCode);
            return new ConstantArgument<int>((int)literal.Value);
        }
        if (expression is StringLiteral text && text.Value.Contains('$', StringComparison.Ordinal))
            return new NumberArgument(new FormatValue(ExpandedText(text)));
        if (expression is not (StringLiteral or NameLiteral or IntLiteral))
            return new NumberArgument(Value(expression));
        var written = ConstantText(expression)!.Trim();
        if (TryReadNumber(written, out var number) && !IsNoStatus(parameter, number))
            return new ConstantArgument<int>(number);
        if (parameter.Name != "flag")
        {
            ReportType(call, index, expression, parameter.Name == "code" ? StatusCode : "a number");
            return null;
        }
        if (FlagOf(written) is { } flag)
            return new ConstantArgument<int>(flag);
        ReportUnknownFlag(written, expression.Span);
        return null;
    }

    // One declaration is missing, however often the flag is used; a definition that could not be read may be the one.
    private void ReportUnknownFlag(string name, TextSpan place)
    {
        if (Spelling.DidYouMean(name, scope.Flags.Keys.Concat(scope.DefinedNames)) is { } hint)
            scope.ReportWithHint(DiagnosticCatalog.UnknownFlag, place, hint, name);
        else if (!scope.HasLostDefinition && scope.Missing.IsFirst("flag " + name))
            scope.Report(DiagnosticCatalog.UnknownFlag, place, name);
    }

    private int? FlagOf(string name)
    {
        if (scope.Flags.TryGetValue(name, out var flag))
            return flag;

        // OpenSIPS takes any name for a flag, without a declaration; numbers are given from the top down to stay clear of written ones.
        if (scope.Dialect != ScriptDialect.OpenSips)
            return null;
        for (flag = 31; flag >= 0; flag--)
        {
            if (scope.Flags.ContainsValue(flag))
                continue;
            scope.Flags.Add(name, flag);
            return flag;
        }
        return null;
    }

    private static bool TryReadNumber(string text, out int number) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private Argument<Utf8Text> TextArgument(Syntax.Expression expression, bool isLiteral)
    {
        switch (expression)
        {
            case StringLiteral text when isLiteral:
                return new ConstantArgument<Utf8Text>(Utf8Text.From(text.Value));
            case StringLiteral text:
                var format = ExpandedText(text);
                return format is ConstantFormat constant ? new ConstantArgument<Utf8Text>(constant.Text) : new FormatTextArgument(format);
            case IntLiteral or NameLiteral:
                return new ConstantArgument<Utf8Text>(Utf8Text.From(ConstantText(expression)!));
            case NullLiteral:
                return new ConstantArgument<Utf8Text>(default);
            default:
                var source = Value(expression);
                return source is ConstantValue { Value: { Kind: ValueKinds.Text } value } ? new ConstantArgument<Utf8Text>(value.Text) : new TextArgument(source);
        }
    }

    private Format FormatArgument(Syntax.Expression expression) => expression switch
    {
        StringLiteral text => PrintedText(text),
        IntLiteral or NameLiteral => new ConstantFormat(Utf8Text.From(ConstantText(expression)!)),
        _ => new SingleFormat(Value(expression), NullText),
    };

    private BytePattern PatternArgument(Syntax.Expression expression, bool linewise)
    {
        if (expression is StringLiteral literal && literal.Value.Contains('$', StringComparison.Ordinal))
        {
            // '$' is an anchor more often than a variable: only what all of it names a variable counts.
            var format = FormatParser.Parse(literal.Literal, new DiagnosticBag());
            if (!format.IsConstant && format.Parts.OfType<VariablePart>().All(part => part.Variable is PseudoVariable variable && IsKnown(variable.Name.Text)))
                return new Interpretation.Patterns.ComputedPattern(new FormatValue(BoundText(format, default)), linewise);
            return ConstantPattern(literal.Value, literal.Span, linewise);
        }
        return Pattern(expression, linewise);
    }

    private Argument<RouteRef?>? RouteArgument(Syntax.Expression expression, RouteKinds kind)
    {
        var isComputed = expression is StringLiteral { Value: var text } ? text.Contains('$', StringComparison.Ordinal) : expression is not (NameLiteral or IntLiteral);
        if (isComputed)
        {
            foreach (var entry in scope.Routes.All)
                entry.IsUsed |= entry.Kind == kind;
            return new RouteNameArgument(TextArgument(expression, isLiteral: false), scope.Routes.IndexOf(kind));
        }
        var name = ConstantText(expression)!;
        if (name is "" or "0")
            return new ConstantArgument<RouteRef?>(null);
        if (scope.Routes.Find(kind, name) is { } found)
        {
            found.IsUsed = true;
            return new ConstantArgument<RouteRef?>(found.Route);
        }
        scope.Routes.NoteUndefined(kind, name, expression.Span);
        return null;
    }

    private Argument<HeaderName> HeaderArgument(Syntax.Expression expression)
    {
        var name = TextArgument(expression, isLiteral: false);
        return name is ConstantArgument<Utf8Text> { Value: var text }
            ? new ConstantArgument<HeaderName>(new HeaderName(Sip.Parsing.HeaderNames.Parse(text.Span), text))
            : new HeaderNameArgument(name);
    }

    private ConstantArgument<VariableRef>? VariableArgument(CallExpression call, int index, Syntax.Expression expression)
    {
        if (NamedVariable(expression) is { } variable)
            return new ConstantArgument<VariableRef>(Reference(variable));
        ReportType(call, index, expression, "a pseudo-variable");
        return null;
    }

    /// <summary>The variable an expression is, or a text names; null when it is none.</summary>
    private PseudoVariable? NamedVariable(Syntax.Expression expression)
    {
        if (expression is PseudoVariable variable)
            return variable;
        return expression is StringLiteral literal ? VariableNamedBy(literal.Literal) : null;
    }

    private PseudoVariable? VariableNamedBy(LiteralText text)
    {
        // OpenSER 1.0 names its AVPs without more: "s:name", "i:12".
        if (text.Value.StartsWith("s:", StringComparison.Ordinal) || text.Value.StartsWith("i:", StringComparison.Ordinal))
            text = new LiteralText($"$avp({text.Value})", text.Whole);
        return FormatParser.Parse(text, scope.Diagnostics).Parts is [VariablePart { Variable: PseudoVariable variable }] ? variable : null;
    }
}
