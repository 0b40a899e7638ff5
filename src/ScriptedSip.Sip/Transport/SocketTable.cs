namespace ScriptedSip.Sip.Transport;

/// <summary>The sockets the program listens on, and the choice among them for sending.</summary>
public sealed class SocketTable(IReadOnlyList<ListenSocket> sockets)
{
    public IReadOnlyList<ListenSocket> All { get; } = sockets;

    /// <summary>
    /// The socket to reach an endpoint through: the one the message came in at when its protocol and address family fit, else the first that fits;
    /// null when none speaks that protocol and family.
    /// </summary>
    public ListenSocket? Choose(in SipEndpoint destination, ListenSocket? preferred)
    {
        if (preferred is not null && Fits(preferred, destination))
            return preferred;
        foreach (var socket in All)
        {
            if (Fits(socket, destination))
                return socket;
        }
        return null;
    }

    /// <summary>The socket bound to that very endpoint, whatever the connection; null when none is.</summary>
    public ListenSocket? Find(in SipEndpoint local)
    {
        foreach (var socket in All)
        {
            if (socket.Endpoint == local)
                return socket;
        }
        return null;
    }

    private static bool Fits(ListenSocket socket, in SipEndpoint destination) =>
        socket.Protocol == destination.Protocol && socket.Endpoint.IsIPv4 == destination.IsIPv4;
}
