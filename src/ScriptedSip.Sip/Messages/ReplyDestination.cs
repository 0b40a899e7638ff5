using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Messages;

/// <summary>Where the replies to a request go (RFC 3261 18.2.2, RFC 3581 4).</summary>
public static class ReplyDestination
{
    /// <summary>
    /// Over a stream: back over its connection, and if that is gone by a new one to the port of sent-by, or with port 0 by none. Over UDP: to maddr if it is numeric, else to
    /// the source address, at the source port when rport was asked for, else at the port of sent-by. A script may want
    /// the address of sent-by in place of the source's (reply_to_via), which must be numeric too.
    /// </summary>
    public static SipEndpoint For(SipMessage request)
    {
        var source = request.Source;
        ref readonly var via = ref request.Via;
        var port = via.Port > 0 ? via.Port : ListenSocket.DefaultPort;
        if (source.Protocol != TransportProtocol.Udp)
            return source.WithPort((request.Stamp & ViaStamp.OwnConnectionOnly) != 0 ? 0 : port);
        if (via.Maddr.IsPresent && SipEndpoint.TryParseAddress(request[via.Maddr], source.Protocol, port, out var maddr))
            return maddr;
        if ((request.Stamp & (ViaStamp.ReplyToVia | ViaStamp.Rport)) == ViaStamp.ReplyToVia
            && SipEndpoint.TryParseAddress(request[via.Host], source.Protocol, port, out var sentBy))
            return sentBy;
        return (request.Stamp & ViaStamp.Rport) != 0 || via.Whole.IsEmpty ? source : source.WithPort(port);
    }
}
