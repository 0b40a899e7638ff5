using System.Runtime.CompilerServices;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Listening sockets as scripts name them: <c>[proto:]address[:port]</c>, or by their name.</summary>
internal static class SocketNames
{
    private static readonly ConditionalWeakTable<ListenSocket, byte[]> Names = [];

    /// <summary>The name given in the script, as bytes; only for a socket with one.</summary>
    public static Utf8Text NameText(ListenSocket socket) =>
        new(Names.GetValue(socket, static socket => System.Text.Encoding.UTF8.GetBytes(socket.Name!)));

    /// <summary>Makes the socket a value names the one the request has to leave through; null gives the choice back. False when nobody listens there.</summary>
    public static bool TrySet(SocketTable sockets, Frame frame, in Value value)
    {
        var socket = value.IsNull ? null : Find(sockets, value.ToText(frame.Arena).Span, frame.Message.Local.Protocol);
        if (socket is null && !value.IsNull)
            return false;
        frame.SendSocket = socket;
        return true;
    }

    /// <summary>The socket a text names; null when none listens there. Without a protocol, <paramref name="protocol"/> is preferred; without a port, any port.</summary>
    public static ListenSocket? Find(SocketTable sockets, ReadOnlySpan<byte> text, TransportProtocol protocol)
    {
        var explicitProtocol = TransportProtocol.None;
        var colon = text.IndexOf((byte)':');
        if (colon > 0 && TransportNames.Parse(text[..colon]) is var named and not TransportProtocol.None)
        {
            explicitProtocol = named;
            text = text[(colon + 1)..];
        }
        var port = 0;
        if (!SipEndpoint.TryParseAddress(text, TransportProtocol.Udp, 0, out var address))
        {
            colon = text.LastIndexOf((byte)':');
            if (colon <= 0
                || !Value.TryParseInt(text[(colon + 1)..], out var number) || number is < 1 or > 65535
                || !SipEndpoint.TryParseAddress(text[..colon], TransportProtocol.Udp, 0, out address))
                return null;
            port = (int)number;
        }
        ListenSocket? best = null;
        foreach (var socket in sockets.All)
        {
            if (!socket.Endpoint.SameAddress(address) || (port != 0 && socket.Endpoint.Port != port)
                || (explicitProtocol != TransportProtocol.None && socket.Protocol != explicitProtocol))
                continue;
            if (socket.Protocol == protocol)
                return socket;
            best ??= socket;
        }
        return best;
    }
}
