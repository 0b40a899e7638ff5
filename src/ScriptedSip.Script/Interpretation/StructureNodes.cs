using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

/// <summary>One name on the way into a structured AVP, <c>name[index]</c>.</summary>
/// <param name="Name">Known at load, or found per message.</param>
/// <param name="HasIndex">An index is written; without one the last value is read, and an assignment makes a new one.</param>
/// <param name="IsAll">The index is <c>*</c>.</param>
/// <param name="Index">0 the last written, negative from the oldest.</param>
/// <param name="Computed">An index found per message, or null.</param>
internal sealed record StructureStep(Argument<Utf8Text> Name, bool HasIndex, bool IsAll, int Index, ValueNode? Computed)
{
    public int IndexIn(Frame frame) => Computed is null ? Index : (int)Conversions.ToNumber(Computed.Evaluate(frame));
}

/// <summary><c>$xavp(a[0]=>b[1])</c> and its kin: the way to a value, in all its uses.</summary>
internal sealed class StructurePath(StructuredFamily family, StructureStep[] steps)
{
    private readonly bool _ignoresCase = family == StructuredFamily.IgnoringCase;

    /// <summary>The value; that of <c>[*]</c> is all of them with commas, that of a list has no text.</summary>
    public Value Read(Frame frame)
    {
        if (!frame.Avps.HasStructures || !TryDescend(frame, out var list) || !steps[^1].Name.TryGet(frame, out var name))
            return Value.Null;
        if (steps[^1].IsAll)
            return All(frame, list, name.Span);
        return At(frame, list, name.Span, steps[^1].IndexIn(frame));
    }

    /// <summary>The value of that index instead of the written one; null behind the last.</summary>
    public Value Read(Frame frame, int index) =>
        frame.Avps.HasStructures && TryDescend(frame, out var list) && steps[^1].Name.TryGet(frame, out var name) ? At(frame, list, name.Span, index) : Value.Null;

    public bool Write(Frame frame, in Value value)
    {
        var structures = frame.Avps.Structures;
        if (value.IsNull)
            return Erase(frame, structures);
        var list = StructuredAvps.RootOf(family);
        foreach (var step in steps.AsSpan(0, steps.Length - 1))
        {
            if (!TryEnter(frame, structures, step, ref list))
                return false;
        }
        if (!steps[^1].Name.TryGet(frame, out var name))
            return false;
        if (steps[^1].IsAll)
        {
            structures.RemoveAll(list, name.Span, _ignoresCase);
        }
        else if (steps[^1].HasIndex || family == StructuredFamily.Unique)
        {
            var index = steps[^1].IndexIn(frame);
            var place = structures.Find(list, name.Span, index, _ignoresCase);
            if (place != StructuredAvps.None)
            {
                structures.Set(place, value);
                return true;
            }
            if (index != 0)
                return false;
        }
        structures.Push(list, name.Span, value);
        return true;
    }

    // On the way to a value a name with an index means what is there; one without makes a new list, except where there is only one value to a name.
    private bool TryEnter(Frame frame, StructuredAvps structures, StructureStep step, ref int list)
    {
        if (!step.Name.TryGet(frame, out var name))
            return false;
        if (!step.HasIndex && family != StructuredFamily.Unique)
        {
            list = structures.PushList(list, name.Span);
            return true;
        }
        var place = structures.Find(list, name.Span, step.IndexIn(frame), _ignoresCase);
        if (place == StructuredAvps.None && family == StructuredFamily.Unique)
            place = structures.PushList(list, name.Span);
        else if (family == StructuredFamily.Unique)
            structures.MakeList(place);
        else if (place == StructuredAvps.None || !structures.IsList(place))
            return false;
        list = place;
        return true;
    }

    private bool Erase(Frame frame, StructuredAvps structures)
    {
        if (!TryDescend(frame, out var list) || !steps[^1].Name.TryGet(frame, out var name))
            return true;
        if (steps[^1].IsAll)
            structures.RemoveAll(list, name.Span, _ignoresCase);
        else
            structures.Remove(list, structures.Find(list, name.Span, steps[^1].IndexIn(frame), _ignoresCase));
        return true;
    }

    private bool TryDescend(Frame frame, out int list)
    {
        var structures = frame.Avps.Structures;
        list = StructuredAvps.RootOf(family);
        foreach (var step in steps.AsSpan(0, steps.Length - 1))
        {
            if (!step.Name.TryGet(frame, out var name))
                return false;
            list = structures.Find(list, name.Span, step.IndexIn(frame), _ignoresCase);
            if (list == StructuredAvps.None || !structures.IsList(list))
                return false;
        }
        return true;
    }

    private Value At(Frame frame, int list, ReadOnlySpan<byte> name, int index)
    {
        var structures = frame.Avps.Structures;
        var place = structures.Find(list, name, index, _ignoresCase);
        return place == StructuredAvps.None ? Value.Null : structures.IsList(place) ? ListText : structures.ValueOf(place);
    }

    // A list is there, but has no value of its own to be told from others.
    private static readonly Value ListText = Value.FromText(Utf8Text.From("<<xavp>>"));

    private Value All(Frame frame, int list, ReadOnlySpan<byte> name)
    {
        var structures = frame.Avps.Structures;
        var count = structures.CountOf(list, name, _ignoresCase);
        if (count == 0)
            return Value.Null;
        var length = 0;
        for (var i = 0; i < count; i++)
            length += At(frame, list, name, i).Text.Length + 22;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                writer.Write(", "u8);
            var value = At(frame, list, name, i);
            if (value.IsText)
                writer.Write(value.Text);
            else
                writer.Write(value.Number);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }
}

internal sealed class StructureValue(StructurePath path) : ValueNode
{
    public override Value Evaluate(Frame frame) => path.Read(frame);
}

internal sealed class StructureTarget(StructurePath path) : AssignmentTarget
{
    public override bool Assign(Frame frame, AssignKind kind, in Value value) => path.Write(frame, value);
}

/// <summary>All values under the last name of a path.</summary>
internal sealed class StructureSource(StructurePath path) : IndexedSource
{
    public override Value At(Frame frame, int index) => path.Read(frame, index);
}
