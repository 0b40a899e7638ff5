using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Messages;

/// <summary>Which parameters a received request's topmost Via needs, and how they are written (RFC 3261 18.2.1, RFC 3581 4).</summary>
public static class ViaStamps
{
    /// <summary>The stamp of a request that came from <see cref="SipMessage.Source"/>.</summary>
    public static ViaStamp For(SipMessage request)
    {
        if (request.Via.RportParameter.IsPresent)
            return ViaStamp.Received | ViaStamp.Rport;
        return SipEndpoint.TryParseAddress(request[request.Via.Host], request.Source.Protocol, 0, out var sentBy) && sentBy.SameAddress(request.Source)
            ? ViaStamp.None
            : ViaStamp.Received;
    }

    /// <summary>Writes the topmost Via value with its stamp: received and rport replaced where they stand, else appended.</summary>
    public static void WriteStamped(ref SpanWriter writer, SipMessage request)
    {
        ref readonly var via = ref request.Via;
        var at = via.Whole.Offset;
        var hasReceived = (request.Stamp & ViaStamp.Received) == 0;
        var hasRport = (request.Stamp & ViaStamp.Rport) == 0;
        // The two parameters may stand in either order.
        for (var turn = 0; turn < 2; turn++)
        {
            var receivedNext = !hasReceived && via.Received.IsPresent && via.Received.Offset >= at;
            var rportNext = !hasRport && via.RportParameter.IsPresent && via.RportParameter.Offset >= at;
            if (receivedNext && (!rportNext || via.Received.Offset < via.RportParameter.Offset))
            {
                writer.Write(request[Slice.Between(at, via.Received.Offset)]);
                WriteAddress(ref writer, request);
                at = via.Received.End;
                hasReceived = true;
            }
            else if (rportNext)
            {
                writer.Write(request[Slice.Between(at, via.RportParameter.Offset)]);
                writer.Write("rport="u8);
                writer.Write(request.Source.Port);
                at = via.RportParameter.End;
                hasRport = true;
            }
        }
        writer.Write(request[Slice.Between(at, via.Whole.End)]);
        if (!hasReceived)
        {
            writer.Write(";received="u8);
            WriteAddress(ref writer, request);
        }
        if (!hasRport)
        {
            writer.Write(";rport="u8);
            writer.Write(request.Source.Port);
        }
    }

    private static void WriteAddress(ref SpanWriter writer, SipMessage request)
    {
        Span<byte> address = stackalloc byte[48];
        writer.Write(address[..request.Source.FormatAddress(address, brackets: false)]);
    }
}
