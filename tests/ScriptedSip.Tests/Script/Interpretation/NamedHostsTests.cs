using System.Net;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Script.Interpretation;

internal sealed class NamedHostsTests
{
    [Test]
    public void Name_gets_its_addresses_when_the_program_starts_and_keeps_them_when_the_resolver_fails()
    {
        var answers = new Queue<Func<Task<IPAddress[]>>>([
            static () => Task.FromResult(new[] { IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1") }),
            static () => Task.FromException<IPAddress[]>(new System.Net.Sockets.SocketException(11001)),
        ]);
        var hosts = new NamedHosts { Lookup = _ => answers.Dequeue()() };
        var host = hosts.Watch("backup.example.com");
        Assert.That(host.Addresses, Is.Empty, "a check looks nothing up");
        hosts.Refresh();
        var first = host.Addresses;
        Assert.That(first.Select(a => a.ToIPAddress().ToString()), Is.EqualTo(new[] { "192.0.2.1", "2001:db8::1" }));
        hosts.Refresh();
        Assert.That(host.Addresses, Is.SameAs(first));
    }

    [Test]
    public void Names_are_looked_up_once_whatever_their_case_and_at_once_while_the_program_runs()
    {
        var asked = new List<string>();
        var hosts = new NamedHosts { Lookup = name => { asked.Add(name); return Task.FromResult(new[] { IPAddress.Loopback }); } };
        hosts.Refresh();
        Assert.That(hosts.Watch("a.example.com").Addresses, Is.EqualTo(new[] { new SipEndpoint(TransportProtocol.Udp, IPAddress.Loopback, 0) }));
        Assert.That(hosts.Watch("A.EXAMPLE.com"), Is.SameAs(hosts.Watch("a.example.com")));
        Assert.That(asked[0], Is.EqualTo("a.example.com"));
    }
}
