using ScriptedSip.Script.Api;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>
/// Follows a request along every way through the script, into the routes it calls and back, and notes what may have become of it: answered,
/// sent on, neither. So a request that is forgotten, one that is settled twice and a command no way leads to are found. Conditions are not
/// weighed against each other: every combination counts as possible, and where a function is not known nothing is said.
/// </summary>
internal sealed partial class RequestFlow(FunctionTable functions, RouteTable routes, DiagnosticBag diagnostics)
{
    private readonly Dictionary<(RouteEntry, Fates), RouteFlow> _known = [];
    private readonly HashSet<RouteEntry> _entered = [];
    private readonly HashSet<TextSpan> _reported = [];
    private readonly HashSet<TextSpan> _blamed = [];
    private readonly Dictionary<RouteEntry, TextSpan> _asked = [];
    private readonly List<(RouteEntry Route, TextSpan Place)> _zeros = [];
    private RouteFlow _route = null!;
    private Targets? _targets;
    private bool _settlesRequests;

    // Where a break leads to.
    private sealed class Targets
    {
        public FlowState Broken;
    }

    /// <summary>How a route is left, for one way of entering it.</summary>
    private sealed class RouteFlow(RouteEntry entry)
    {
        public RouteEntry Entry { get; } = entry;

        public FlowState True;

        public FlowState False;

        /// <summary>Where control runs off the end.</summary>
        public FlowState End;

        public bool IsComplete;

        public Outcomes Outcomes => new(True.Or(End), False.Or(End));
    }

    public void Check()
    {
        foreach (var entry in routes.All)
        {
            if (!entry.IsSubroute)
                Enter(entry, new FlowState(entry.Kind is RouteKinds.Request or RouteKinds.Failure ? Fates.Open : Fates.Unknown));
        }
        foreach (var entry in routes.All)
        {
            if (!_entered.Contains(entry))
                Enter(entry, new FlowState(Fates.Unknown));
        }
        if (routes.Main is { } main && _settlesRequests && Enter(main, new FlowState(Fates.Open)).End.May(Fates.Open))
            diagnostics.AddWithHint(DiagnosticCatalog.EndsSilently, main.Block.Body.End, "answer what is left, or drop it with 'exit'");
        foreach (var (route, place) in _zeros)
        {
            if (_asked.TryGetValue(route, out var call))
                diagnostics.AddWithHint(DiagnosticCatalog.ZeroEndsScript, place, "write return(-1) for false", route, call.Line);
        }
    }

    private RouteFlow Enter(RouteEntry entry, FlowState state)
    {
        if (_known.TryGetValue((entry, state.Fates), out var known))
            return known;
        _entered.Add(entry);
        var flow = _known[(entry, state.Fates)] = new RouteFlow(entry);
        var (callerRoute, callerTargets) = (_route, _targets);
        (_route, _targets) = (flow, null);
        flow.End = Block(entry.Block.Body, state);
        flow.IsComplete = true;
        (_route, _targets) = (callerRoute, callerTargets);
        return flow;
    }

    // ---- statements ------------------------------------------------------------------------------------------------------------

    private FlowState Block(Block block, FlowState state) => Statements(block.Statements, state);

    private FlowState Statements(IReadOnlyList<Statement> statements, FlowState state)
    {
        for (var i = 0; i < statements.Count; i++)
        {
            var statement = statements[i];
            if (statement is EmptyStatement)
                continue;
            if (!state.IsReachable)
            {
                // An exit too many is caution, not a mistake.
                if (statement is BreakStatement or ReturnStatement or ExitStatement or DropStatement)
                    continue;
                Report(DiagnosticCatalog.UnreachableCode, FirstWord(statement), null);
                return state;
            }
            if (statement is CallStatement { Call: var call })
                CheckResult(call, NextOf(statements, i));
            state = Statement(statement, state);
        }
        return state;
    }

    private FlowState Statement(Statement statement, FlowState state)
    {
        switch (statement)
        {
            case CallStatement call:
                // A relay that fails answers by itself; as a command it settles the request either way.
                var outcomes = Call(call.Call, state);
                return FormOf(call.Call) is { Fate: not RequestFate.None } ? outcomes.WhenTrue : outcomes.Either;
            case IfStatement branch:
                Ask(branch.Condition);
                var decided = Condition(branch.Condition, state);
                var then = Statement(branch.Then, decided.WhenTrue);
                return then.Or(branch.Else is { } otherwise ? Statement(otherwise, decided.WhenFalse) : decided.WhenFalse);
            case Block block:
                return Block(block, state);
            case WhileStatement loop:
                var entered = Condition(loop.Condition, state);
                return Loop(loop.Body, entered.WhenTrue).Or(entered.WhenFalse);
            case ForEachStatement loop:
                return Loop(loop.Body, state).Or(state);
            case SwitchStatement choice:
                return Switch(choice, state);
            case BreakStatement when _targets is not null:
                _targets.Broken = _targets.Broken.Or(state);
                return FlowState.Unreachable;
            case BreakStatement:
                _route.True = _route.True.Or(state);
                return FlowState.Unreachable;
            case ReturnStatement leave:
                Return(leave, state);
                return FlowState.Unreachable;
            case ExitStatement or DropStatement:
                return FlowState.Unreachable;
            case AssignmentStatement assignment:
                return Condition(assignment.Value, state).Either;
            default:
                return state;
        }
    }

    private FlowState Loop(Statement body, FlowState state)
    {
        if (!state.IsReachable)
            return state;
        var outer = _targets;
        var own = _targets = new Targets();
        var end = Statement(body, state);
        _targets = outer;
        return end.Or(own.Broken);
    }

    private FlowState Switch(SwitchStatement choice, FlowState state)
    {
        state = Condition(choice.Subject, state).Either;
        if (!state.IsReachable)
            return state;
        var outer = _targets;
        var own = _targets = new Targets();
        var current = FlowState.Unreachable;
        foreach (var section in choice.Cases)
            current = Statements(section.Body, current.Or(state));
        _targets = outer;
        var isComplete = choice.Cases.Any(static section => section.Kind == CaseKind.Default);
        return current.Or(own.Broken).Or(isComplete ? FlowState.Unreachable : state);
    }

    private void Return(ReturnStatement leave, FlowState state)
    {
        var code = leave.Value switch
        {
            null => 1L,
            IntLiteral number => number.Value,
            _ => (long?)null,
        };
        if (code == 0)
            _zeros.Add((_route.Entry, leave.Value!.Span));
        if (code is null or > 0)
            _route.True = _route.True.Or(state);
        if (code is null or < 0)
            _route.False = _route.False.Or(state);

        // Ends the script, though its author may have meant "no": one finding about that is enough.
        if (code == 0)
            _route.False = _route.False.Or(state.Unclear());
    }

    // ---- conditions ------------------------------------------------------------------------------------------------------------

    private Outcomes Condition(Expression expression, FlowState state)
    {
        switch (expression)
        {
            case Parenthesized { Inner: var inner }:
                return Condition(inner, state);
            case UnaryExpression { Operator: UnaryOperator.Not, Operand: var operand }:
                Ask(operand);
                return Condition(operand, state).Negated;
            case BinaryExpression { Operator: BinaryOperator.And } and:
                var first = Condition(and.Left, state);
                var second = Condition(and.Right, first.WhenTrue);
                Ask(and.Left);
                Ask(and.Right);
                return new(second.WhenTrue, first.WhenFalse.Or(second.WhenFalse));
            case BinaryExpression { Operator: BinaryOperator.Or } or:
                var left = Condition(or.Left, state);
                var right = Condition(or.Right, left.WhenFalse);
                Ask(or.Left);
                Ask(or.Right);
                return new(left.WhenTrue.Or(right.WhenTrue), right.WhenFalse);
            case BinaryExpression binary when MeansAck(binary) is { } isEqual:
                var ack = new Outcomes(state.WithoutOpen(), state);
                return isEqual ? ack : ack.Negated;
            case BinaryExpression binary:
                return Outcomes.Both(Condition(binary.Right, Condition(binary.Left, state).Either).Either);
            case CallExpression call:
                return Call(call, state);
            case BlockExpression block:
                return Outcomes.Both(Block(block.Block, state));
            default:
                return Outcomes.Both(state);
        }
    }

    // An ACK is never answered, so one that ends nowhere is no mistake.
    private static bool? MeansAck(BinaryExpression expression) => expression switch
    {
        { Operator: BinaryOperator.Equal or BinaryOperator.NotEqual, Left: CoreOperand { Kind: CoreOperandKind.Method } or PseudoVariable { Name.Text: "rm" } }
            when expression.Right is StringLiteral { Value: "ACK" } or NameLiteral { Name: "ACK" } => expression.Operator == BinaryOperator.Equal,
        _ => null,
    };
}
