using System.Net;
using System.Text;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transport;

public sealed class SipEndpointTests
{
    [TestCase("192.0.2.1", "192.0.2.1")]
    [TestCase("[2001:db8::10]", "2001:db8::10")]
    [TestCase("2001:db8::10", "2001:db8::10")]
    [TestCase("[::ffff:192.0.2.1]", "192.0.2.1")]
    [TestCase("[2001:db8::192.0.2.1]", "2001:db8::192.0.2.1")]
    [TestCase("[2001:db8:::192.0.2.1]", "2001:db8::192.0.2.1")]
    public void Numeric_address_is_read(string text, string expected)
    {
        Assert.That(SipEndpoint.TryParseAddress(Encoding.ASCII.GetBytes(text), TransportProtocol.Udp, 5060, out var endpoint));
        Assert.That(endpoint, Is.EqualTo(new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse(expected), 5060)));
    }

    [TestCase("")]
    [TestCase("example.com")]
    [TestCase("192.0.2")]
    [TestCase("192.0.2.256")]
    [TestCase("192.0.2.1.5")]
    [TestCase("192..2.1")]
    [TestCase("[2001:db8::10")]
    [TestCase("[192.0.2.1]")]
    [TestCase("::::")]
    [TestCase("[]")]
    public void Anything_else_is_not(string text) =>
        Assert.That(SipEndpoint.TryParseAddress(Encoding.ASCII.GetBytes(text), TransportProtocol.Udp, 5060, out _), Is.False);
}
