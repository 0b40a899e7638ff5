using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Avp;

/// <summary>The <c>$avp(name)</c> variable: a stack of values that lives with the message and then with its transaction.</summary>
internal sealed class AvpVariables : ScriptModule
{
    [SipVariable("avp", "An attribute-value pair: a stack of values under a name, the last written first; [*] is all of them with commas.",
        InternArgument = true, Setter = nameof(Set))]
    public Value Get(Frame frame, int name, int index) =>
        index == SipVariableAttribute.AllValues ? All(frame, name) : frame.Avps.Get(name, index);

    public bool Set(Frame frame, int name, int index, AssignKind kind, in Value value)
    {
        var avps = frame.Avps;
        if (index == SipVariableAttribute.AllValues)
            kind = AssignKind.Replace;
        if (value.IsNull)
        {
            // Null takes the newest value away, := null and [*] = null all of them.
            avps.Remove(name, all: kind == AssignKind.Replace);
            return true;
        }
        if (kind == AssignKind.Replace)
        {
            avps.Remove(name, all: true);
            avps.Add(name, value);
        }
        else if (index != 0)
        {
            avps.Replace(name, index, value);
        }
        else
        {
            avps.Add(name, value);
        }
        return true;
    }

    private static Value All(Frame frame, int name)
    {
        var count = frame.Avps.CountOf(name);
        if (count == 0)
            return Value.Null;
        var length = 0;
        for (var i = 0; i < count; i++)
            length += frame.Avps.Get(name, i).Text.Length + 22;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                writer.Write(", "u8);
            var value = frame.Avps.Get(name, i);
            if (value.IsText)
                writer.Write(value.Text);
            else
                writer.Write(value.Number);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }
}
