using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Rr;

/// <summary>
/// A Record-Route line that names a socket, so it is written when the message leaves (RFC 3261 16.6 step 4). Between two sockets there are two:
/// on top the one for the far side, below it the one for the near side, both marked <c>r2=on</c> (RFC 5658).
/// </summary>
internal sealed class RecordRouteLine(RecordRouteLine.Side side, bool isDoubled) : IDeferredText
{
    /// <summary>Which socket a line names.</summary>
    public enum Side
    {
        /// <summary>The one the message came in at; always written.</summary>
        Inbound,

        /// <summary>The one it leaves through; written when that is another one.</summary>
        Outbound,
    }

    /// <summary>Longest user part or address that is written.</summary>
    public const int LongestPart = byte.MaxValue;

    /// <inheritdoc/>
    public void Write(ref SpanWriter writer, Utf8Text argument, in SendingContext sending)
    {
        var doubled = isDoubled && !ReferenceEquals(sending.Inbound, sending.Outbound);
        if (side == Side.Outbound && !doubled)
            return;
        var socket = side == Side.Outbound ? sending.Outbound : sending.Inbound;
        var text = argument.Span;
        var user = TakePart(ref text);
        var address = TakePart(ref text);
        writer.Write("Record-Route: <sip:"u8);
        if (!user.IsEmpty)
        {
            writer.Write(user);
            writer.Write((byte)'@');
        }
        writer.Write(address.IsEmpty ? socket.HostPortText.Span : address);
        if (socket.Protocol != TransportProtocol.Udp)
        {
            writer.Write(";transport="u8);
            writer.Write(socket.ProtocolText);
        }
        if (doubled)
            writer.Write(";r2=on"u8);
        writer.Write(text);
        writer.Write(">\r\n"u8);
    }

    /// <summary>
    /// Writes the argument a line is made with: user part, address instead of the socket's (both may be empty), and what the parameters behind
    /// them begin with. More parameters may be put behind it.
    /// </summary>
    public static void WriteArgument(ref SpanWriter writer, ReadOnlySpan<byte> user, ReadOnlySpan<byte> address, ReadOnlySpan<byte> parameters)
    {
        writer.Write((byte)user.Length);
        writer.Write(user);
        writer.Write((byte)address.Length);
        writer.Write(address);
        writer.Write(parameters);
    }

    /// <summary>Where in such an argument the parameters begin.</summary>
    public static int ParametersOf(ReadOnlySpan<byte> argument)
    {
        var text = argument;
        TakePart(ref text);
        TakePart(ref text);
        return argument.Length - text.Length;
    }

    private static ReadOnlySpan<byte> TakePart(ref ReadOnlySpan<byte> text)
    {
        var part = text.Slice(1, text[0]);
        text = text[(1 + part.Length)..];
        return part;
    }
}

/// <summary>A mark among the edits that writes nothing: it travels with them into branches and failure routes, and may carry text.</summary>
internal sealed class EditMark : IDeferredText
{
    /// <inheritdoc/>
    public void Write(ref SpanWriter writer, Utf8Text argument, in SendingContext sending)
    {
    }
}
