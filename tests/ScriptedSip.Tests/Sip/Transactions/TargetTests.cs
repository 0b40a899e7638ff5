using System.Text;
using NUnit.Framework;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>A next hop of several servers (RFC 3263 4.3), and large requests (RFC 3261 18.1.1).</summary>
[TestFixture]
internal sealed class TargetTests
{
    private EngineRig _rig = null!;
    private UnreachableList _resolver = null!;

    [SetUp]
    public void Begin()
    {
        _rig = new EngineRig();
        _rig.Engine.Resolver = _resolver = new UnreachableList();
    }

    private void SendToBoth(bool noFailover = false)
    {
        var transaction = _rig.Open("INVITE");
        transaction.Overrides.NoFailover = noFailover;
        var branch = _rig.Send(_rig.Context, transaction, _rig.Callee(0))!;
        branch.Targets = new ResolvedTargets([_rig.Callee(0), _rig.Callee(1)]);
        _rig.Close(transaction);
        _rig.Mark();
    }

    [Test]
    public void Server_that_is_unavailable_gives_way_to_the_next_of_its_name()
    {
        SendToBoth();
        _rig.Answer(503);
        Assert.That(_rig.ToCallee(0), Is.EqualTo(["0 ACK"]));
        Assert.That(_rig.ToCallee(1), Is.EqualTo(["0 INVITE"]));
        Assert.That(_resolver.Reported, Is.EqualTo([_rig.Callee(0)]));

        _rig.Answer(486, callee: 1);

        Assert.That(_rig.ToClient, Is.EqualTo(["0 486 INVITE"]));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Last_server_unavailable_goes_upstream_as_server_error()
    {
        SendToBoth();
        _rig.Answer(503);
        _rig.Answer(503, callee: 1);
        Assert.That(_rig.ToClient, Is.EqualTo(["0 500 INVITE"]));
        Assert.That(_resolver.Reported, Is.EqualTo([_rig.Callee(0), _rig.Callee(1)]));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Server_that_is_busy_is_believed()
    {
        SendToBoth();
        _rig.Answer(486);
        Assert.That(_rig.ToCallee(1), Is.Empty);
        Assert.That(_resolver.Reported, Is.Empty);
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Server_that_does_not_answer_gives_way_and_is_reported()
    {
        SendToBoth();
        _rig.Advance(32_000);
        Assert.That(_rig.ToCallee(1), Is.EqualTo(["32000 INVITE"]));
        Assert.That(_resolver.Reported, Is.EqualTo([_rig.Callee(0)]));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Transaction_without_failover_ends_with_the_first_failure()
    {
        SendToBoth(noFailover: true);
        _rig.Answer(503);
        Assert.That(_rig.ToCallee(1), Is.Empty);
        Assert.That(_rig.ToClient, Is.EqualTo(["0 500 INVITE"]));
        _rig.ExpectAllReleased();
    }

    [Test] // RFC 3261 18.1.1
    public void Large_request_goes_over_tcp_and_over_udp_only_when_tcp_does_not_reach_the_server()
    {
        var udp = _rig.Callee(0);
        var tcp = udp.WithProtocol(TransportProtocol.Tcp);
        var stream = new ListenSocket(1, new SipEndpoint(TransportProtocol.Tcp, System.Net.IPAddress.Parse("192.0.2.100"), 5060));
        var datagram = new ListenSocket(0, new SipEndpoint(TransportProtocol.Udp, System.Net.IPAddress.Parse("192.0.2.100"), 5060));
        _rig.Engine.SocketFor = (to, _) => to.Protocol == TransportProtocol.Tcp ? stream : datagram;
        _rig.Engine.StreamAbove = 100;
        _rig.Mark();
        var transaction = _rig.Open("INVITE");
        var branch = _rig.Send(_rig.Context, transaction, udp)!;
        _rig.Close(transaction);
        Assert.That(_rig.Log.Since.Select(s => s.To), Is.EqualTo([tcp]));
        Assert.That(_rig.Log.Since.Single().Headers("Via").First(), Does.StartWith("SIP/2.0/TCP 192.0.2.100"));
        _rig.Mark();

        _rig.Engine.OnSendFailed(TransactionEngine.TicketOf(transaction, branch));
        _rig.Advance(10);

        Assert.That(_rig.Log.Since.Select(s => s.To), Is.EqualTo([udp]));
        Assert.That(_rig.Log.Since.Single().Headers("Via").First(), Does.StartWith("SIP/2.0/UDP 192.0.2.100"));
        _rig.ExpectAllReleased();
    }

    [Test] // RFC 3261 18.3
    public void Request_that_changes_its_transport_keeps_its_Via_parameters_and_gets_a_length()
    {
        var stream = new ListenSocket(1, new SipEndpoint(TransportProtocol.Tcp, System.Net.IPAddress.Parse("192.0.2.100"), 5060));
        _rig.Engine.SocketFor = (to, preferred) => to.Protocol == TransportProtocol.Tcp ? stream : preferred;
        _rig.Engine.StreamAbove = 100;
        _rig.Mark();
        var request = _rig.Parse(_rig.Context, _rig.Request("MESSAGE").Replace("Content-Length: 0\r\n", "", StringComparison.Ordinal), _rig.Client);
        Assert.That(_rig.Engine.Match(_rig.Context, request), Is.EqualTo(RequestMatch.New));
        var transaction = _rig.Engine.Create(_rig.Context, request)!;
        _rig.Context.Return(request);
        _rig.Send(_rig.Context, transaction, _rig.Callee(0), viaParameters: ";rport;i=7");
        _rig.Close(transaction);
        var sent = _rig.Log.Since.Single();
        Assert.That(sent.Headers("Via").First(), Does.Match(@"^SIP/2\.0/TCP 192\.0\.2\.100;branch=z9hG4bK[0-9a-f.]+;rport;i=7$"));
        Assert.That(sent.Headers("Content-Length"), Is.EqualTo(["0"]));
    }

    [Test] // RFC 3261 18.4
    public void Unreachable_server_gives_way_at_once()
    {
        SendToBoth();
        var invite = _rig.Log.All[^1];
        _rig.Engine.OnUnreachable(invite.To, Encoding.ASCII.GetBytes(invite.Text));
        _rig.Advance(10);
        Assert.That(_rig.ToCallee(1), Is.EqualTo(["10 INVITE"]));
        Assert.That(_resolver.Reported, Is.EqualTo([_rig.Callee(0)]));
    }

    [Test] // Anybody can send an ICMP message; only the way to the server has seen the branch.
    public void Unreachable_report_that_fits_nothing_sent_is_not_believed()
    {
        SendToBoth();
        var invite = _rig.Log.All[^1];
        _rig.Mark();
        _rig.Engine.OnUnreachable(_rig.Callee(1), Encoding.ASCII.GetBytes(invite.Text));
        _rig.Engine.OnUnreachable(invite.To, "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.100;branch=z9hG4bK1000.1.0\r\n"u8);
        _rig.Engine.OnUnreachable(invite.To, "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.100;branch=z9hG4bKffffffff.ffffffff.3f\r\n"u8);
        var branch = invite.Text.IndexOf("z9hG4bK", StringComparison.Ordinal);
        _rig.Engine.OnUnreachable(invite.To, Encoding.ASCII.GetBytes(invite.Text[..(branch + 12)]));
        _rig.Engine.OnUnreachable(invite.To, default);
        _rig.Advance(10);
        Assert.That(_rig.Log.Since, Is.Empty);
    }

    [Test]
    public void Large_request_that_its_server_refuses_over_tcp_is_not_sent_to_it_again()
    {
        var stream = new ListenSocket(1, new SipEndpoint(TransportProtocol.Tcp, System.Net.IPAddress.Parse("192.0.2.100"), 5060));
        _rig.Engine.SocketFor = (to, preferred) => to.Protocol == TransportProtocol.Tcp ? stream : preferred;
        _rig.Engine.StreamAbove = 100;
        _rig.Relay("INVITE");
        var invite = _rig.Log.All[^1];
        Assert.That(invite.To.Protocol, Is.EqualTo(TransportProtocol.Tcp));
        _rig.Mark();

        _rig.Answer(invite, 503, _rig.Context);

        Assert.That(_rig.ToCallee(), Is.Empty);
        Assert.That(_rig.ToClient, Is.EqualTo(["0 500 INVITE"]));
        _rig.ExpectAllReleased();
    }

    private sealed class UnreachableList : IDestinationResolver
    {
        public List<SipEndpoint> Reported { get; } = [];

        public ResolveStatus Resolve(ReadOnlySpan<byte> host, int port, TransportProtocol protocol, out SipEndpoint endpoint, out ResolvedTargets? targets,
            IResolutionWaiter? waiter, long ticket) => throw new NotSupportedException();

        public void ReportUnreachable(in SipEndpoint target) => Reported.Add(target);
    }
}
