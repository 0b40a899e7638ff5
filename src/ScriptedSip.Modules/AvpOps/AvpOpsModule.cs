using System.Text;
using ScriptedSip.Modules.TextOps;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>The avpops module: reads, compares, calculates and moves AVPs. Its arguments are taken apart when the script is loaded.</summary>
internal sealed partial class AvpOpsModule : ScriptModule
{
    private ScriptLog _log = null!;

    public override void Start(ModuleHost host) => _log = host.Log;

    [SipFunction("avp_printf", RouteKinds.Any, "Assigns a text with pseudo-variables to a variable; -1 when the variable refuses it.")]
    public Outcome Printf(Frame frame, VariableRef variable, Format text) =>
        Outcome.From(variable.Set(frame, AssignKind.Set, Value.FromText(text.Render(frame))));

    [SipFunction("avp_write", RouteKinds.Any, "Puts a value, \"i:5\", \"s:text\" or a variable, into an AVP; -1 when there is none.")]
    public Outcome Write(Frame frame, AvpValue value, AvpSelection target)
    {
        var written = value.Evaluate(frame);
        frame.Avps.Add(target.Name, written);
        return Outcome.From(!written.IsNull);
    }

    [SipFunction("avp_delete", RouteKinds.Any, "Deletes the newest value of an AVP, with flag g all; -1 when there is none.")]
    public Outcome Delete(Frame frame, AvpSelection selection) => Outcome.From(frame.Avps.Remove(selection.Name, (selection.Flags & AvpFlags.All) != 0));

    [ResultMatters]
    [SipFunction("is_avp_set", RouteKinds.Any, "1 when an AVP has a value, with the flags s a text, n a number, e an empty text; else -1.")]
    public Outcome IsSet(Frame frame, AvpSelection selection)
    {
        var value = frame.Avps.Get(selection.Name);
        return Outcome.From(!value.IsNull
            && ((selection.Flags & AvpFlags.Text) == 0 || value.IsText)
            && ((selection.Flags & AvpFlags.Number) == 0 || value.IsInt)
            && ((selection.Flags & AvpFlags.Empty) == 0 || (value.IsText && value.Text.IsEmpty)));
    }

    [SipFunction("avp_pushto", RouteKinds.Any, "Puts the value of an AVP into the Request-URI, the next hop or another variable, or makes it a branch ($br; with flag g all values); -1 when there is none.")]
    public Outcome Push(Frame frame, AvpDestination destination, AvpSelection source)
    {
        var count = (source.Flags & AvpFlags.All) != 0 ? frame.Avps.CountOf(source.Name) : 1;
        var isPushed = false;
        for (var i = 0; i < count && frame.Avps.Get(source.Name, i) is { IsNull: false } value; i++)
        {
            if (!destination.Put(frame, value))
                return Outcome.False;
            isPushed = true;
        }
        return Outcome.From(isPushed);
    }

    [ResultMatters]
    [SipFunction("avp_check", RouteKinds.Any, "1 when the value of an AVP or variable compares as asked, with flag g when any value does; i ignores case. Else -1.")]
    public Outcome Check(Frame frame, VariableRef variable, AvpCondition condition)
    {
        if (variable.AvpName == 0)
            return Outcome.From(variable.Get(frame) is { IsNull: false } single && condition.Holds(frame, single));
        var count = (condition.Flags & AvpFlags.All) != 0 ? frame.Avps.CountOf(variable.AvpName) : 1;
        for (var i = 0; i < count && frame.Avps.Get(variable.AvpName, i) is { IsNull: false } value; i++)
        {
            if (condition.Holds(frame, value))
                return Outcome.True;
        }
        return Outcome.False;
    }

    [SipFunction("avp_copy", RouteKinds.Any, "Copies the value of an AVP to another, with flag g all; d deletes the source, n and s make numbers or texts of them. -1 when there is none.")]
    public Outcome Copy(Frame frame, AvpSelection source, AvpSelection target)
    {
        var all = (target.Flags & AvpFlags.All) != 0;
        var count = all ? frame.Avps.CountOf(source.Name) : Math.Min(1, frame.Avps.CountOf(source.Name));
        if (source.Name == target.Name)
            return Outcome.From(count > 0);
        // From the oldest on: the newest is to lie on top there as well.
        for (var i = count - 1; i >= 0; i--)
            frame.Avps.Add(target.Name, Converted(frame, frame.Avps.Get(source.Name, i), target.Flags));
        if (count > 0 && (target.Flags & AvpFlags.Delete) != 0)
            frame.Avps.Remove(source.Name, all);
        return Outcome.From(count > 0);
    }

    [SipFunction("avp_op", RouteKinds.Any, "Calculates with the number in an AVP, in place or into another; flag g with all, d deletes the source. -1 when there is no number.")]
    public Outcome Calculate(Frame frame, AvpSourceAndTarget avps, AvpOperation operation)
    {
        var flags = avps.Flags | operation.Flags;
        var count = (flags & AvpFlags.All) != 0 ? frame.Avps.CountOf(avps.Source) : 1;
        var isChanged = false;
        for (var i = count - 1; i >= 0; i--)
        {
            var value = frame.Avps.Get(avps.Source, i);
            if (!value.IsInt || !operation.TryApply(frame, value.Number, out var result))
                continue;
            isChanged = true;
            if (avps.Source == avps.Target)
            {
                frame.Avps.Replace(avps.Source, i, Value.FromInt(result));
                continue;
            }
            if ((flags & AvpFlags.Delete) != 0)
                frame.Avps.RemoveAt(avps.Source, i);
            frame.Avps.Add(avps.Target, Value.FromInt(result));
        }
        return Outcome.From(isChanged);
    }

    [SipFunction("avp_subst", RouteKinds.Any, "Substitutes /regex/replacement/flags in an AVP, in place or into another; flag g in all values, d deletes the source. -1 without a match.")]
    public Outcome Substitute(Frame frame, AvpSourceAndTarget avps, Substitution substitution)
    {
        var count = (avps.Flags & AvpFlags.All) != 0 ? frame.Avps.CountOf(avps.Source) : 1;
        var isChanged = false;
        for (var i = count - 1; i >= 0; i--)
        {
            var value = frame.Avps.Get(avps.Source, i);
            if (value.IsNull || !Substitutions.TryApply(frame, value.ToText(frame.Arena), substitution, out var result))
                continue;
            isChanged = true;
            if (avps.Source == avps.Target)
            {
                frame.Avps.Replace(avps.Source, i, Value.FromText(result));
                continue;
            }
            if ((avps.Flags & AvpFlags.Delete) != 0)
                frame.Avps.RemoveAt(avps.Source, i);
            frame.Avps.Add(avps.Target, Value.FromText(result));
        }
        return Outcome.From(isChanged);
    }

    [SipFunction("avp_subst_pv", RouteKinds.Any, "Substitutes /regex/replacement/flags in a variable; -1 without a match.")]
    public Outcome Substitute(Frame frame, VariableRef variable, Substitution substitution) =>
        Outcome.From(variable.Get(frame) is { IsNull: false } value && Substitutions.TryApply(frame, value.ToText(frame.Arena), substitution, out var result)
            && variable.Set(frame, AssignKind.Set, Value.FromText(result)));

    [SipFunction("avp_insert", RouteKinds.Any, "Puts a value into an AVP at a place, 0 the newest; behind all others when there are fewer. -1 when there is no value.")]
    public Outcome Insert(Frame frame, AvpSelection target, AvpValue value, int index)
    {
        var inserted = value.Evaluate(frame);
        if (inserted.IsNull || index < 0)
            return Outcome.False;
        frame.Avps.Insert(target.Name, index, inserted);
        return Outcome.True;
    }

    [SipFunction("avp_shuffle", RouteKinds.Any, "Puts the values of an AVP into an order of chance; -1 when there is none.")]
    public Outcome Shuffle(Frame frame, AvpSelection selection)
    {
        var count = frame.Avps.CountOf(selection.Name);
        for (var i = count - 1; i > 0; i--)
        {
            var other = (int)(frame.Context.NextRandom() % (uint)(i + 1));
            var (first, second) = (frame.Avps.Get(selection.Name, i), frame.Avps.Get(selection.Name, other));
            frame.Avps.Replace(selection.Name, i, second);
            frame.Avps.Replace(selection.Name, other, first);
        }
        return Outcome.From(count > 0);
    }

    [SipFunction("avp_print", RouteKinds.Any, "Prints all AVPs at information level; 1.")]
    public Outcome Print(Frame frame)
    {
        if (!_log.IsEnabled(LogLevel.Info))
            return Outcome.True;
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            var (name, value) = frame.Avps.At(i);
            _log.WriteScript(LogLevel.Info, Encoding.UTF8.GetBytes($"$avp({AvpList.TextOf(name)}) = {value}\n"));
        }
        return Outcome.True;
    }

    private static Value Converted(Frame frame, Value value, AvpFlags flags)
    {
        if ((flags & AvpFlags.Number) != 0 && !value.IsInt)
            return Value.FromInt(Value.TryParseInt(value.Text.Span, out var number) ? number : 0);
        return (flags & AvpFlags.Text) != 0 && !value.IsText ? Value.FromText(value.ToText(frame.Arena)) : value;
    }
}
