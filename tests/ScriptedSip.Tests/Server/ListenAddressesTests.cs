using System.Net;
using System.Net.NetworkInformation;
using NUnit.Framework;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Server;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Tests.Script;

namespace ScriptedSip.Tests.Server;

/// <summary>The <c>listen</c> lines of all dialects, from the text of a script to the addresses that are bound.</summary>
[TestFixture]
internal sealed class ListenAddressesTests
{
    private readonly List<string> _notes = [];

    [TestCase("listen=udp:127.0.0.1:22010", "udp:127.0.0.1:22010")]
    [TestCase("listen=127.0.0.1", "udp:127.0.0.1:5060 tcp:127.0.0.1:5060")]
    [TestCase("listen=127.0.0.1:22011\ndisable_tcp=yes", "udp:127.0.0.1:22011")]
    [TestCase("port=22012\nlisten=tcp:127.0.0.1\nlisten=udp:127.0.0.1:22013", "tcp:127.0.0.1:22012 udp:127.0.0.1:22013")]
    [TestCase("listen=udp:127.0.0.1:22014 tcp:127.0.0.1:22014", "udp:127.0.0.1:22014 tcp:127.0.0.1:22014")]
    [TestCase("listen=udp:127.0.0.1:22014\nlisten=udp:127.0.0.1:22014", "udp:127.0.0.1:22014")]
    [TestCase("listen=\"udp:127.0.0.1:22015\"", "udp:127.0.0.1:22015")]
    [TestCase("listen=UDP:127.0.0.1:22015", "udp:127.0.0.1:22015")]
    [TestCase("socket=udp:127.0.0.1:22016 as sip.example.com:5070 use_workers 4 tag outer", "udp:127.0.0.1:22016")]
    [TestCase("listen=udp:127.0.0.1:22017 advertise sip.example.com:5070 name \"outer\"", "udp:127.0.0.1:22017")]
    [TestCase("listen=udp:[::1]:22018", "udp:[::1]:22018")]
    [TestCase("listen=tls:127.0.0.1:5061 udp:127.0.0.1:22019", "udp:127.0.0.1:22019")]
    [TestCase("listen=udp:127.0.0.1", "udp:127.0.0.1:5060")]
    public void Line_leads_to_its_addresses(string lines, string addresses) => Assert.That(Resolve(lines), Is.EqualTo(addresses));

    [Test]
    public void Interface_stands_for_all_its_addresses()
    {
        var loopback = NetworkInterface.GetAllNetworkInterfaces().First(i => i.NetworkInterfaceType == NetworkInterfaceType.Loopback);
        Assert.That(Resolve($"listen=udp:{loopback.Name}:22020"), Does.Contain("udp:127.0.0.1:22020"));
    }

    [TestCase("listen=udp:*:22021")]
    [TestCase("listen=udp:0.0.0.0:22021")]
    [TestCase("listen=udp:any:22021")]
    public void Wildcard_stands_for_every_address_of_the_machine(string line) => Assert.That(Resolve(line), Does.Contain("udp:127.0.0.1:22021"));

    [Test]
    public void Name_stands_for_its_addresses() => Assert.That(Resolve("listen=udp:localhost:22022"), Does.Contain(":22022"));

    [Test]
    public void Protocol_that_is_not_spoken_is_noted()
    {
        Resolve("listen=tls:127.0.0.1:5061\nlisten=udp:127.0.0.1:22023");
        Assert.That(_notes, Is.EqualTo(["not listening on tls:127.0.0.1: this protocol is not spoken here"]));
    }

    [Test]
    public void Unknown_name_keeps_the_program_from_starting() => Assert.That(() => Resolve("listen=udp:nowhere.invalid:5060"), Throws.TypeOf<StartFailure>());

    [TestCase("listen=udp:127.0.0.1:22024 advertise sip.example.com:5070", "sip.example.com:5070")]
    [TestCase("listen=udp:127.0.0.1:22024 advertise sip.example.com", "sip.example.com:22024")]
    [TestCase("listen=udp:127.0.0.1:22024 advertise 192.0.2.1:5060", "192.0.2.1")]
    [TestCase("listen=udp:127.0.0.1:22024\nadvertised_address=\"sip.example.net\"\nadvertised_port=5080", "sip.example.net:5080")]
    [TestCase("listen=udp:127.0.0.1:22024\nadvertised_address=sip.example.net", "sip.example.net:22024")]
    [TestCase("listen=udp:127.0.0.1:22024\nadvertised_port=5080", "127.0.0.1:5080")]
    [TestCase("listen=udp:127.0.0.1:22024 advertise 192.0.2.1:5090\nadvertised_address=sip.example.net", "192.0.2.1:5090")]
    [TestCase("listen=udp:127.0.0.1:22024", "127.0.0.1:22024")]
    public void Via_and_Record_Route_carry_what_is_advertised(string lines, string hostPort)
    {
        var settings = Settings(lines);
        using var listeners = Listeners.Claim(ListenAddresses.Resolve(settings.Listen, settings, _notes.Add), settings);
        var socket = listeners.Sockets.All.Single();
        Assert.That(socket.HostPortText.ToString(), Is.EqualTo(hostPort));
        Assert.That(socket.ViaPrefix.ToString(), Is.EqualTo($"Via: SIP/2.0/UDP {hostPort};branch="));
        Assert.That(socket.Endpoint.ToString(), Is.EqualTo("udp:127.0.0.1:22024"));
    }

    [Test]
    public void Routing_table_chooses_the_socket_unless_the_script_does()
    {
        var sockets = new SocketTable([Socket(0, "127.0.0.9"), Socket(1, "127.0.0.1"), Socket(2, "::1")]) { Sources = new SourceAddresses(new SystemClock()) };
        var destination = new SipEndpoint(TransportProtocol.Udp, IPAddress.Loopback, 5060);
        Assert.That(sockets.Choose(destination, null, sockets.All[0]), Is.SameAs(sockets.All[1]));
        Assert.That(sockets.Choose(destination, sockets.All[0], sockets.All[0]), Is.SameAs(sockets.All[0]));
        Assert.That(sockets.Choose(new SipEndpoint(TransportProtocol.Udp, IPAddress.IPv6Loopback, 5060), null, sockets.All[0]), Is.SameAs(sockets.All[2]));
        Assert.That(new SocketTable(sockets.All).Choose(destination, null, sockets.All[0]), Is.SameAs(sockets.All[0]), "mhomed=no");
    }

    [SetUp]
    public void Forget() => _notes.Clear();

    private static ListenSocket Socket(int index, string address) => new(index, new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse(address), 5060));

    private string Resolve(string lines)
    {
        var settings = Settings(lines);
        return string.Join(' ', ListenAddresses.Resolve(settings.Listen, settings, _notes.Add).Select(a => a.Endpoint.ToString()));
    }

    private static ScriptSettings Settings(string lines)
    {
        var result = ScriptLoader.Load(new SourceFile("listen.cfg", lines + "\nroute { exit; }"), new LoadOptions { Catalog = FakeModules.Catalog });
        Assert.That(result.Script, Is.Not.Null, string.Join('\n', result.Diagnostics));
        return result.Script!.Settings;
    }
}
