using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

/// <summary>An attribute of SER 2.0: the first of some AVPs that has a value.</summary>
internal sealed class AttributeValue(int[] names, int index) : ValueNode
{
    public override Value Evaluate(Frame frame)
    {
        foreach (var name in names)
        {
            var value = frame.Avps.Get(name, index);
            if (!value.IsNull)
                return value;
        }
        return frame.Script.GlobalAttributes.Get(names[^1], index);
    }
}

internal sealed class AttributeTarget(int name, bool allValues) : AssignmentTarget
{
    public override bool Assign(Frame frame, AssignKind kind, in Value value)
    {
        if (kind == AssignKind.Replace || allValues)
            frame.Avps.Remove(name, all: true);
        frame.Avps.Add(name, value);
        return true;
    }
}
