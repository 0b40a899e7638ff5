using System.Text;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transport;

/// <summary>What means this server: in a URI with its port, 5060 when it has none (RFC 3261 19.1.2); as a host alone whatever the port.</summary>
internal sealed class LocalNamesTests
{
    private static readonly LocalNames Names = new(
        [new ListenSocket(0, new SipEndpoint(TransportProtocol.Udp, 0x0A00000F, 5070))],
        [("example.org", 0, TransportProtocol.None)]);

    [TestCase("10.0.0.15", 5070, true)]
    [TestCase("10.0.0.15", 0, false)]
    [TestCase("10.0.0.15", 5060, false)]
    [TestCase("example.org", 0, true)]
    [TestCase("EXAMPLE.org.", 9, true)]
    public void Host_and_port_mean_this_server(string host, int port, bool expected) =>
        Assert.That(Names.IsMyself(Encoding.UTF8.GetBytes(host), port, TransportProtocol.Udp), Is.EqualTo(expected));

    [TestCase("10.0.0.15", true)]
    [TestCase("10.0.0.16", false)]
    [TestCase("Example.org.", true)]
    public void Host_alone_means_this_server(string host, bool expected) =>
        Assert.That(Names.IsMyHost(Encoding.UTF8.GetBytes(host)), Is.EqualTo(expected));
}
