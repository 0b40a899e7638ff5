using System.Collections.Concurrent;
using System.Net;
using System.Text;
using NUnit.Framework;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Sip.Transport.Dns;

namespace ScriptedSip.Tests.Sip.Transport.Dns;

/// <summary>RFC 3263 against a name server of our own.</summary>
internal sealed class DestinationResolverTests : IDisposable
{
    private FakeDnsServer _server = null!;
    private HandClock _clock = null!;
    private DestinationResolver _resolver = null!;

    [SetUp]
    public void SetUp()
    {
        _server = new FakeDnsServer();
        _clock = new HandClock();
        _resolver = Resolver(new DnsSettings { Servers = [_server.Endpoint] });
    }

    [TearDown]
    public void Dispose() => _server.Dispose();

    [TestCase("192.0.2.7", 0, TransportProtocol.None, "udp:192.0.2.7:5060")]
    [TestCase("192.0.2.7", 5070, TransportProtocol.Tcp, "tcp:192.0.2.7:5070")]
    [TestCase("[2001:db8::7]", 0, TransportProtocol.Udp, "udp:[2001:db8::7]:5060")]
    public void Address_is_resolved_at_once_without_asking(string host, int port, TransportProtocol protocol, string expected)
    {
        var resolver = Resolver(() => throw new InvalidOperationException("asked"));
        Assert.That(Resolve(resolver, host, port, protocol, out var endpoint, out var targets, null), Is.EqualTo(ResolveStatus.Resolved));
        Assert.That(endpoint.ToString(), Is.EqualTo(expected));
        Assert.That(targets, Is.Null);
    }

    [TestCase("192.0.2.7", TransportProtocol.Tls)]
    [TestCase("example.com", TransportProtocol.Tls)]
    [TestCase("", TransportProtocol.Udp)]
    public void Destination_without_a_socket_for_it_fails_at_once(string host, TransportProtocol protocol) =>
        Assert.That(Resolve(_resolver, host, 0, protocol, out _, out _, null), Is.EqualTo(ResolveStatus.Failed));

    [Test] // RFC 3263 4.1, 4.2: an explicit port means no NAPTR and no SRV, and UDP.
    public void Name_with_port_asks_for_addresses_only()
    {
        _server.AddAddress("example.com", "192.0.2.1");
        Assert.That(Lookup("Example.COM.", 5070), Is.EqualTo("udp:192.0.2.1:5070"));
        Assert.That(_server.Questions, Is.EquivalentTo(new[] { "A example.com", "AAAA example.com" }));
    }

    [Test]
    public void Name_with_both_families_gives_both_addresses()
    {
        _server.AddAddress("example.com", "192.0.2.1").AddAddress("example.com", "2001:db8::1");
        Assert.That(Lookup("example.com", 5070, TransportProtocol.Udp), Is.EqualTo("udp:192.0.2.1:5070 udp:[2001:db8::1]:5070"));
    }

    [Test] // RFC 3263 4.2: transport known, no port: SRV.
    public void Name_with_transport_is_located_by_srv_in_order_of_priority()
    {
        _server.Add(DnsType.Srv, new SrvRecord("_sip._tcp.example.com", 60, 20, 0, 5080, "b.example.com"),
                new SrvRecord("_sip._tcp.example.com", 60, 10, 0, 5070, "a.example.com"))
            .AddAddress("a.example.com", "192.0.2.1").AddAddress("b.example.com", "192.0.2.2");
        Assert.That(Lookup("example.com", 0, TransportProtocol.Tcp), Is.EqualTo("tcp:192.0.2.1:5070 tcp:192.0.2.2:5080"));
    }

    [Test] // RFC 3263 4.2: no SRV records: the address of the name itself, default port.
    public void Name_without_srv_falls_back_to_its_address()
    {
        _server.AddAddress("example.com", "192.0.2.1");
        Assert.That(Lookup("example.com", 0, TransportProtocol.Tcp), Is.EqualTo("tcp:192.0.2.1:5060"));
    }

    [Test] // RFC 3263 4.1: NAPTR decides on the transport; services that are not spoken are passed over.
    public void Name_without_transport_follows_naptr()
    {
        _server.Add(DnsType.Naptr, new NaptrRecord("example.com", 60, 1, 1, "S", "SIPS+D2T", "_sips._tcp.example.com"),
                new NaptrRecord("example.com", 60, 3, 1, "s", "SIP+D2U", "_sip._udp.example.com"),
                new NaptrRecord("example.com", 60, 2, 1, "s", "SIP+D2T", "_sip._tcp.example.net"))
            .Add(DnsType.Srv, new SrvRecord("_sip._tcp.example.net", 60, 1, 0, 5070, "a.example.com"))
            .Add(DnsType.Srv, new SrvRecord("_sip._udp.example.com", 60, 0, 0, 5080, "a.example.com"))
            .AddAddress("a.example.com", "192.0.2.1");
        Assert.That(Lookup("example.com"), Is.EqualTo("tcp:192.0.2.1:5070 udp:192.0.2.1:5080"));
    }

    [Test] // RFC 3403 4.1: a regular expression keeps its letters as they are, flags and services do not.
    public async Task Rules_of_a_name_are_found_as_they_stand()
    {
        _server.Add(DnsType.Naptr, new NaptrRecord("1.9.4.e164.arpa", 60, 10, 100, "u", "E2U+sip", "", "!^\\+49(.*)$!sip:\\1@Example.com!"));
        var rules = await _resolver.FindRulesAsync("1.9.4.e164.arpa");
        Assert.That(rules, Is.EqualTo(new[] { new NaptrRule(10, 100, "U", "E2U+SIP", "!^\\+49(.*)$!sip:\\1@Example.com!") }));
        Assert.That(await _resolver.FindRulesAsync("2.9.4.e164.arpa"), Is.Empty);
        Assert.That(await _resolver.FindRulesAsync("1.9.4.e164.arpa"), Has.Count.EqualTo(1));
        Assert.That(_server.Questions, Is.EqualTo(new[] { "NAPTR 1.9.4.e164.arpa", "NAPTR 2.9.4.e164.arpa" }), "what is known is not asked for again");
    }

    [Test]
    public async Task Rules_are_unknown_when_nobody_answers() =>
        Assert.That(await Resolver(new DnsSettings { Servers = [] }).FindRulesAsync("1.9.4.e164.arpa"), Is.Null);

    [Test] // RFC 3263 4.1: no NAPTR: SRV for each transport, then the address over UDP.
    public void Name_without_naptr_is_located_by_the_srv_records_there_are()
    {
        _server.Add(DnsType.Srv, new SrvRecord("_sip._tcp.example.com", 60, 1, 0, 5070, "a.example.com")).AddAddress("a.example.com", "192.0.2.1");
        Assert.That(Lookup("example.com"), Is.EqualTo("tcp:192.0.2.1:5070"));
        Assert.That(Lookup("a.example.com"), Is.EqualTo("udp:192.0.2.1:5060"));
    }

    [Test] // RFC 2782: target "." means that the service is decidedly not there.
    public void Service_that_is_denied_is_not_reached_by_address()
    {
        _server.Add(DnsType.Srv, new SrvRecord("_sip._udp.example.com", 60, 0, 0, 0, "")).AddAddress("example.com", "192.0.2.1");
        Assert.That(Lookup("example.com", 0, TransportProtocol.Udp), Is.EqualTo("nowhere"));
    }

    [Test]
    public void Alias_is_followed_within_the_answer_and_beyond_it()
    {
        _server.Add(DnsType.A, new CnameRecord("www.example.com", 60, "a.example.com"), new AddressRecord("a.example.com", 60, IPAddress.Parse("192.0.2.1")))
            .Add(DnsType.A, new CnameRecord("far.example.com", 60, "b.example.net"))
            .AddAddress("b.example.net", "192.0.2.2");
        Assert.That(Lookup("www.example.com", 5060), Is.EqualTo("udp:192.0.2.1:5060"));
        Assert.That(Lookup("far.example.com", 5060), Is.EqualTo("udp:192.0.2.2:5060"));
    }

    [Test]
    public void Many_waiters_share_one_look_up()
    {
        _server.AddAddress("example.com", "192.0.2.1");
        _server.Gate.Reset();
        var waiter = new Waiter();
        for (var i = 0; i < 50; i++)
            Assert.That(Resolve(_resolver, "example.com", 5060, TransportProtocol.Udp, out _, out _, waiter, i), Is.EqualTo(ResolveStatus.Pending));
        _server.Gate.Set();
        var tickets = Enumerable.Range(0, 50).Select(_ => waiter.Next().Ticket).Order();
        Assert.That(tickets, Is.EqualTo(Enumerable.Range(0, 50)));
        Assert.That(_server.Questions, Has.Count.EqualTo(2));
    }

    [Test]
    public void Answer_is_kept_for_its_time_to_live_and_no_longer()
    {
        _server.AddAddress("example.com", "192.0.2.1", seconds: 30).AddAddress("example.com", "2001:db8::1", seconds: 300);
        Lookup("example.com", 5060);
        _clock.Milliseconds += 29_999;
        Assert.That(Resolve(_resolver, "example.com", 5060, TransportProtocol.None, out var endpoint, out _, null), Is.EqualTo(ResolveStatus.Resolved));
        Assert.That(endpoint.ToString(), Is.EqualTo("udp:192.0.2.1:5060"));
        _clock.Milliseconds += 1;
        _server.AddAddress("example.com", "192.0.2.2");
        Assert.That(Lookup("example.com", 5060), Does.StartWith("udp:192.0.2.2:5060"));
        Assert.That(_server.Questions.Count(q => q == "AAAA example.com"), Is.EqualTo(1), "its own time to live still held");
    }

    [Test] // RFC 2308 5
    public void Name_that_does_not_exist_is_remembered_as_long_as_its_zone_says()
    {
        _server.NegativeSeconds = 20;
        Assert.That(Lookup("nowhere.test", 5060), Is.EqualTo("nowhere"));
        _clock.Milliseconds += 19_999;
        Assert.That(Resolve(_resolver, "nowhere.test", 5060, TransportProtocol.None, out _, out _, null), Is.EqualTo(ResolveStatus.Failed));
        _clock.Milliseconds += 1;
        _server.AddAddress("nowhere.test", "192.0.2.1");
        Assert.That(Lookup("nowhere.test", 5060), Is.EqualTo("udp:192.0.2.1:5060"));
    }

    [Test] // RFC 1035 4.2.2
    public void Truncated_answer_is_asked_for_again_over_tcp()
    {
        _server.Truncates = true;
        _server.AddAddress("example.com", "192.0.2.1");
        Assert.That(Lookup("example.com", 5060), Is.EqualTo("udp:192.0.2.1:5060"));
    }

    [Test] // RFC 5452
    public void Answer_with_another_number_is_not_believed()
    {
        _server.ForgesFirst = true;
        _server.AddAddress("example.com", "192.0.2.1");
        Assert.That(Lookup("example.com", 5060), Is.EqualTo("udp:192.0.2.1:5060"));
    }

    [Test]
    public void Silent_server_is_passed_over_and_does_not_hold_up_addresses()
    {
        using var silent = new FakeDnsServer { IsSilent = true };
        _server.AddAddress("example.com", "192.0.2.1");
        var resolver = Resolver(new DnsSettings { Servers = [silent.Endpoint, _server.Endpoint], Timeout = TimeSpan.FromMilliseconds(200) });
        var waiter = new Waiter();
        Assert.That(Resolve(resolver, "example.com", 5060, TransportProtocol.None, out _, out _, waiter), Is.EqualTo(ResolveStatus.Pending));
        Assert.That(Resolve(resolver, "192.0.2.9", 0, TransportProtocol.None, out _, out _, null), Is.EqualTo(ResolveStatus.Resolved));
        Assert.That(waiter.Next().Targets, Is.EqualTo("udp:192.0.2.1:5060"));
    }

    [Test]
    public void Silence_of_all_servers_is_a_failure_that_is_not_remembered()
    {
        _server.IsSilent = true;
        _resolver = Resolver(new DnsSettings { Servers = [_server.Endpoint], Timeout = TimeSpan.FromMilliseconds(50) });
        Assert.That(Lookup("example.com"), Is.EqualTo("nowhere"));
        _server.IsSilent = false;
        _server.AddAddress("example.com", "192.0.2.1");
        Assert.That(Lookup("example.com"), Is.EqualTo("udp:192.0.2.1:5060"));
    }

    [Test] // RFC 3263 4.3
    public void Unreachable_target_is_tried_last_for_a_while()
    {
        _server.Add(DnsType.Srv, new SrvRecord("_sip._udp.example.com", 600, 1, 0, 5060, "a.example.com"),
                new SrvRecord("_sip._udp.example.com", 600, 2, 0, 5060, "b.example.com"))
            .AddAddress("a.example.com", "192.0.2.1", 600).AddAddress("b.example.com", "192.0.2.2", 600);
        Assert.That(Lookup("example.com"), Is.EqualTo("udp:192.0.2.1:5060 udp:192.0.2.2:5060"));
        _resolver.ReportUnreachable(new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse("192.0.2.1"), 5060));
        Assert.That(Lookup("example.com"), Is.EqualTo("udp:192.0.2.2:5060 udp:192.0.2.1:5060"));
        _clock.Milliseconds += Quarantine.Milliseconds;
        Assert.That(Lookup("example.com"), Is.EqualTo("udp:192.0.2.1:5060 udp:192.0.2.2:5060"));
    }

    [Test]
    public void Name_in_the_hosts_file_is_not_asked_for()
    {
        _resolver = Resolver(DnsSettings.Parse($"nameserver 192.0.2.53", "192.0.2.8 pbx Pbx.local # ours"));
        Assert.That(Lookup("pbx.LOCAL", 5060), Is.EqualTo("udp:192.0.2.8:5060"));
        Assert.That(Lookup("localhost", 5060), Is.EqualTo("udp:127.0.0.1:5060 udp:[::1]:5060"));
    }

    [Test]
    public void Known_name_is_resolved_without_allocating()
    {
        _server.AddAddress("example.com", "192.0.2.1");
        Lookup("example.com", 5060);
        Lookup("example.com", 5060);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var status = ResolveStatus.Failed;
        for (var i = 0; i < 100; i++)
            status = _resolver.Resolve("Example.com"u8, 5060, TransportProtocol.None, out _, out _, null, 0);
        Assert.That((status, GC.GetAllocatedBytesForCurrentThread() - before), Is.EqualTo((ResolveStatus.Resolved, 0L)));
    }

    private DestinationResolver Resolver(DnsSettings settings) => Resolver(() => settings);

    private DestinationResolver Resolver(Func<DnsSettings> settings)
    {
        ListenSocket[] sockets =
        [
            new(0, new SipEndpoint(TransportProtocol.Udp, IPAddress.Loopback, 5060)),
            new(1, new SipEndpoint(TransportProtocol.Udp, IPAddress.IPv6Loopback, 5060)),
            new(2, new SipEndpoint(TransportProtocol.Tcp, IPAddress.Loopback, 5060)),
        ];
        return new DestinationResolver(new SocketTable(sockets), _clock, settings);
    }

    /// <summary>Resolves and waits; the targets in order, or "nowhere".</summary>
    private string Lookup(string host, int port = 0, TransportProtocol protocol = TransportProtocol.None)
    {
        var waiter = new Waiter();
        return Resolve(_resolver, host, port, protocol, out _, out var targets, waiter) switch
        {
            ResolveStatus.Resolved => Describe(targets),
            ResolveStatus.Failed => "nowhere",
            _ => waiter.Next().Targets,
        };
    }

    private static ResolveStatus Resolve(DestinationResolver resolver, string host, int port, TransportProtocol protocol, out SipEndpoint endpoint,
        out ResolvedTargets? targets, IResolutionWaiter? waiter, long ticket = 0) =>
        resolver.Resolve(Encoding.UTF8.GetBytes(host), port, protocol, out endpoint, out targets, waiter, ticket);

    private static string Describe(ResolvedTargets? targets) => targets is null ? "nowhere" : string.Join(' ', targets.Endpoints);

    private sealed class Waiter : IResolutionWaiter
    {
        private readonly BlockingCollection<(long, string)> _results = [];

        public void OnResolved(long ticket, ResolvedTargets? targets) => _results.Add((ticket, Describe(targets)));

        public (long Ticket, string Targets) Next() =>
            _results.TryTake(out var result, TimeSpan.FromSeconds(10)) ? result : throw new TimeoutException("The waiter was not told.");
    }

    private sealed class HandClock : IClock
    {
        public long Milliseconds { get; set; } = 1000;

        public DateTimeOffset UtcNow => DateTimeOffset.UnixEpoch.AddMilliseconds(Milliseconds);
    }
}
