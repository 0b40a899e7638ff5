using System.Net;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Messages;

/// <summary>RFC 3261 18.2.1 and 18.2.2, RFC 3581 4.</summary>
public sealed class ReplyDestinationTests
{
    [TestCase("10.0.0.9", ViaStamp.None)]
    [TestCase("10.0.0.9:5070", ViaStamp.None)]
    [TestCase("10.0.0.8", ViaStamp.Received)]
    [TestCase("pc33.example.com", ViaStamp.Received)]
    [TestCase("10.0.0.9;rport", ViaStamp.Received | ViaStamp.Rport)]
    [TestCase("[::ffff:10.0.0.9]", ViaStamp.None)]
    public void Stamp_tells_where_the_request_really_came_from(string sentBy, ViaStamp expected) =>
        Assert.That(Request(sentBy).Stamp, Is.EqualTo(expected));

    [TestCase("10.0.0.9", "udp:10.0.0.9:5060")]
    [TestCase("10.0.0.9:5070", "udp:10.0.0.9:5070")]
    [TestCase("pc33.example.com:5070", "udp:10.0.0.9:5070")]
    [TestCase("pc33.example.com:5070;rport", "udp:10.0.0.9:5099")]
    [TestCase("pc33.example.com:5070;maddr=239.255.255.1", "udp:239.255.255.1:5070")]
    public void Datagram_replies_follow_the_via(string sentBy, string expected) =>
        Assert.That(ReplyDestination.For(Request(sentBy)).ToString(), Is.EqualTo(expected));

    [TestCase("10.0.0.8", "udp:10.0.0.8:5060", Description = "sent-by in place of the source")]
    [TestCase("10.0.0.8:5070", "udp:10.0.0.8:5070")]
    [TestCase("pc33.example.com:5070", "udp:10.0.0.9:5070", Description = "no name is looked up")]
    [TestCase("10.0.0.8:5070;rport", "udp:10.0.0.9:5099", Description = "the client asked for the source")]
    public void Datagram_replies_go_to_sent_by_when_the_script_says_so(string sentBy, string expected)
    {
        var request = Request(sentBy);
        request.Stamp |= ViaStamp.ReplyToVia;
        Assert.That(ReplyDestination.For(request).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Stream_replies_take_the_connection_of_the_request_and_else_the_port_of_sent_by()
    {
        var request = Request("pc33.example.com:5070");
        request.Source = new SipEndpoint(TransportProtocol.Tcp, 0x0A000009, 40001, connection: 12);
        var destination = ReplyDestination.For(request);
        Assert.That(destination.ToString(), Is.EqualTo("tcp:10.0.0.9:5070"));
        Assert.That(destination.Connection, Is.EqualTo(12));
    }

    [Test]
    public void Ipv6_sent_by_is_compared_as_a_number()
    {
        var request = Sample.Parse(Sample.InviteWith("Via", "Via: SIP/2.0/UDP [2001:0DB8:0::9];branch=z9hG4bK7"));
        request.Source = new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse("2001:db8::9"), 5060);
        Assert.That(ViaStamps.For(request), Is.EqualTo(ViaStamp.None));
    }

    private static SipMessage Request(string sentBy)
    {
        var request = Sample.Parse(Sample.InviteWith("Via", $"Via: SIP/2.0/UDP {sentBy};branch=z9hG4bK7"));
        request.Source = new SipEndpoint(TransportProtocol.Udp, 0x0A000009, 5099);
        request.Stamp = ViaStamps.For(request);
        return request;
    }
}
