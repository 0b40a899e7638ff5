namespace ScriptedSip.Sip.Transport;

/// <summary>The sockets the program listens on, and the choice among them for sending.</summary>
public sealed class SocketTable(IReadOnlyList<ListenSocket> sockets)
{
    // Looked through for each message: an array is, without an enumerator on the heap.
    private readonly ListenSocket[] _sockets = [.. sockets];

    public IReadOnlyList<ListenSocket> All => _sockets;

    /// <summary>Whom to ask for the local address of a destination; null when that is not to be asked.</summary>
    public SourceAddresses? Sources { get; init; }

    /// <summary>True when some socket speaks the protocol; any will do for None.</summary>
    public bool Speaks(TransportProtocol protocol)
    {
        foreach (var socket in _sockets)
        {
            if (protocol == TransportProtocol.None || socket.Protocol == protocol)
                return true;
        }
        return false;
    }

    /// <summary>
    /// The socket to reach an endpoint through: the one the message came in at when its protocol and address family fit, else one of the same address
    /// that does, else the first; null when none speaks that protocol and family.
    /// </summary>
    public ListenSocket? Choose(in SipEndpoint destination, ListenSocket? preferred)
    {
        if (preferred is not null && Fits(preferred, destination))
            return preferred;
        ListenSocket? first = null;
        foreach (var socket in _sockets)
        {
            if (!Fits(socket, destination))
                continue;
            if (preferred is null || socket.Endpoint.SameAddress(preferred.Endpoint))
                return socket;
            first ??= socket;
        }
        return first;
    }

    /// <summary>
    /// The socket for a new request: the one the script forced when it fits, else the one of the address the system would send from, when
    /// <see cref="Sources"/> tells, else as <see cref="Choose(in SipEndpoint, ListenSocket?)"/>.
    /// </summary>
    public ListenSocket? Choose(in SipEndpoint destination, ListenSocket? forced, ListenSocket? arrived) =>
        (forced is null ? RoutedTo(destination) : null) ?? Choose(destination, forced ?? arrived);

    /// <summary>The socket of the address the system would send from; null when that is not asked for, or there is none.</summary>
    public ListenSocket? RoutedTo(in SipEndpoint destination)
    {
        if (Sources is null)
            return null;
        var source = Sources.For(destination);
        foreach (var socket in _sockets)
        {
            if (!source.IsNone && socket.Endpoint.SameAddress(source) && Fits(socket, destination))
                return socket;
        }
        return null;
    }

    /// <summary>The socket bound to that very endpoint, whatever the connection; null when none is.</summary>
    public ListenSocket? Find(in SipEndpoint local)
    {
        foreach (var socket in _sockets)
        {
            if (socket.Endpoint == local)
                return socket;
        }
        return null;
    }

    private static bool Fits(ListenSocket socket, in SipEndpoint destination) =>
        socket.Protocol == destination.Protocol && socket.Endpoint.IsIPv4 == destination.IsIPv4;
}
