using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transport;

/// <summary>Both ways of moving datagrams, on the loopback interface.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class DatagramIoTests(bool batched)
{
    private readonly MessageBufferPool _buffers = new();

    [Test]
    public void Batch_larger_than_one_call_arrives_whole_and_in_order([Values("127.0.0.1", "::1")] string host)
    {
        const int Count = DatagramIo.BatchSize * 2 + 5;
        using var receiver = Open(host);
        using var sender = Open(host);
        var packets = new OutboundPacket[Count];
        for (var i = 0; i < Count; i++)
            packets[i] = Packet(sender, receiver.Local.Endpoint, 400 + i, (byte)i);

        var sent = NewIo().Send(sender, packets, out var error);

        Assert.That((sent, error), Is.EqualTo((Count, SocketError.Success)));
        var io = NewIo();
        var next = 0;
        while (next < Count)
        {
            var count = io.Receive(receiver);
            Assert.That(count, Is.InRange(1, DatagramIo.BatchSize));
            for (var i = 0; i < count; i++, next++)
            {
                var bytes = io.Received(i, out var length, out var source);
                Assert.That(length, Is.EqualTo(400 + next));
                Assert.That(bytes[0], Is.EqualTo((byte)next));
                Assert.That(bytes[length - 1], Is.EqualTo((byte)next));
                Assert.That(source, Is.EqualTo(sender.Local.Endpoint));
            }
        }
    }

    [Test]
    public void Longest_datagram_arrives_whole()
    {
        const int Longest = 65507;
        using var port = Open("127.0.0.1");
        var io = NewIo();

        io.Send(port, [Packet(port, port.Local.Endpoint, Longest, 7)], out _);

        Assert.That(io.Receive(port), Is.EqualTo(1));
        io.Received(0, out var length, out _);
        Assert.That(length, Is.EqualTo(Longest));
    }

    [Test]
    public void Longest_datagrams_after_a_quiet_moment_arrive_whole_too()
    {
        const int Longest = 65507;
        using var port = Open("127.0.0.1");
        var io = NewIo();
        io.Send(port, [Packet(port, port.Local.Endpoint, Longest, 7)], out _);
        io.Receive(port);
        io.Received(0, out _, out _);

        Assert.That(io.Receive(port), Is.Zero, "nothing more comes, and the room the first one took is given back");

        io.Send(port, [Packet(port, port.Local.Endpoint, Longest, 8)], out _);
        Assert.That(io.Receive(port), Is.EqualTo(1));
        var bytes = io.Received(0, out var length, out _);
        Assert.That(length, Is.EqualTo(Longest));
        Assert.That(bytes.AsSpan(0, length).IndexOfAnyExcept((byte)8), Is.EqualTo(-1));
    }

    [Test]
    public void Failing_packet_is_named_and_the_rest_can_go_on()
    {
        using var port = Open("127.0.0.1");
        var io = NewIo();
        OutboundPacket[] packets =
        [
            Packet(port, port.Local.Endpoint, 10, 1),
            Packet(port, port.Local.Endpoint, 65508, 2),
            Packet(port, port.Local.Endpoint, 10, 3),
        ];

        var sent = io.Send(port, packets, out var error);

        Assert.That((sent, error), Is.EqualTo((1, SocketError.MessageSize)));
        Assert.That(io.Send(port, packets.AsSpan(2), out _), Is.EqualTo(1));
        var received = 0;
        while (received < 2)
            received += io.Receive(port);
        Assert.That(received, Is.EqualTo(2));
    }

    [Test]
    public void Receive_without_traffic_returns_empty_handed()
    {
        using var port = Open("127.0.0.1");
        Assert.That(NewIo().Receive(port), Is.Zero);
    }

    [Test]
    public void Claim_of_a_used_address_fails_although_ports_are_shared()
    {
        using var port = Open("127.0.0.1");
        using var second = UdpPort.Open(port.Local);

        var failure = Assert.Throws<SocketException>(() => UdpPort.Claim(port.Local.Endpoint));

        Assert.That(failure!.SocketErrorCode, Is.EqualTo(SocketError.AddressAlreadyInUse));
    }

    [Test]
    public void Batches_move_without_allocating()
    {
        using var port = Open("127.0.0.1");
        var io = NewIo();
        var packets = new[] { Packet(port, port.Local.Endpoint, 500, 1), Packet(port, port.Local.Endpoint, 500, 2) };
        for (var i = 0; i < 3; i++)
            Exchange();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            Exchange();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Exchange()
        {
            io.Send(port, packets, out _);
            var count = 0;
            while (count < packets.Length)
                count += io.Receive(port);
            io.Received(0, out _, out _);
        }
    }

    private IDatagramIo NewIo()
    {
        if (batched && !DatagramIo.HasBatchCalls)
            Assert.Ignore("This system has no batch calls.");
        return batched ? new LinuxDatagramIo() : new SocketDatagramIo();
    }

    private static UdpPort Open(string host) =>
        UdpPort.Open(new ListenSocket(0, UdpPort.Claim(new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse(host), 0))));

    private OutboundPacket Packet(UdpPort from, in SipEndpoint to, int length, byte fill)
    {
        var buffer = _buffers.Rent(length);
        buffer.Bytes.AsSpan(0, length).Fill(fill);
        buffer.Length = length;
        return new OutboundPacket { From = from.Local, To = to, Bytes = buffer };
    }
}
