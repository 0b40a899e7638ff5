using System.Runtime.CompilerServices;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <content>Calls: of functions, by what their attributes say they do with a request, and of routes.</content>
internal sealed partial class RequestFlow
{
    private Outcomes Call(CallExpression call, FlowState state)
    {
        if (call.Function.Text == "route")
            return RouteCall(call, state);
        if (!state.IsReachable)
            return Outcomes.Both(state);
        if (FormOf(call) is not { } form)
            return Outcomes.Both(state.Unclear());
        return form.Fate switch
        {
            RequestFate.Answered => Answer(call, form, state),
            RequestFate.SentOn => SendOn(call, state),
            _ when call is { Function.Text: "is_method", Arguments: [{ Value: StringLiteral { Value: "ACK" } }] } => new(state.WithoutOpen(), state),
            _ when state.Fates == Fates.SentOn && form.Parameters is [{ ParameterType: var type }] && type == typeof(RouteRef) => ArmTooLate(call, state),
            _ => Outcomes.Both(state),
        };
    }

    private Outcomes Answer(CallExpression call, FunctionDescription form, FlowState state)
    {
        _settlesRequests = true;
        var code = Array.FindIndex(form.Parameters, static parameter => parameter.Name == "code");
        if (code >= 0 && code < call.Arguments.Count && call.Arguments[code].Value is { } value)
        {
            if (CodeOf(value) is not { } number)
                return Outcomes.Both(state.Unclear());
            if (number is >= 100 and < 200)
                return Outcomes.Both(state);
        }
        if (Settled(call, state))
            return Outcomes.Both(state.Unclear());
        return new(new FlowState(Fates.Answered, call.Span), state.WithoutOpen());
    }

    private Outcomes SendOn(CallExpression call, FlowState state)
    {
        _settlesRequests = true;
        if (Settled(call, state))
            return Outcomes.Both(state.Unclear());
        return new(new FlowState(Fates.SentOn, default, call.Span), state.WithoutOpen());
    }

    // True when a way leads here on which the request was settled before. What lacks its 'exit' is reported once, however much comes behind it.
    private bool Settled(CallExpression call, FlowState state)
    {
        if (state.May(Fates.Answered))
        {
            if (_blamed.Add(state.Answer))
                Report(DiagnosticCatalog.AnsweredAlready, call.Function.Span, "put an 'exit' behind the answer", call.Function.Text, state.Answer.Line);
            return true;
        }
        if (state.May(Fates.SentOn))
        {
            if (_blamed.Add(state.Relay))
                Report(DiagnosticCatalog.SentOnAlready, call.Function.Span, "put an 'exit' behind it", call.Function.Text, state.Relay.Line);
            return true;
        }
        return false;
    }

    private Outcomes ArmTooLate(CallExpression call, FlowState state)
    {
        Report(DiagnosticCatalog.ArmedTooLate, call.Function.Span, "put it before", call.Function.Text, state.Relay.Line);
        return Outcomes.Both(state);
    }

    private Outcomes RouteCall(CallExpression call, FlowState state)
    {
        if (!state.IsReachable)
            return Outcomes.Both(state);
        // Routes that call one another thousands deep are followed as far as there is room.
        if (TargetOf(call) is not { } target || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return Outcomes.Both(state.Unclear());
        var flow = Enter(target, state);

        // A route that is on the way already: whatever it does, it is not known yet.
        return flow.IsComplete ? flow.Outcomes : Outcomes.Both(state.Unclear());
    }

    private RouteEntry? TargetOf(CallExpression call)
    {
        var name = call.Arguments is [{ Value: { } value }, ..] ? value switch
        {
            NameLiteral word => word.Name,
            StringLiteral text when !text.Value.Contains('$', StringComparison.Ordinal) => text.Value,
            IntLiteral number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => null,
        } : null;
        return name is null ? null : routes.Find(RouteKinds.Request, name == "0" ? "" : name);
    }

    private FunctionDescription? FormOf(CallExpression call) => functions.Function(call.Function.Text, call.Arguments.Count)?.Description;

    private static long? CodeOf(Expression value) => value switch
    {
        IntLiteral number => number.Value,
        StringLiteral text when long.TryParse(text.Value, out var number) => number,
        _ => null,
    };

    // ---- results ---------------------------------------------------------------------------------------------------------------

    // A route called in a condition answers with its return code.
    private void Ask(Expression expression)
    {
        if (expression is Parenthesized { Inner: var inner })
            Ask(inner);
        else if (expression is CallExpression { Function.Text: "route" } call && TargetOf(call) is { } target)
            _asked.TryAdd(target, call.Span);
    }

    // The last command of a route leaves its code to whoever called the route.
    private void CheckResult(CallExpression call, Statement? next)
    {
        if (FormOf(call) is not { ResultMatters: true } || (next is null ? _route.Entry.IsSubroute : LooksAtCode(next)))
            return;
        Report(DiagnosticCatalog.ResultIgnored, call.Function.Span, $"write if ({call.Span.Text.TrimEnd(";").TrimEnd()}) …", call.Function.Text);
    }

    private static Statement? NextOf(IReadOnlyList<Statement> statements, int index)
    {
        for (index++; index < statements.Count; index++)
        {
            if (statements[index] is not EmptyStatement)
                return statements[index];
        }
        return null;
    }

    private static bool LooksAtCode(Statement statement)
    {
        var text = (statement switch
        {
            IfStatement branch => branch.Condition.Span,
            SwitchStatement choice => choice.Subject.Span,
            _ => statement.Span,
        }).Text;
        return text.Contains("retcode", StringComparison.Ordinal) || text.Contains("$rc", StringComparison.Ordinal) || text.Contains("$?", StringComparison.Ordinal);
    }

    private void Report(DiagnosticDescriptor descriptor, TextSpan span, string? hint, params ReadOnlySpan<object?> arguments)
    {
        if (_reported.Add(span))
            diagnostics.AddWithHint(descriptor, span, hint, arguments);
    }

    private static TextSpan FirstWord(Statement statement) => statement switch
    {
        CallStatement call => call.Function.Span,
        IfStatement { Keyword: var keyword } => keyword,
        WhileStatement { Keyword: var keyword } => keyword,
        SwitchStatement { Keyword: var keyword } => keyword,
        ForEachStatement { Keyword: var keyword } => keyword,
        _ => statement.Span,
    };
}
