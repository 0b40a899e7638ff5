using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Script.Binding;

/// <content>Pseudo-variables, read and assigned.</content>
internal sealed partial class ExpressionBinder
{
    private static readonly string[] BuiltInVariables = ["var", "vn", "vz", "null", "C", "param", "sel", "def", "defn", "env", "cfg", "cnt", "T_req", "T_rpl", "xavp", "xavu", "xavi"];

    /// <summary>A pseudo-variable as a value.</summary>
    public ValueNode Variable(PseudoVariable variable)
    {
        var value = Untransformed(variable);
        foreach (var transformation in variable.Transformations)
            value = Transform(value, transformation);
        return value;
    }

    private bool IsKnown(string name) => Array.IndexOf(BuiltInVariables, name) >= 0 || ColourOf(name) is not null || scope.Functions.Variables(name).Count > 0;

    private ValueNode Untransformed(PseudoVariable variable)
    {
        var name = variable.Name.Text;
        if (variable.Context is { } context)
        {
            if (context.Text is "request" or "reply")
                return OfOtherMessage(Untransformed(variable with { Context = null }), context.Text == "request");
            scope.Report(DiagnosticCatalog.NotSupported, context.Span, $"the context '<{context.Text}>'");
            return Nothing;
        }
        switch (name)
        {
            case "null" when variable.Argument is null:
                return Nothing;
            case "var" or "vz" when SlotOf(variable) is { } slot:
                scope.NoteRead($"${name}({variable.Argument!.Text})", variable.Span);
                return scope.Dialect == ScriptDialect.OpenSips ? new NullableSlotValue(slot) : new SlotValue(slot);
            case "vn" when SlotOf(variable) is { } slot:
                return new NullableSlotValue(slot);
            case "param" when SlotOf(variable) is { } slot:
                return new NullableSlotValue(slot);
            case "var" or "vz" or "vn" or "param":
                return Nothing;
            case "T_req" or "T_rpl":
                return OfOtherMessage(variable, name == "T_req");
            case "cnt":
                return Count(variable);
            case "sel" when variable.Argument is { } argument && SelectParser.TryParse(new LiteralText("@" + argument.Text, argument.Span), 0, argument.Text.Length + 1) is ({ } selected, _):
                return Value(selected);
            case "C" when variable.Argument is { Text: [var foreground, var background] } && ColourValue.Sequence(foreground, background) is { } sequence:
                return new ColourValue(sequence, scope.Services);
        }
        if (FamilyOf(name) is { } family)
            return Structure(variable, family) is { } path ? new StructureValue(path) : Nothing;
        if (KnownAtLoad(variable) is { } known)
            return known;
        if (ColourOf(name) is { } colour)
            return new ColourValue(colour, scope.Services);
        return FormOf(variable) is { } form ? Bound(variable, form) : Nothing;
    }

    // $Cbg: OpenSER 1.1's way to write $C(bg).
    private static Utf8Text? ColourOf(string name) => name is ['C', var foreground, var background] ? ColourValue.Sequence(foreground, background) : null;

    private int? SlotOf(PseudoVariable variable)
    {
        if (variable.Argument is { IsConstant: true, Format.ConstantText: { Length: > 0 } name })
            return scope.SlotOf(variable.Name.Text is "var" or "vz" ? name : variable.Name.Text + ":" + name);
        scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, $"the form is ${variable.Name.Text}(name)", variable.Text);
        return null;
    }

    // The form of the variable that fits: with inner name, or without.
    private BoundVariableDescription? FormOf(PseudoVariable variable)
    {
        var name = variable.Name.Text;
        var forms = scope.Functions.Variables(name);
        var wantsName = variable.Argument is not null;
        foreach (var form in forms)
        {
            if (form.Description.ArgumentType is not null == wantsName)
                return form;
        }
        if (forms.Count > 0)
            scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, wantsName ? $"it has no inner name: write ${name}" : $"the form is ${name}(name)", variable.Text);
        else
            ReportUnknown(variable, '$' + name);
        return null;
    }

    private void ReportUnknown(PseudoVariable variable, string shown)
    {
        var name = variable.Name.Text;
        if (VariablesElsewhere.ReasonAgainst(name) is { } reason)
        {
            if (!scope.Missing.ClaimsOf([VariablesElsewhere.ModuleWith(name)], shown, variable.Span) && !scope.Missing.ClaimsByName(shown, name, variable.Span))
                scope.ReportWithHint(DiagnosticCatalog.NotSupported, variable.Span, reason, shown);
        }
        else if (scope.Functions.Everything.ModulesWithVariable(name) is { Count: > 0 } owners)
        {
            scope.Missing.Note(owners, shown, variable.Span, modules =>
                Diagnostic.Of(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, $"module {string.Join(" or ", modules)} has it; {LoadHint(modules)}", shown));
        }
        else if (scope.Missing.ClaimsByName(shown, name, variable.Span))
        {
            return;
        }
        else if (Spelling.DidYouMean(shown, scope.Functions.VariableNames.Concat(BuiltInVariables).Select(static known => '$' + known)) is { } hint)
        {
            scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, hint, shown);
        }
        else if (!scope.Missing.Claims(shown, name, variable.Span) && scope.Missing.IsFirst(shown))
        {
            scope.Report(DiagnosticCatalog.UnknownPseudoVariable, variable.Span, shown);
        }
    }

    private ValueNode Bound(PseudoVariable variable, BoundVariableDescription form)
    {
        var description = form.Description;
        if (description.ArgumentType is null)
        {
            if (variable.Index is { Kind: IndexKind.Number, Number: not (0 or -1) })
                return Nothing;
            return new PlainVariable(description.Getter.CreateDelegate<Func<Frame, Value>>(description.Getter.IsStatic ? null : form.Module));
        }
        if (description.ArgumentType == typeof(int))
            return Named(variable, form, NumberName(variable, description));
        return description.ArgumentType == typeof(Utf8Text)
            ? Named(variable, form, TextName(variable.Argument!))
            : Named(variable, form, HeaderNameOf(variable.Argument!));
    }

    private ValueNode Named<T>(PseudoVariable variable, BoundVariableDescription form, Argument<T>? name)
    {
        if (name is null)
            return Nothing;
        var getter = form.Description.Getter;
        var read = getter.CreateDelegate<Func<Frame, T, int, Value>>(getter.IsStatic ? null : form.Module);
        var (index, computed) = IndexOf(variable);
        if (computed is null && name is ConstantArgument<T> constant)
            return new NamedVariable<T>(read, constant.Value, index);
        return new ComputedVariable<T>(read, name, computed ?? new ConstantValue(Api.Value.FromInt(index)));
    }

    private (int Index, ValueNode? Computed) IndexOf(PseudoVariable variable) => variable.Index switch
    {
        { Kind: IndexKind.All } => (SipVariableAttribute.AllValues, null),
        { Kind: IndexKind.Variable, Variable: { } inner } => (0, Variable(inner)),
        { } index => (index.Number, null),

        // OpenSER 1.1 writes the index inside: $hdr(name[1]).
        null when variable.Argument is { IsConstant: true } argument && InnerIndex(argument.Text) is var (_, number) => (number, null),
        _ => (0, null),
    };

    private static (string Name, int Number)? InnerIndex(string text)
    {
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        return bracket > 0 && text.EndsWith(']') && int.TryParse(text.AsSpan(bracket + 1, text.Length - bracket - 2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (text[..bracket], number)
            : null;
    }

    private Argument<int>? NumberName(PseudoVariable variable, VariableDescription description)
    {
        var argument = variable.Argument!;
        if (description.Attribute.InternArgument)
        {
            if (AvpNameOf(argument) is { } avp)
                return new ConstantArgument<int>(AvpList.NameOf(avp));
            return new AvpNameArgument(new FormatTextArgument(BoundText(argument.Format, default)));
        }
        if (!argument.IsConstant)
            return new NumberArgument(new FormatValue(BoundText(argument.Format, default)));
        if (int.TryParse(argument.Format.ConstantText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return new ConstantArgument<int>(number);
        scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, argument.Span, "a number stands between the parentheses", variable.Text);
        return null;
    }

    // The name of an AVP, an alias resolved; null when it is found per message.
    private string? AvpNameOf(PseudoVariableArgument argument)
    {
        var text = argument.Text.Trim();
        if (scope.AvpAliases.TryGetValue(text.StartsWith('$') ? text[1..] : text, out var aliased))
            return aliased;
        return argument.IsConstant ? InnerIndex(text)?.Name ?? text : null;
    }

    private Argument<Utf8Text> TextName(PseudoVariableArgument argument) => argument.IsConstant
        ? new ConstantArgument<Utf8Text>(Utf8Text.From(argument.Format.ConstantText))
        : new FormatTextArgument(BoundText(argument.Format, default));

    private Argument<HeaderName> HeaderNameOf(PseudoVariableArgument argument)
    {
        if (!argument.IsConstant)
            return new HeaderNameArgument(new FormatTextArgument(BoundText(argument.Format, default)));
        var name = argument.Format.ConstantText.Trim();
        return new ConstantArgument<HeaderName>(HeaderNameOf(InnerIndex(name)?.Name ?? name));
    }

    private static HeaderName HeaderNameOf(string name)
    {
        var text = Utf8Text.From(name);
        return new HeaderName(HeaderNames.Parse(text.Span), text);
    }

    // ---- assignment ------------------------------------------------------------------------------------------------------------

    /// <summary>What stands left of an assignment; null when it cannot, which is reported.</summary>
    public AssignmentTarget? Target(Expression expression)
    {
        switch (Strip(expression))
        {
            case PseudoVariable variable:
                return Target(variable);
            case SerAttribute attribute:
                return AttributeTarget(attribute);
            case ErrorExpression:
                return null;
            default:
                scope.Report(DiagnosticCatalog.ReadOnlyVariable, expression.Span, expression.Span.Text.ToString());
                return null;
        }
    }

    private AssignmentTarget? Target(PseudoVariable variable)
    {
        if (variable.Transformations.Count > 0)
        {
            scope.ReportWithHint(DiagnosticCatalog.ReadOnlyVariable, variable.Span, "a transformation has no place to store a value", variable.Text);
            return null;
        }
        if (variable.Name.Text is "var" or "vz" or "vn")
        {
            scope.NoteWrite($"${variable.Name.Text}({variable.Argument?.Text})");
            return SlotOf(variable) is { } slot ? new SlotTarget(slot) : null;
        }
        if (FamilyOf(variable.Name.Text) is { } family)
            return Structure(variable, family) is { } path ? new StructureTarget(path) : null;
        if (Array.IndexOf(BuiltInVariables, variable.Name.Text) >= 0)
        {
            scope.Report(DiagnosticCatalog.ReadOnlyVariable, variable.Span, variable.Text);
            return null;
        }
        if (FormOf(variable) is not { } form)
            return null;
        if (form.Description.Setter is not { } setter)
        {
            scope.Report(DiagnosticCatalog.ReadOnlyVariable, variable.Span, variable.Text);
            return null;
        }
        var module = setter.IsStatic ? null : form.Module;
        if (form.Description.ArgumentType is null)
            return new PlainTarget(setter.CreateDelegate<PlainSetter>(module));
        if (form.Description.ArgumentType == typeof(int))
            return NamedTarget(variable, setter.CreateDelegate<NamedSetter<int>>(module), NumberName(variable, form.Description));
        return form.Description.ArgumentType == typeof(Utf8Text)
            ? NamedTarget(variable, setter.CreateDelegate<NamedSetter<Utf8Text>>(module), TextName(variable.Argument!))
            : NamedTarget(variable, setter.CreateDelegate<NamedSetter<HeaderName>>(module), HeaderNameOf(variable.Argument!));
    }

    private NamedTarget<T>? NamedTarget<T>(PseudoVariable variable, NamedSetter<T> set, Argument<T>? name)
    {
        var (index, computed) = IndexOf(variable);
        return name is null ? null : new NamedTarget<T>(set, name, computed, index);
    }

    /// <summary>The values a loop goes through.</summary>
    public IndexedSource Source(Expression expression)
    {
        if (Strip(expression) is PseudoVariable { Index.Kind: IndexKind.All, Transformations: [] } structure && FamilyOf(structure.Name.Text) is { } family)
            return Structure(structure, family) is { } path ? new StructureSource(path) : new SingleSource(Nothing);
        if (Strip(expression) is PseudoVariable { Index.Kind: IndexKind.All, Transformations: [] } variable
            && FormOf(variable) is { Description.ArgumentType: { } type } form)
        {
            var getter = form.Description.Getter;
            var module = getter.IsStatic ? null : form.Module;
            if (type == typeof(int) && NumberName(variable, form.Description) is { } number)
                return new NamedSource<int>(getter.CreateDelegate<Func<Frame, int, int, Value>>(module), number);
            if (type == typeof(HeaderName))
                return new NamedSource<HeaderName>(getter.CreateDelegate<Func<Frame, HeaderName, int, Value>>(module), HeaderNameOf(variable.Argument!));
            if (type == typeof(Utf8Text))
                return new NamedSource<Utf8Text>(getter.CreateDelegate<Func<Frame, Utf8Text, int, Value>>(module), TextName(variable.Argument!));
        }
        return new SingleSource(Value(expression));
    }

    /// <summary>A variable a function writes to or reads from.</summary>
    private BoundVariable Reference(PseudoVariable variable)
    {
        var avp = variable is { Name.Text: "avp", Argument: { } argument } && AvpNameOf(argument) is { } name ? AvpList.NameOf(name) : 0;
        var target = IsAssignable(variable) ? Target(variable) : null;
        return new BoundVariable(Variable(variable), target, avp);
    }

    private bool IsAssignable(PseudoVariable variable)
    {
        if (variable.Transformations.Count > 0)
            return false;
        return variable.Name.Text is "var" or "vn" or "vz" or "xavp" or "xavu" or "xavi" || scope.Functions.Variables(variable.Name.Text).Any(form =>
            form.Description.Setter is not null && form.Description.ArgumentType is not null == variable.Argument is not null);
    }
}
