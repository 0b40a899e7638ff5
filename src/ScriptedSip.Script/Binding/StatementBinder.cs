using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>Where a statement stands.</summary>
/// <param name="IsLast">Nothing of its route runs behind it, so what it leaves is the route's code.</param>
/// <param name="CanBreak">A loop or switch is around it.</param>
internal readonly record struct StatementPlace(bool IsLast, bool CanBreak)
{
    public static readonly StatementPlace Inside = new(false, false);

    public static readonly StatementPlace RouteEnd = new(true, false);
}

/// <summary>From statements of the tree to nodes that run.</summary>
internal sealed class StatementBinder(BindingScope scope, ExpressionBinder expressions)
{
    public StatementBinder(BindingScope scope, RouteEntry route) : this(scope, new ExpressionBinder(scope, route)) { }

    public StatementNode Block(Block block, StatementPlace place)
    {
        var nodes = Statements(block.Statements, place);
        return nodes switch
        {
            [] => Empty(place),
            [var only] => only,
            _ => new BlockNode([.. nodes]),
        };
    }

    // OpenSER takes 1 for the code of a route whose last command was none.
    private static StatementNode Empty(StatementPlace place) => place.IsLast ? EmptyEndNode.Instance : EmptyNode.Instance;

    private List<StatementNode> Statements(IReadOnlyList<Statement> statements, StatementPlace place)
    {
        var nodes = new List<StatementNode>(statements.Count);
        var last = statements.Count - 1;
        while (last >= 0 && statements[last] is EmptyStatement)
            last--;
        for (var i = 0; i <= last; i++)
        {
            var statement = statements[i];
            if (statement is EmptyStatement)
                continue;
            if (Statement(statement, place with { IsLast = place.IsLast && i == last }) is { } node)
                nodes.Add(node);
        }
        return nodes;
    }

    private StatementNode? Statement(Statement statement, StatementPlace place)
    {
        switch (statement)
        {
            case CallStatement call:
                if (expressions.Call(call.Call) is not { } bound)
                    return null;
                return expressions.IsReturned(call.Call) ? new ReturningCallNode(bound) : new CallStatementNode(bound);
            case AssignmentStatement assignment:
                return Assignment(assignment);
            case IfStatement branch:
                return If(branch, place);
            case Block block:
                return Block(block, place);
            case WhileStatement loop:
                return new WhileNode(expressions.Condition(loop.Condition), Inner(loop.Body, StatementPlace.Inside with { CanBreak = true }), scope.Settings.MaxWhileLoops);
            case ForEachStatement loop:
                return ForEach(loop);
            case SwitchStatement choice:
                return Switch(choice, place);
            case ReturnStatement @return:
                return Return(@return.Value);
            case ExitStatement:
                return ExitNode.Instance;
            case DropStatement:
                return DropNode.Instance;
            case BreakStatement:
                // SER's way to leave a route, and still legal outside of a loop.
                return place.CanBreak ? BreakNode.Instance : new ReturnNode(1);
            case ExpressionStatement expression:
                scope.Report(DiagnosticCatalog.UselessExpression, expression.Span);
                expressions.Value(expression.Expression);
                return null;
            default:
                return null;
        }
    }

    private StatementNode Inner(Statement statement, StatementPlace place) => Statement(statement, place) ?? Empty(place);

    private StatementNode If(IfStatement branch, StatementPlace place)
    {
        var condition = expressions.Condition(branch.Condition);
        var then = Inner(branch.Then, place);
        if (branch.Else is { } otherwise)
            return new IfElseNode(condition, then, Inner(otherwise, place));
        return place.IsLast ? new IfElseNode(condition, then, EmptyEndNode.Instance) : new IfNode(condition, then);
    }

    private ForEachNode? ForEach(ForEachStatement loop)
    {
        var target = expressions.Target(loop.Variable);
        var source = expressions.Source(loop.Source);
        var body = Inner(loop.Body, StatementPlace.Inside with { CanBreak = true });
        return target is null ? null : new ForEachNode(target, source, body);
    }

    private SwitchNode Switch(SwitchStatement choice, StatementPlace place)
    {
        var subject = expressions.Value(choice.Subject);
        var labels = new List<CaseLabel>();
        var body = new List<StatementNode>();
        var defaultEntry = -1;
        foreach (var @case in choice.Cases)
        {
            if (@case.Kind == CaseKind.Default)
                defaultEntry = body.Count;
            else if (@case.Label is { } label and not ErrorExpression)
                labels.Add(expressions.Label(label, @case.Kind == CaseKind.Regex, body.Count));
            body.AddRange(Statements(@case.Body, place with { IsLast = false, CanBreak = true }));
        }
        return new SwitchNode(subject, [.. labels], [.. body], defaultEntry);
    }

    private StatementNode Return(Expression? value)
    {
        if (value is null)
            return new ReturnNode(1);
        var bound = expressions.Value(value);
        if (bound is not ConstantValue { Value: var constant })
            return new ReturnValueNode(bound, scope.Settings.ZeroIsFalse);
        var code = (int)Conversions.ToNumber(constant);
        return code == 0 && !scope.Settings.ZeroIsFalse ? ExitNode.Instance : new ReturnNode(code);
    }

    private StatementNode? Assignment(AssignmentStatement assignment)
    {
        if (expressions.Target(assignment.Target) is not { } target)
        {
            expressions.Value(assignment.Value);
            return null;
        }
        var kind = assignment.Operator == AssignmentOperator.Replace ? AssignKind.Replace : AssignKind.Set;
        if (assignment.Target is SerAttribute)
        {
            // SER 2.0: '=' replaces an attribute, '+=' adds a value to it.
            kind = assignment.Operator == AssignmentOperator.Add ? AssignKind.Set : AssignKind.Replace;
            return new AssignmentNode(target, kind, expressions.Value(assignment.Value), needsValue: false);
        }
        var isComputed = OperatorOf(assignment.Operator) is not null || assignment.Value is BinaryExpression;
        var value = OperatorOf(assignment.Operator) is { } op
            ? expressions.Combine(op, assignment.Target, assignment.Value)
            : expressions.Value(assignment.Value);
        if (target is SlotTarget slot && (scope.IsKamailio || !isComputed))
            return new SlotAssignment(slot.Slot, value);
        return new AssignmentNode(target, kind, value, needsValue: isComputed && !scope.IsKamailio);
    }

    private static BinaryOperator? OperatorOf(AssignmentOperator op) => op switch
    {
        AssignmentOperator.Add => BinaryOperator.Add,
        AssignmentOperator.Subtract => BinaryOperator.Subtract,
        AssignmentOperator.Multiply => BinaryOperator.Multiply,
        AssignmentOperator.Divide => BinaryOperator.Divide,
        AssignmentOperator.Modulo => BinaryOperator.Modulo,
        AssignmentOperator.BitAnd => BinaryOperator.BitAnd,
        AssignmentOperator.BitOr => BinaryOperator.BitOr,
        AssignmentOperator.BitXor => BinaryOperator.BitXor,
        _ => null,
    };
}
