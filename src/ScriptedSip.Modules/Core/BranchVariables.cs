using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>The fields of appended branches: <c>$(branch(uri)[0])</c> and its kin.</summary>
internal sealed class BranchVariables : ScriptModule
{
    [SipVariable("branch", "A field of an appended branch: uri, dst_uri, path, q, send_socket, flags; count is their number.", Setter = nameof(Set))]
    public Value Get(Frame frame, Utf8Text field, int index)
    {
        if (field.EqualsIgnoreCase("count"u8))
            return Value.FromInt(frame.BranchCount);
        if (!TryIndex(frame, ref index))
            return Value.Null;
        ref readonly var branch = ref frame.Branches[index];
        if (field.EqualsIgnoreCase("uri"u8))
            return Value.FromText(branch.Uri);
        if (field.EqualsIgnoreCase("dst_uri"u8))
            return TextOrNull(branch.DestinationUri);
        if (field.EqualsIgnoreCase("path"u8))
            return TextOrNull(branch.Path);
        if (field.EqualsIgnoreCase("flags"u8))
            return Value.FromInt(branch.Flags);
        if (field.EqualsIgnoreCase("send_socket"u8))
            return branch.Socket is null ? Value.Null : Value.FromText(branch.Socket.SocketText);
        if (!field.EqualsIgnoreCase("q"u8) || branch.Q == BranchTarget.NoQ)
            return Value.Null;
        var writer = new SpanWriter(frame.Arena.Reserve(8));
        QValue.Write(ref writer, branch.Q);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    public bool Set(Frame frame, Utf8Text field, int index, AssignKind kind, in Value value)
    {
        if (!TryIndex(frame, ref index))
            return false;
        ref var branch = ref frame.Branches[index];
        var text = value.ToText(frame.Arena);
        if (field.EqualsIgnoreCase("uri"u8))
        {
            if (!UriParser.TryParse(text.Span, out _))
                return false;
            branch.Uri = text;
        }
        else if (field.EqualsIgnoreCase("dst_uri"u8))
        {
            if (!text.IsEmpty && !UriParser.TryParse(text.Span, out _))
                return false;
            branch.DestinationUri = text;
        }
        else if (field.EqualsIgnoreCase("path"u8))
        {
            branch.Path = text;
        }
        else if (field.EqualsIgnoreCase("flags"u8) && value.IsInt)
        {
            branch.Flags = (uint)value.Number;
        }
        else if (field.EqualsIgnoreCase("q"u8) && QValue.TryParse(text.Span, out var q))
        {
            branch.Q = q;
        }
        else
        {
            return false;
        }
        return true;
    }

    private static bool TryIndex(Frame frame, ref int index)
    {
        if (index is < 0 and not SipVariableAttribute.AllValues)
            index += frame.BranchCount;
        return index >= 0 && index < frame.BranchCount;
    }

    private static Value TextOrNull(Utf8Text text) => text.IsEmpty ? Value.Null : Value.FromText(text);
}
