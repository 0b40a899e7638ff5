using ScriptedSip.Modules.Nat;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>A media stream of a session description (RFC 8866 5.14), as slices of the message.</summary>
/// <param name="Port">The port of its m= line.</param>
/// <param name="Connection">Type and address of the c= line that holds for it, "IP4 192.0.2.1".</param>
/// <param name="Address">The address alone.</param>
/// <param name="IsOwn">The c= line is the stream's own, not the session's.</param>
/// <param name="Rtcp">The port of its a=rtcp line (RFC 3605); absent when there is none.</param>
internal readonly record struct SdpStream(Slice Port, Slice Connection, Slice Address, bool IsOwn, Slice Rtcp);

/// <summary>The media streams of a message that have an address and a port other than 0 (which refuses a stream, RFC 3264 6).</summary>
internal static class SdpStreams
{
    public static List<SdpStream> Find(SipMessage message, Slice sdp)
    {
        var streams = new List<SdpStream>();
        var session = (Whole: Slice.None, Address: Slice.None);
        var bytes = message.Span;
        var lines = 0;
        for (var at = sdp.Offset; at < sdp.End;)
        {
            var line = LineAt(bytes, at, sdp.End, out var next);
            if (line.StartsWith("m="u8))
            {
                lines++;
                AddStream(streams, message, Slice.Between(at, StreamEnd(bytes, next, sdp.End)), session);
            }
            else if (lines == 0 && line.StartsWith("c="u8))
            {
                var from = at;
                if (SdpBody.NextAddress(message, Slice.Between(at, next), (byte)'c', ref from, out var whole, out var address))
                    session = (whole, address);
            }
            at = next;
        }
        return streams;
    }

    /// <summary>True for the address of a stream on hold in the old way (RFC 3264 8.4).</summary>
    public static bool IsNull(ReadOnlySpan<byte> address) => address.SequenceEqual("0.0.0.0"u8) || address.SequenceEqual("::"u8);

    private static void AddStream(List<SdpStream> streams, SipMessage message, Slice part, (Slice Whole, Slice Address) session)
    {
        var bytes = message.Span;
        var line = LineAt(bytes, part.Offset, part.End, out var next);
        var start = line.IndexOf((byte)' ') + 1;
        var length = line[start..].IndexOfAny((byte)' ', (byte)'/');
        if (start == 0 || length <= 0 || !Value.TryParseInt(line.Slice(start, length), out var port) || port is < 1 or > 65535)
            return;
        var from = next;
        var isOwn = SdpBody.NextAddress(message, Slice.Between(next, part.End), (byte)'c', ref from, out var whole, out var address);
        if (!isOwn)
            (whole, address) = session;
        if (whole.IsPresent)
            streams.Add(new SdpStream(new Slice(part.Offset + start, length), whole, address, isOwn, RtcpPort(bytes, next, part.End)));
    }

    private static Slice RtcpPort(ReadOnlySpan<byte> bytes, int from, int end)
    {
        for (var at = from; at < end;)
        {
            var line = LineAt(bytes, at, end, out var next);
            if (line.StartsWith("a=rtcp:"u8))
            {
                var digits = line[7..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
                return new Slice(at + 7, digits < 0 ? line.Length - 7 : digits);
            }
            at = next;
        }
        return Slice.None;
    }

    private static int StreamEnd(ReadOnlySpan<byte> bytes, int at, int end)
    {
        while (at < end && !LineAt(bytes, at, end, out var next).StartsWith("m="u8))
            at = next;
        return at;
    }

    private static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> bytes, int at, int end, out int next)
    {
        var length = bytes[at..end].IndexOf((byte)'\n');
        next = length < 0 ? end : at + length + 1;
        return bytes[at..next].TrimEnd("\r\n"u8);
    }
}
