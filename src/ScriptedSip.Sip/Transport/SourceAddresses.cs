using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>The local address the system's routing table would send from, for hosts with several (mhomed). Asked for once in a while per destination.</summary>
public sealed class SourceAddresses(IClock clock)
{
    private const int KeptMilliseconds = 10_000;
    private const int MostKept = 4096;

    private readonly ConcurrentDictionary<SipEndpoint, (SipEndpoint Source, long Until)> _known = new();

    /// <summary>The local address for a destination, without a port; None when there is no way to it.</summary>
    public SipEndpoint For(in SipEndpoint destination)
    {
        var key = destination.WithProtocol(TransportProtocol.Udp).WithPort(0);
        if (_known.TryGetValue(key, out var known) && clock.Milliseconds < known.Until)
            return known.Source;
        var source = Ask(key);
        if (_known.Count >= MostKept)
            _known.Clear();
        _known[key] = (source, clock.Milliseconds + KeptMilliseconds);
        return source;
    }

    // Connecting a datagram socket sends nothing: it makes the system choose.
    private static SipEndpoint Ask(in SipEndpoint destination)
    {
        try
        {
            using var socket = new Socket(destination.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(destination.ToIPAddress(), ListenSocket.DefaultPort);
            return new SipEndpoint(TransportProtocol.Udp, ((IPEndPoint)socket.LocalEndPoint!).Address, 0);
        }
        catch (SocketException)
        {
            return default;
        }
    }
}
