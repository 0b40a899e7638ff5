using NUnit.Framework;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Modules.Core;

/// <summary>RFC 3261 16.11: a stateless proxy.</summary>
[TestFixture]
internal sealed class ForwardingActionsTests
{
    private ModuleBench _bench = null!;
    private ForwardingActions _actions = null!;

    [SetUp]
    public void StartModules()
    {
        _bench = new ModuleBench();
        _actions = _bench.Start(new ForwardingActions());
    }

    [Test]
    public void Forward_to_a_host_puts_our_Via_on_top()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_actions.Forward(frame, ModuleBench.Text("198.51.100.7"), ModuleBench.Text("5090")).Code, Is.EqualTo(1));
        var lines = _bench.OnlySent.Split("\r\n");
        Assert.That(lines[0], Is.EqualTo("INVITE sip:bob@example.com:5070;transport=tcp SIP/2.0"));
        Assert.That(lines[1], Does.Match(@"^Via: SIP/2\.0/UDP 10\.0\.0\.1;branch=z9hG4bK[0-9a-f]{1,16}\.0$"));
        Assert.That(lines[2], Does.StartWith("Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKabc"));
        Assert.That(_bench.OnlySent, Does.Contain("Max-Forwards: 70\r\n"));
        Assert.That(_bench.Sent[0].To, Is.EqualTo(ModuleBench.Endpoint("198.51.100.7", 5090)));
        Assert.That(_bench.Sent[0].From, Is.SameAs(_bench.Sockets.All[0]));
        Assert.That(frame.Handled, Is.True);
    }

    [Test]
    public void Transport_of_the_function_counts_more_than_that_of_the_uri()
    {
        _bench = new ModuleBench(withTcp: true);
        _actions = _bench.Start(new ForwardingActions());
        var (host, port) = (ModuleBench.Text("198.51.100.7"), ModuleBench.Text("5090"));
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.NewUri = ModuleBench.Text("sip:bob@198.51.100.8;transport=tcp");
        Assert.That((_actions.ForwardUdp(frame).Code, _actions.ForwardUdp(frame, host).Code, _actions.ForwardUdp(frame, host, port).Code), Is.EqualTo((1, 1, 1)));
        frame.NewUri = ModuleBench.Text("sip:bob@198.51.100.8");
        Assert.That((_actions.ForwardTcp(frame).Code, _actions.ForwardTcp(frame, host).Code, _actions.ForwardTcp(frame, host, port).Code), Is.EqualTo((1, 1, 1)));
        Assert.That((_actions.ForwardTls(frame).Code, _actions.ForwardTls(frame, host).Code, _actions.ForwardTls(frame, host, port).Code), Is.EqualTo((-1, -1, -1)), "nothing listens there");
        _bench.Context.Outbox.Flush();
        SipEndpoint[] udp = [ModuleBench.Endpoint("198.51.100.8", 5060), ModuleBench.Endpoint("198.51.100.7", 5060), ModuleBench.Endpoint("198.51.100.7", 5090)];
        Assert.That(_bench.Sent.Select(packet => packet.To), Is.EqualTo(udp.Concat(udp.Select(to => to.WithProtocol(TransportProtocol.Tcp)))));
    }

    [Test]
    public void Sent_as_received_has_no_Via_of_ours()
    {
        _bench = new ModuleBench(withTcp: true);
        _actions = _bench.Start(new ForwardingActions());
        var frame = _bench.Receive(ModuleBench.Invite);
        var (host, port) = (ModuleBench.Text("198.51.100.7"), ModuleBench.Text("5090"));
        Assert.That((_actions.Send(frame, host).Code, _actions.Send(frame, host, port).Code), Is.EqualTo((1, 1)));
        Assert.That((_actions.SendTcp(frame, host).Code, _actions.SendTcp(frame, host, port).Code), Is.EqualTo((1, 1)));
        _bench.Context.Outbox.Flush();
        SipEndpoint[] udp = [ModuleBench.Endpoint("198.51.100.7", 5060), ModuleBench.Endpoint("198.51.100.7", 5090)];
        Assert.That(_bench.Sent.Select(packet => packet.To), Is.EqualTo(udp.Concat(udp.Select(to => to.WithProtocol(TransportProtocol.Tcp)))));
        Assert.That(_bench.Sent.Select(packet => packet.Text), Is.All.EqualTo(ModuleBench.Invite));
    }

    [Test] // RFC 3261 18.1.1
    public void Large_request_goes_over_tcp_unless_tcp_failed_a_moment_ago([Values] bool hasFailed)
    {
        _bench = new ModuleBench(withTcp: true, new ScriptSettings { UdpMtu = 300, LargeRequestsTryTcp = true });
        _actions = _bench.Start(new ForwardingActions());
        var datagram = ModuleBench.Endpoint("198.51.100.7", 5090);
        var stream = datagram.WithProtocol(TransportProtocol.Tcp);
        if (hasFailed)
            _bench.Resolver.Unreachable.Add(stream);
        _actions.Forward(_bench.Receive(ModuleBench.Invite), ModuleBench.Text("198.51.100.7"), ModuleBench.Text("5090"));
        Assert.That(_bench.OnlySent.Split("\r\n")[1], Does.StartWith(hasFailed ? "Via: SIP/2.0/UDP 10.0.0.1;" : "Via: SIP/2.0/TCP 10.0.0.1;"));
        Assert.That(_bench.Sent[0].To, Is.EqualTo(hasFailed ? datagram : stream));
    }

    [Test]
    public void Forward_without_arguments_prefers_the_next_hop_to_the_Request_URI()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.NewUri = ModuleBench.Text("sip:bob@198.51.100.8");
        _actions.Forward(frame);
        frame.DestinationUri = ModuleBench.Text("sip:198.51.100.9:6000");
        _actions.Forward(frame);
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent[0].To, Is.EqualTo(ModuleBench.Endpoint("198.51.100.8", 5060)));
        Assert.That(_bench.Sent[1].To, Is.EqualTo(ModuleBench.Endpoint("198.51.100.9", 6000)));
        Assert.That(_bench.Sent[1].Text, Does.StartWith("INVITE sip:bob@198.51.100.8 SIP/2.0\r\n"));
    }

    [Test]
    public void Forward_uri_host_and_port_mean_those_of_the_Request_URI()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.NewUri = ModuleBench.Text("sip:bob@198.51.100.8:5099");
        _actions.Forward(frame, ModuleBench.Text("uri:host"), ModuleBench.Text("uri:port"));
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent[0].To, Is.EqualTo(ModuleBench.Endpoint("198.51.100.8", 5099)));
    }

    // RFC 3261 16.11: the branch must be the same for a retransmission, the CANCEL and the ACK to a failure, and for nothing else.
    [Test]
    public void Branch_is_the_same_for_what_belongs_to_one_transaction()
    {
        var invite = BranchOf(ModuleBench.Invite);
        Assert.That(BranchOf(ModuleBench.Invite), Is.EqualTo(invite));
        Assert.That(BranchOf(WithMethod("ACK")), Is.EqualTo(invite));
        Assert.That(BranchOf(WithMethod("CANCEL")), Is.EqualTo(invite));
        Assert.That(BranchOf(ModuleBench.Invite.Replace("z9hG4bKabc", "z9hG4bKabd", StringComparison.Ordinal)), Is.Not.EqualTo(invite));
        Assert.That(BranchOf(ModuleBench.Invite.Replace("192.0.2.1:5062;b", "192.0.2.1:5063;b", StringComparison.Ordinal)), Is.Not.EqualTo(invite));
    }

    [Test]
    public void Branch_of_a_client_of_RFC_2543_comes_from_the_rest_of_the_request()
    {
        var old = ModuleBench.Invite.Replace(";branch=z9hG4bKabc", ";branch=1", StringComparison.Ordinal);
        var ack = old.Replace("INVITE", "ACK", StringComparison.Ordinal).Replace("To: <sip:bob@example.com>", "To: <sip:bob@example.com>;tag=x", StringComparison.Ordinal);
        Assert.That(BranchOf(ack), Is.EqualTo(BranchOf(old)));
        Assert.That(BranchOf(old.Replace("CSeq: 7", "CSeq: 8", StringComparison.Ordinal)), Is.Not.EqualTo(BranchOf(old)));
        Assert.That(BranchOf(old.Replace("call-1", "call-2", StringComparison.Ordinal)), Is.Not.EqualTo(BranchOf(old)));
    }

    [Test]
    public void Forced_socket_writes_what_it_advertises()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_actions.ForceSendSocket(frame, ModuleBench.Text("10.0.0.2:5070")).Code, Is.EqualTo(1));
        _actions.Forward(frame, ModuleBench.Text("198.51.100.7"));
        Assert.That(_bench.OnlySent, Does.Contain("Via: SIP/2.0/UDP sip.example.com:5070;branch="));
        Assert.That(_bench.Sent[0].From.Index, Is.EqualTo(1));
        Assert.That(_actions.ForceSendSocket(frame, ModuleBench.Text("10.9.9.9")).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Advertised_address_and_port_are_for_this_request_only()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        _actions.SetAdvertisedAddress(frame, ModuleBench.Text("pub.example.com"));
        _actions.SetAdvertisedPort(frame, 6060);
        _actions.Forward(frame, ModuleBench.Text("198.51.100.7"));
        Assert.That(_bench.OnlySent, Does.Contain("Via: SIP/2.0/UDP pub.example.com:6060;branch="));
        Assert.That(_bench.Sent[0].From.Endpoint, Is.EqualTo(_bench.Sockets.All[0].Endpoint));
        Assert.That(_actions.SetAdvertisedPort(frame, 0).Code, Is.EqualTo(-1));
    }

    // RFC 3581 3: an empty rport asks for the answer to the port seen.
    [Test]
    public void Add_local_rport_puts_one_empty_rport_into_our_Via()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        _actions.AddLocalRport(frame);
        _actions.AddLocalRport(frame);
        _actions.Forward(frame, ModuleBench.Text("198.51.100.7"));
        Assert.That(_bench.OnlySent.Split("\r\n")[1], Does.EndWith(";rport"));
        Assert.That(_bench.OnlySent.Split("\r\n")[1].Split("rport"), Has.Length.EqualTo(2));
    }

    // RFC 3581 4: received and rport are written into the topmost Via of the client.
    [Test]
    public void Force_rport_stamps_the_Via_of_the_client()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        _actions.ForceRport(frame);
        _actions.Forward(frame, ModuleBench.Text("198.51.100.7"));
        var via = _bench.OnlySent.Split("\r\n")[2];
        Assert.That(via, Does.Contain("received=192.0.2.1").And.Contain("rport=5062"));
    }

    [TestCase("no.such.invalid", 478)]
    [TestCase("", 478)]
    public void Forward_to_nowhere_sets_the_error(string host, int error)
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_actions.Forward(frame, ModuleBench.Text(host)).Code, Is.EqualTo(-1));
        Assert.That(frame.ErrorCode, Is.EqualTo(error));
        Assert.That(frame.Handled, Is.False);
    }

    [Test]
    public void Forward_over_a_transport_unknown_here_leads_nowhere()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.NewUri = ModuleBench.Text("sip:bob@198.51.100.8;transport=ws");
        Assert.That(_actions.Forward(frame).Code, Is.EqualTo(-1));
        Assert.That(frame.ErrorCode, Is.EqualTo(478));
    }

    [Test]
    public void Forward_over_a_protocol_nobody_listens_for_sets_the_error()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_actions.ForwardTcp(frame, ModuleBench.Text("198.51.100.7")).Code, Is.EqualTo(-1));
        Assert.That(frame.ErrorCode, Is.EqualTo(477));
    }

    [Test]
    public void Forward_to_a_name_waits_for_its_address()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.NewUri = ModuleBench.Text("sip:carol@slow.example.org");
        frame.Edits.Insert(frame.Message.HeadersEnd, "X-New: 1\r\n"u8);
        Assert.That(_actions.Forward(frame).Code, Is.EqualTo(1));
        var expected = BranchOf(ModuleBench.Invite);
        _bench.Sent.Clear();

        // The message and its buffer are reused before the answer comes.
        Array.Clear(frame.Message.Buffer);
        _bench.Context.Return(frame);
        _bench.Context.Arena.Reset();
        var (waiter, ticket) = _bench.Resolver.Waiting.Single();
        waiter.OnResolved(ticket, new ResolvedTargets([ModuleBench.Endpoint("198.51.100.20", 5062)]));
        Assert.That(_bench.Sent, Is.Empty);
        _bench.RunPeriodic();
        Assert.That(_bench.OnlySent, Does.StartWith("INVITE sip:carol@slow.example.org SIP/2.0\r\n").And.Contain("X-New: 1\r\n\r\nv=0").And.Contain(expected));
        Assert.That(_bench.Sent[0].To, Is.EqualTo(ModuleBench.Endpoint("198.51.100.20", 5062)));
    }

    [Test]
    public void Forward_to_a_name_that_leads_nowhere_is_counted()
    {
        _actions.Forward(_bench.Receive(ModuleBench.Invite), ModuleBench.Text("slow.example.org"));
        var (waiter, ticket) = _bench.Resolver.Waiting.Single();
        waiter.OnResolved(ticket, null);
        _bench.RunPeriodic();
        Assert.That(_bench.Sent, Is.Empty);
        Assert.That(_bench.Counters[Counter.SendErrors], Is.EqualTo(1));
    }

    [Test]
    public void Send_keeps_every_byte()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.Edits.Insert(frame.Message.HeadersEnd, "X-New: 1\r\n"u8);
        Assert.That(_actions.Send(frame, ModuleBench.Text("198.51.100.7"), ModuleBench.Text("5090")).Code, Is.EqualTo(1));
        Assert.That(_bench.OnlySent, Is.EqualTo(ModuleBench.Invite));
    }

    [Test]
    public void Forward_allocates_nothing()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        var host = ModuleBench.Text("198.51.100.7");
        Run(frame, host);
        Run(frame, host);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _actions.Forward(frame, host);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private void Run(Frame frame, Utf8Text host)
    {
        _actions.Forward(frame, host);
        _bench.Context.Outbox.Flush();
    }

    private string BranchOf(string request)
    {
        _bench.Sent.Clear();
        _actions.Forward(_bench.Receive(request), ModuleBench.Text("198.51.100.7"));
        var via = _bench.OnlySent.Split("\r\n")[1];
        _bench.Sent.Clear();
        return via[via.IndexOf("branch=", StringComparison.Ordinal)..];
    }

    private static string WithMethod(string method) => ModuleBench.Invite.Replace("INVITE", method, StringComparison.Ordinal);
}
