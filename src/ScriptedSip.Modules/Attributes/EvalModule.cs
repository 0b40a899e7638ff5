using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>
/// eval: calculates on a list of values that lives with the run. Places in it are counted from the front, 0 being the first, negative ones from the
/// end, -1 being the last.
/// </summary>
internal sealed class EvalModule : ScriptModule
{
    private static readonly int StackSlot = Frame.ReserveSlot();

    [ModParam("declare_register", "A name for a value besides the list, \"r:name\"; needs no declaration here.", Ignored = true)]
    public string Register { get; set; } = "";

    [ModParam("xlbuf_size", "Longest text; there is no limit.", Ignored = true)]
    public int BufferSize { get; set; }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("eval_push", RouteKinds.Any, "Adds a value behind a place of the list, the last when none is given; -1 when there is no such place.", Aliases = "eval_add")]
    public Outcome Push(Frame frame, EvalOperand value, int place = -1)
    {
        var values = Stack(frame).Values;
        var at = values.Count == 0 ? -1 : PlaceOf(values, place);
        if (values.Count > 0 && at < 0)
            return Outcome.False;
        values.Insert(at + 1, value.Read(frame, Stack(frame)));
        return Outcome.True;
    }

    [SipFunction("eval_insert", RouteKinds.Any, "Adds a value in front of a place of the list, the first when none is given; -1 when there is no such place.")]
    public Outcome Insert(Frame frame, EvalOperand value, int place = 0)
    {
        var values = Stack(frame).Values;
        var at = values.Count == 0 ? 0 : PlaceOf(values, place);
        if (at < 0)
            return Outcome.False;
        values.Insert(at, value.Read(frame, Stack(frame)));
        return Outcome.True;
    }

    [SipFunction("eval_put", RouteKinds.Any, "Replaces the value at a place of the list; -1 when there is no such place.")]
    public Outcome Put(Frame frame, EvalOperand value, int place = 0)
    {
        var values = Stack(frame).Values;
        var at = PlaceOf(values, place);
        if (at >= 0)
            values[at] = value.Read(frame, Stack(frame));
        return Outcome.From(at >= 0);
    }

    [SipFunction("eval_get", RouteKinds.Any, "Copies the value at a place of the list to an attribute or register; -1 when there is no such place.")]
    public Outcome Get(Frame frame, EvalOperand target, int place = 0)
    {
        var values = Stack(frame).Values;
        var at = PlaceOf(values, place);
        return Outcome.From(at >= 0 && target.Write(frame, Stack(frame), values[at]));
    }

    [SipFunction("eval_pop", RouteKinds.Any, "Moves the value at a place of the list to an attribute or register; -1 when there is no such place.")]
    public Outcome Pop(Frame frame, EvalOperand target, int place = 0)
    {
        var outcome = Get(frame, target, place);
        return outcome.Code < 0 ? outcome : Remove(frame, place);
    }

    [SipFunction("eval_xchg", RouteKinds.Any, "Exchanges the value at a place of the list with a register; -1 when there is no such place.")]
    public Outcome Exchange(Frame frame, EvalOperand register, int place = 0)
    {
        var values = Stack(frame).Values;
        var at = PlaceOf(values, place);
        if (at < 0 || !register.IsRegister)
            return Outcome.False;
        var old = register.Read(frame, Stack(frame));
        register.Write(frame, Stack(frame), values[at]);
        values[at] = old;
        return Outcome.True;
    }

    [SipFunction("eval_remove", RouteKinds.Any, "Removes values from a place of the list on, one when no number is given; a negative number leaves that many at the end. -1 when there is no such place.")]
    public Outcome Remove(Frame frame, int place = 0, int count = 1)
    {
        var values = Stack(frame).Values;
        var at = PlaceOf(values, place);
        if (at < 0)
            return Outcome.False;
        var end = count < 0 ? values.Count + count : Math.Min(at + count, values.Count);
        if (end > at)
            values.RemoveRange(at, end - at);
        return Outcome.True;
    }

    [SipFunction("eval_clear", RouteKinds.Any, "Empties the list (bit 0) and the registers (bit 1); 1.")]
    public Outcome Clear(Frame frame, int what)
    {
        if ((what & 1) != 0)
            Stack(frame).Values.Clear();
        if ((what & 2) != 0)
            Stack(frame).Registers.Clear();
        return Outcome.True;
    }

    [SipFunction("eval_oper", RouteKinds.Any,
        "Carries out operations, with commas between them, on the values at a place of the list (the first when none is given) and behind it, and leaves the result there; -1 when values are missing or do not fit.")]
    public Outcome Calculate(Frame frame, EvalOperations operations, int place = 0)
    {
        var values = Stack(frame).Values;
        foreach (var operation in operations.All)
        {
            var at = PlaceOf(values, place);
            if (at < 0 || values.Count - at < operation.Operands)
                return Outcome.False;
            var result = operation.Apply(frame, values, at);
            if (result.IsNull)
                return Outcome.False;
            values.RemoveRange(at + 1, operation.Operands - 1);
            values[at] = result;
        }
        return Outcome.True;
    }

    [SipVariable("evalselect", "What @eval selects: pop[place] takes a value out of the list, get[place] reads it, reg.name reads a register.")]
    public Value Select(Frame frame, Utf8Text what, int index)
    {
        var stack = Stack(frame);
        if (what.Span.StartsWith("reg."u8))
            return stack.Registers.GetValueOrDefault(what.ToString()[4..]);
        var isPop = what.Span.StartsWith("pop"u8);
        var at = PlaceOf(stack.Values, index);
        if (at < 0 || !(isPop || what.Span.StartsWith("get"u8)))
            return Value.Null;
        var value = stack.Values[at];
        if (isPop)
            stack.Values.RemoveAt(at);
        return value.IsText ? value : Value.FromBoth(value.Number, value.ToText(frame.Arena));
    }

    // -1 when there is no such place.
    private static int PlaceOf(List<Value> values, int place)
    {
        var at = place < 0 ? values.Count + place : place;
        return (uint)at < (uint)values.Count ? at : -1;
    }

    private static EvalStack Stack(Frame frame)
    {
        if (frame.Slot(StackSlot) is not EvalStack stack)
            frame.Slot(StackSlot) = stack = new EvalStack();
        return stack;
    }
}

/// <summary>The values of a run.</summary>
internal sealed class EvalStack
{
    public List<Value> Values { get; } = [];

    public Dictionary<string, Value> Registers { get; } = new(StringComparer.Ordinal);
}
