using System.Net;
using System.Text;
using NUnit.Framework;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transport;

/// <summary>RFC 3261 18.4: what ICMP says about datagrams sent, on the loopback interface, where the system itself answers for closed ports.</summary>
[TestFixture("127.0.0.1")]
[TestFixture("::1")]
internal sealed class UnreachableTests(string host)
{
    private readonly MessageBufferPool _buffers = new();
    private readonly List<(SipEndpoint To, string Beginning)> _reports = [];

    [SetUp]
    public void NeedsBatchCalls()
    {
        if (!DatagramIo.HasBatchCalls)
            Assert.Ignore("Only Linux keeps such reports apart.");
        _reports.Clear();
    }

    [Test]
    public void Closed_port_is_reported_with_the_datagram_it_is_about()
    {
        using var port = Open();
        var nobody = Nobody();
        var io = DatagramIo.Create();
        Assert.That(io.Send(port, [Packet(port, nobody, "OPTIONS sip:a SIP/2.0")], out _), Is.EqualTo(1));
        Assert.That(io.Receive(port), Is.Zero);
        Assert.That(_reports, Is.EqualTo(new[] { (nobody, "OPTIONS sip:a SIP/2.0") }));
    }

    /// <summary>Reports come as fast as somebody likes to forge them; messages must not wait until there are none.</summary>
    [Test]
    public void Message_is_received_although_a_report_waits()
    {
        using var port = Open();
        using var other = Open();
        var io = DatagramIo.Create();
        Assert.That(io.Send(port, [Packet(port, Nobody(), "lost")], out _), Is.EqualTo(1));
        Assert.That(io.Send(other, [Packet(other, port.Local.Endpoint, "kept")], out _), Is.EqualTo(1));
        Assert.That(io.Receive(port), Is.EqualTo(1));
        Assert.That(Encoding.ASCII.GetString(io.Received(0, out var length, out _), 0, length), Is.EqualTo("kept"));
        Assert.That(_reports, Has.Count.EqualTo(1));
    }

    [Test]
    public void Report_about_one_packet_fails_no_other()
    {
        using var port = Open();
        using var other = Open();
        var nobody = Nobody();
        var io = DatagramIo.Create();
        for (var i = 0; i < 20; i++)
        {
            var sent = io.Send(port, [Packet(port, nobody, $"lost {i}"), Packet(port, other.Local.Endpoint, $"kept {i}")], out var error);
            Assert.That((sent, error), Is.EqualTo((2, System.Net.Sockets.SocketError.Success)));
        }
        for (var i = 0; i < 20;)
            i += io.Receive(other);
        io.Receive(port);
        Assert.That(_reports, Has.Count.EqualTo(20));
        Assert.That(_reports.Select(r => r.To), Has.All.EqualTo(nobody));
    }

    private UdpPort Open()
    {
        var local = UdpPort.Claim(new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse(host), 0));
        var port = UdpPort.Open(new ListenSocket(0, local));
        port.OnUnreachable = (in SipEndpoint to, ReadOnlySpan<byte> beginning) => _reports.Add((to, Encoding.ASCII.GetString(beginning)));
        return port;
    }

    private SipEndpoint Nobody() => UdpPort.Claim(new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse(host), 0));

    private OutboundPacket Packet(UdpPort from, SipEndpoint to, string text)
    {
        var bytes = _buffers.Rent(text.Length);
        bytes.Length = Encoding.ASCII.GetBytes(text, bytes.Bytes);
        return new OutboundPacket { From = from.Local, To = to, Bytes = bytes };
    }
}
