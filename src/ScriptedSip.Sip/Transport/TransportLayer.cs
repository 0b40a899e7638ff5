using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>Told about packets that could not be sent (RFC 3261 18.4). Called on any thread; must not block, throw or send.</summary>
public interface ISendFailureSink
{
    void OnSendFailed(long ticket);

    /// <summary>A packet nobody holds a ticket for could not be sent to this peer of a stream.</summary>
    void OnPeerUnreachable(in SipEndpoint peer) { }

    /// <summary>
    /// The network reports that a datagram did not arrive (ICMP). Anybody can make up such a report: it is to be believed only when
    /// <paramref name="beginning"/>, the first bytes of the datagram, and its destination are those of something sent.
    /// </summary>
    void OnUnreachable(in SipEndpoint destination, ReadOnlySpan<byte> beginning) { }
}

/// <summary>The program's open sockets as far as sending is concerned. Set up at start, then read by every thread.</summary>
public sealed class TransportLayer
{
    private readonly UdpPort?[] _ports;

    public TransportLayer(SocketTable sockets, SipCounters counters, ConnectionTable connections)
    {
        ArgumentNullException.ThrowIfNull(sockets);
        ArgumentNullException.ThrowIfNull(connections);
        _ports = new UdpPort?[sockets.All.Count];
        Counters = counters;
        Connections = connections;
        connections.OnFailed = packet => Failed(packet);
    }

    public SipCounters Counters { get; }

    public ConnectionTable Connections { get; }

    /// <summary>Who learns of packets that could not be sent; null for nobody.</summary>
    public ISendFailureSink? Failures { get; set; }

    /// <summary>Adds an open port; the first of each address serves those who have none of their own.</summary>
    public void Add(UdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        _ports[port.Local.Index] ??= port;
        port.OnUnreachable = (in SipEndpoint destination, ReadOnlySpan<byte> beginning) => Failures?.OnUnreachable(destination, beginning);
    }

    /// <summary>The sending side of one context. A worker names its own port, which it then uses for everything leaving from that address.</summary>
    public IPacketSink NewSink(UdpPort? own = null) => new PacketSink(this, own);

    internal UdpPort? PortFor(ListenSocket socket) => socket.Index < _ports.Length ? _ports[socket.Index] : null;

    internal void Failed(in OutboundPacket packet)
    {
        Counters.Add(Counter.SendErrors);
        if (packet.Ticket != 0)
            Failures?.OnSendFailed(packet.Ticket);
        else if (packet.To.Protocol != TransportProtocol.Udp)
            Failures?.OnPeerUnreachable(packet.To);
    }
}

/// <summary>Puts the packets of one context on the wire: runs of datagrams through one socket in one call.</summary>
internal sealed class PacketSink(TransportLayer layer, UdpPort? own) : IPacketSink
{
    private readonly IDatagramIo _io = DatagramIo.Create();

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<OutboundPacket> packets)
    {
        while (!packets.IsEmpty)
        {
            var from = packets[0].From;
            var run = 1;
            while (run < packets.Length && ReferenceEquals(packets[run].From, from))
                run++;
            if (from.Protocol == TransportProtocol.Udp)
                SendDatagrams(from, packets[..run]);
            else
                SendStreams(packets[..run]);
            packets = packets[run..];
        }
    }

    private void SendDatagrams(ListenSocket from, ReadOnlySpan<OutboundPacket> packets)
    {
        var port = own is not null && ReferenceEquals(own.Local, from) ? own : layer.PortFor(from);
        if (port is null)
        {
            foreach (ref readonly var packet in packets)
                layer.Failed(packet);
            return;
        }
        while (!packets.IsEmpty)
        {
            var sent = _io.Send(port, packets, out _);
            if (sent > 0)
                layer.Counters.Add(Counter.PacketsSent, sent);
            if (sent == packets.Length)
                return;
            layer.Failed(packets[sent]);
            packets = packets[(sent + 1)..];
        }
    }

    private void SendStreams(ReadOnlySpan<OutboundPacket> packets)
    {
        foreach (ref readonly var packet in packets)
            layer.Connections.Send(packet);
    }
}
