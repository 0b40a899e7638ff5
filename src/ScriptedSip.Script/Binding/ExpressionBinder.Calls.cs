using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <content>Calls of functions and routes.</content>
internal sealed partial class ExpressionBinder
{
    private static readonly Type[] CallNodes =
        [typeof(CallNode<>), typeof(CallNode<,>), typeof(CallNode<,,>), typeof(CallNode<,,,>), typeof(CallNode<,,,,>), typeof(CallNode<,,,,,>)];

    // A misspelt one is read as a call.
    private static readonly string[] Keywords = ["if", "else", "while", "switch", "return", "exit", "drop", "break", "route"];

    /// <summary>A call; null when it cannot be made, which is reported.</summary>
    public CallNode? Call(CallExpression call)
    {
        var name = call.Function.Text;
        if (name == "route")
            return RouteCall(call);
        var forms = scope.Functions.Functions(name);
        if (forms.Count == 0)
        {
            ReportUnknown(call);
            return null;
        }
        if (scope.Functions.Function(name, call.Arguments.Count) is { } form)
            return Bind(call, form);
        ReportCount(call, forms);
        return null;
    }

    private CallNode? Bind(CallExpression call, BoundFunction form)
    {
        var description = form.Description;
        if (route is not null)
        {
            scope.CheckOrder(form.Module, route, call.Function);
            route.Functions.Add((description, call.Function.Text, call.Function.Span));
        }
        var parameters = description.Parameters;
        var arguments = new object?[parameters.Length + 1];
        for (var i = 0; i < parameters.Length; i++)
            arguments[i + 1] = Argument(call, form.Module, parameters[i], i);
        if (arguments.AsSpan(1).Contains(null))
            return null;
        var method = description.Method;
        var types = parameters.Select(static parameter => parameter.ParameterType).ToArray();
        var delegateType = System.Linq.Expressions.Expression.GetFuncType([typeof(Frame), .. types, typeof(Outcome)]);
        arguments[0] = method.CreateDelegate(delegateType, method.IsStatic ? null : form.Module);
        var node = types.Length == 0
            ? new CallNode0((Func<Frame, Outcome>)arguments[0]!)
            : (CallNode)Activator.CreateInstance(CallNodes[types.Length - 1].MakeGenericType(types), arguments)!;
        node.Span = call.Span;
        return node;
    }

    private void ReportUnknown(CallExpression call)
    {
        var name = call.Function.Text;
        var place = call.Function.Span;
        if (scope.Functions.Everything.ModulesWithFunction(name) is { Count: > 0 } owners)
            scope.Missing.Note(owners, $"'{name}'", place, modules => Diagnostic.Of(DiagnosticCatalog.ModuleNotLoaded, place, LoadHint(modules), name, string.Join(" or ", modules)));
        else if (scope.Functions.Everything.ReasonNotOffered(name) is { } reason)
            scope.ReportWithHint(DiagnosticCatalog.NotSupported, place, reason, $"'{name}'");
        else if (FunctionsElsewhere.ModulesWith(name) is { Count: > 0 } modules)
            ReportElsewhere(modules, name, place);
        else if (Spelling.DidYouMean(name, scope.Functions.AllFunctionNames.Concat(Keywords)) is { } hint)
            scope.ReportWithHint(DiagnosticCatalog.UnknownFunction, place, hint, name);
        else if (!scope.Missing.Claims($"'{name}'", name, place) && scope.Missing.IsFirst(name + "()"))
            scope.Report(DiagnosticCatalog.UnknownFunction, place, name);

        // Mistakes among the arguments are worth knowing all the same. A text may name a route: which is none nobody uses.
        foreach (var argument in call.Arguments)
        {
            if (argument.Value is StringLiteral or NameLiteral)
                scope.Routes.PossiblyUsed.Add(ConstantText(argument.Value)!);
            else if (argument.Value is { } value)
                Value(value);
        }
    }

    // Where the module was told to be unknown, what belongs to it needs no finding of its own.
    private void ReportElsewhere(IReadOnlyList<string> modules, string name, TextSpan place)
    {
        if (!scope.Missing.ClaimsOf(modules, $"'{name}'", place))
            scope.ReportWithHint(DiagnosticCatalog.NotSupported, place, $"other servers have it in module {string.Join(" or ", modules)}", $"'{name}'");
    }

    // Several families may have the function in modules of different names: the script's own family has the first say.
    private string LoadHint(IReadOnlyList<string> modules)
    {
        var own = modules.Where(module => !ModulesOfOneFamily.TryGetValue(module, out var family) || family == scope.Dialect).ToList();
        var module = own.Find(ModulesOfOneFamily.ContainsKey) ?? (own.Count > 0 ? own[^1] : modules[^1]);
        return $"add loadmodule \"{module}.so\"";
    }

    private static readonly Dictionary<string, ScriptDialect> ModulesOfOneFamily = new(StringComparer.Ordinal)
    {
        ["siputils"] = ScriptDialect.Kamailio,
        ["corex"] = ScriptDialect.Kamailio,
        ["textopsx"] = ScriptDialect.Kamailio,
        ["sipmsgops"] = ScriptDialect.OpenSips,
        ["xprint"] = ScriptDialect.Ser,
    };

    private void ReportCount(CallExpression call, IReadOnlyList<BoundFunction> forms)
    {
        if (forms.Any(form => form.Description.Parameters.Length > call.Arguments.Count) && call.Arguments.Select(MissingComma).FirstOrDefault(static place => place.File is not null) is { File: not null } gap)
        {
            scope.Report(DiagnosticCatalog.MissingToken, gap.After, "','", $" after {gap.Text}");
            return;
        }
        var counts = forms.SelectMany(static form => Enumerable.Range(form.Description.Minimum, form.Description.Parameters.Length - form.Description.Minimum + 1))
            .Distinct().Order().ToList();
        var wanted = counts switch
        {
            [0] => "no arguments",
            [1] => "1 argument",
            [var only] => $"{only} arguments",
            _ => $"{string.Join(", ", counts.Take(counts.Count - 1))} or {counts[^1]} arguments",
        };
        var signatures = string.Join(", ", forms.Select(form => form.Description.Signature(call.Function.Text)));
        scope.ReportWithHint(DiagnosticCatalog.WrongArgumentCount, call.Function.Span, $"the form is {signatures}", call.Function.Text, wanted, call.Arguments.Count);
    }

    // "404" "Not Found": two texts side by side are one, which is seldom meant where an argument is missing.
    private static TextSpan MissingComma(Syntax.Argument argument)
    {
        if (argument.Value is not StringLiteral { Span: var span })
            return default;
        var text = span.Text;
        var end = 1;
        while (end < text.Length && text[end] != text[0])
            end += text[0] == '"' && text[end] == '\\' ? 2 : 1;
        return end < text.Length - 1 ? span with { Length = end + 1 } : default;
    }

    // ---- route(x) --------------------------------------------------------------------------------------------------------------

    private CallNode? RouteCall(CallExpression call)
    {
        if (call.Arguments.Count == 0 || call.Arguments[0].Value is not { } target)
        {
            scope.ReportWithHint(DiagnosticCatalog.WrongArgumentCount, call.Function.Span, "the form is route(name)", "route", "a name", call.Arguments.Count);
            return null;
        }
        var node = RouteTarget(call, Strip(target));
        if (node is null)
            return null;
        node.Span = call.Span;
        var count = call.Arguments.Count - 1;
        if (count == 0)
            return node;

        // OpenSIPS: the arguments are $param(1), $param(2) … until the call is over.
        var values = new ValueNode[count];
        var slots = new int[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = call.Arguments[i + 1].Value is { } value ? Value(value) : Nothing;
            slots[i] = scope.SlotOf("param:" + (i + 1).ToString(CultureInfo.InvariantCulture));
        }
        return new ParameterizedRouteCall(node, values, slots) { Span = call.Span };
    }

    private CallNode? RouteTarget(CallExpression call, Syntax.Expression target)
    {
        var isComputed = target is StringLiteral { Value: var text } ? text.Contains('$', StringComparison.Ordinal) : target is not (NameLiteral or IntLiteral);
        if (isComputed)
        {
            scope.Routes.HasComputedCalls = true;
            return new NamedRouteCall(TextArgument(target, isLiteral: false), scope.Routes.IndexOf(RouteKinds.Request));
        }
        var name = ConstantText(target)!;
        if (scope.Routes.Find(RouteKinds.Request, name == "0" ? "" : name) is not { } entry)
        {
            scope.Routes.NoteUndefined(RouteKinds.Request, name, target.Span);
            return null;
        }
        entry.IsUsed |= entry != route;
        route?.Calls.Add((entry, call.Span));
        return new RouteCall(entry.Route);
    }
}
