using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>Datagrams one by one through the framework's sockets, for systems without batch calls.</summary>
internal sealed class SocketDatagramIo : IDatagramIo
{
    private readonly byte[][] _slots = new byte[DatagramIo.BatchSize][];
    private readonly (int Length, SipEndpoint Source)[] _received = new (int, SipEndpoint)[DatagramIo.BatchSize];
    private readonly SocketAddress _ipv4 = new(AddressFamily.InterNetwork);
    private readonly SocketAddress _ipv6 = new(AddressFamily.InterNetworkV6);

    /// <inheritdoc/>
    public int Receive(UdpPort port)
    {
        var address = AddressFor(port.Local.Endpoint);
        var count = 0;
        try
        {
            do
            {
                var slot = _slots[count] ??= DatagramIo.NewSlot();
                var length = port.Socket.ReceiveFrom(slot, SocketFlags.None, address);
                _received[count++] = (length, ToEndpoint(address));
            }
            while (count < DatagramIo.BatchSize && port.Socket.Available > 0);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.Interrupted
            or SocketError.ConnectionReset or SocketError.ConnectionRefused)
        {
            // The wait is over, or an old ICMP answer surfaced; what was taken before counts.
        }
        return count;
    }

    /// <inheritdoc/>
    public byte[] Received(int index, out int length, out SipEndpoint source)
    {
        (length, source) = _received[index];
        return _slots[index];
    }

    /// <inheritdoc/>
    public void Detach(int index) => _slots[index] = DatagramIo.NewSlot();

    /// <inheritdoc/>
    public int Send(UdpPort port, ReadOnlySpan<OutboundPacket> packets, out SocketError error)
    {
        error = SocketError.Success;
        for (var i = 0; i < packets.Length; i++)
        {
            try
            {
                port.Socket.SendTo(packets[i].Bytes.Span, SocketFlags.None, Fill(AddressFor(packets[i].To), packets[i].To));
            }
            catch (SocketException e)
            {
                error = e.SocketErrorCode;
                return i;
            }
        }
        return packets.Length;
    }

    private SocketAddress AddressFor(in SipEndpoint endpoint)
    {
        var address = endpoint.IsIPv4 ? _ipv4 : _ipv6;
        address.Size = SocketAddress.GetMaximumAddressSize(address.Family);
        return address;
    }

    // The layout after the family is the same on every system: port, then address, in network order.
    private static SocketAddress Fill(SocketAddress address, in SipEndpoint endpoint)
    {
        var bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], endpoint.Port);
        if (endpoint.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], endpoint.IPv4);
            address.Size = 16;
        }
        else
        {
            bytes.Slice(4, 4).Clear();
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], endpoint.AddressHigh);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], endpoint.AddressLow);
            address.Size = 28;
        }
        return address;
    }

    private static SipEndpoint ToEndpoint(SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family == AddressFamily.InterNetwork
            ? new SipEndpoint(TransportProtocol.Udp, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port)
            : new SipEndpoint(TransportProtocol.Udp, BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), port);
    }
}
