using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

/// <summary><c>route(x)</c>: its code is what the route returned.</summary>
internal sealed class RouteCall(BoundRoute route) : CallNode
{
    private readonly BoundRoute _route = route;

    protected override int Invoke(Frame frame) => _route.Call(frame);
}

/// <summary><c>route($var(x))</c>: an unknown name is false.</summary>
internal sealed class NamedRouteCall(Argument<Utf8Text> name, RouteIndex routes) : CallNode
{
    protected override int Invoke(Frame frame) =>
        name.TryGet(frame, out var text) && routes.Find(text.Span) is { } route ? route.Call(frame) : -1;
}

/// <summary>Commands as a condition, <c>if ({ a(); b(); })</c>: true as the last of them was.</summary>
internal sealed class BlockCondition(StatementNode block) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        block.Run(frame);
        return frame.ReturnCode > 0;
    }
}

/// <summary><c>route(x, a, b)</c>: the arguments can be read as <c>$param(n)</c> until the route is left.</summary>
internal sealed class ParameterizedRouteCall(CallNode call, ValueNode[] arguments, int[] slots) : CallNode
{
    protected override int Invoke(Frame frame)
    {
        // Each nested call has its own set, so the outer one is put back afterwards.
        var saved = System.Buffers.ArrayPool<Value>.Shared.Rent(slots.Length);
        for (var i = 0; i < slots.Length; i++)
            saved[i] = arguments[i].Evaluate(frame);
        for (var i = 0; i < slots.Length; i++)
            (saved[i], frame.Variable(slots[i])) = (frame.Variable(slots[i]), saved[i]);
        var code = call.Execute(frame);
        for (var i = 0; i < slots.Length; i++)
            frame.Variable(slots[i]) = saved[i];
        System.Buffers.ArrayPool<Value>.Shared.Return(saved, clearArray: true);
        return code;
    }
}
