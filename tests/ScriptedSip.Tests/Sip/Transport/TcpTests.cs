using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transport;

/// <summary>Streams over real sockets on the loopback interface.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TcpTests : IDisposable
{
    private const int PatienceMilliseconds = 10_000;

    private readonly List<IDisposable> _open = [];
    private readonly BlockingCollection<(string Text, SipEndpoint Source)> _messages = [];
    private readonly BlockingCollection<long> _failures = [];
    private readonly SipCounters _counters = new();
    private readonly MessageBufferPool _buffers = new();
    private readonly HandClock _clock = new();
    private ConnectionTable _connections = null!;
    private IPacketSink _sink = null!;
    private ListenSocket _local = null!;

    public void Dispose()
    {
        foreach (var item in _open)
            item.Dispose();
        _open.Clear();
    }

    [Test] // RFC 3261 18.3
    public void Message_split_at_every_byte_arrives_whole([Values(1, 2, 3, 7)] int step)
    {
        Listen();
        using var client = Connect();
        var message = Message("split", body: "v=0\r\n\r\nm=audio");
        for (var i = 0; i < message.Length; i += step)
            client.Send(message.AsSpan(i, Math.Min(step, message.Length - i)));
        Assert.That(NextMessage().Text, Is.EqualTo(Encoding.UTF8.GetString(message)));
    }

    [Test]
    public void Messages_sent_together_arrive_one_by_one_in_order()
    {
        Listen();
        using var client = Connect();
        byte[] bytes = [.. Message("one"), .. Message("two", "body"), .. "\r\n"u8, .. Message("three")];
        client.Send(bytes.AsSpan(0, bytes.Length - 10));
        client.Send(bytes.AsSpan(bytes.Length - 10));
        foreach (var name in (string[])["one", "two", "three"])
            Assert.That(NextMessage().Text, Does.StartWith($"OPTIONS sip:{name}@"));
    }

    [Test]
    public void Message_larger_than_the_first_buffer_arrives_whole()
    {
        Listen();
        using var client = Connect();
        var message = Message("large", new string('x', 40_000));
        client.Send(message);
        Assert.That(NextMessage().Text, Has.Length.EqualTo(message.Length));
    }

    [Test]
    public void Message_beyond_the_limit_ends_the_connection()
    {
        Listen(new StreamLimits { MaxMessageBytes = 8 * 1024 });
        using var client = Connect();
        TrySend(client, Encoding.ASCII.GetBytes("OPTIONS sip:a@b SIP/2.0\r\nSubject: " + new string('x', 20_000)));
        Assert.That(IsClosed(client), Is.True);
        Assert.That(_messages, Is.Empty);
    }

    [TestCase("-1")]
    [TestCase("many")]
    [TestCase("99999999")]
    public void Message_of_unreadable_length_can_still_be_answered_before_the_end(string contentLength)
    {
        Listen();
        _connections.Consumer = new Refuser(this);
        using var client = Connect();
        client.Send(Encoding.ASCII.GetBytes($"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: {contentLength}\r\n\r\n" + new string('x', 100_000)));
        Assert.That(ReadText(client, 10), Is.EqualTo("400"));
        client.Shutdown(SocketShutdown.Send);
        AwaitCount(0);
    }

    [Test] // RFC 5626 4.4.1
    public void Double_crlf_is_answered_with_one()
    {
        Listen();
        using var client = Connect();
        client.Send("\r\n\r\n"u8);
        var answer = new byte[10];
        Assert.That(client.Receive(answer), Is.EqualTo(2));
        Assert.That(answer.AsSpan(0, 2).SequenceEqual("\r\n"u8), Is.True);
        Assert.That(_counters[Counter.KeepAlives], Is.EqualTo(1));
    }

    [Test]
    public void Reply_leaves_by_the_connection_the_request_came_over()
    {
        Listen();
        using var first = Connect();
        using var second = Connect();
        first.Send(Message("first"));
        var source = NextMessage().Source;
        second.Send(Message("second"));
        NextMessage();

        Send(source, "reply");

        Assert.That(ReadText(first, 5), Is.EqualTo("reply"));
        Assert.That(second.Available, Is.Zero);
        Assert.That(source.Port, Is.EqualTo(((IPEndPoint)first.LocalEndPoint!).Port));
    }

    [Test]
    public void Packets_before_the_connection_is_made_wait_and_share_it()
    {
        Listen();
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        var to = new SipEndpoint(TransportProtocol.Tcp, IPAddress.Loopback, ((IPEndPoint)peer.LocalEndpoint).Port);

        Send(to, "one ");
        Send(to, "two ");
        using var accepted = peer.AcceptSocket();
        accepted.ReceiveTimeout = PatienceMilliseconds;
        Send(to, "three");

        Assert.That(ReadText(accepted, 13), Is.EqualTo("one two three"));
        Assert.That(_connections.Count, Is.EqualTo(1));
        accepted.Send(Message("back"));
        Assert.That(NextMessage().Source, Is.EqualTo(to));
    }

    [Test] // RFC 3261 18.4
    public void Connection_that_cannot_be_made_fails_every_packet_that_waits()
    {
        Listen();
        var nobody = TcpPort.Claim(new SipEndpoint(TransportProtocol.Tcp, IPAddress.Loopback, 0));
        _sink.Send([Packet(nobody, "one", 1), Packet(nobody, "two", 2)]);
        Assert.That(new[] { NextFailure(), NextFailure() }, Is.EquivalentTo(new[] { 1L, 2L }));
        Assert.That(_counters[Counter.SendErrors], Is.EqualTo(2));
        Assert.That(_connections.Count, Is.Zero);
    }

    [Test] // RFC 3261 18.2.2
    public void Way_back_over_a_closed_connection_is_a_new_one_to_the_port_of_sent_by()
    {
        Listen();
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        SipEndpoint source;
        using (var client = Connect())
        {
            client.Send(Message("gone"));
            source = NextMessage().Source;
        }
        SpinWait.SpinUntil(() => _connections.Count == 0, PatienceMilliseconds);
        Send(source.WithPort(((IPEndPoint)peer.LocalEndpoint).Port), "reply");
        using var accepted = peer.AcceptSocket();
        accepted.ReceiveTimeout = PatienceMilliseconds;
        Assert.That(ReadText(accepted, 5), Is.EqualTo("reply"));
    }

    [Test] // RFC 3261 18.2.2, 18.4
    public void Way_back_fails_when_nobody_listens_at_the_port_of_sent_by()
    {
        Listen();
        SipEndpoint source;
        using (var client = Connect())
        {
            client.Send(Message("gone"));
            source = NextMessage().Source;
        }
        SpinWait.SpinUntil(() => _connections.Count == 0, PatienceMilliseconds);
        Send(source, "reply", ticket: 7);
        Assert.That(NextFailure(), Is.EqualTo(7));
    }

    [Test] // RFC 3261 18.2.2
    public void Reply_that_waits_on_a_connection_that_is_reset_goes_to_the_port_of_sent_by()
    {
        Listen();
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        using var client = Connect();
        client.Send(Message("deaf"));
        var source = NextMessage().Source.WithPort(((IPEndPoint)peer.LocalEndpoint).Port);
        var text = new string('x', 50_000);
        for (var i = 0; i < 1000 && _failures.Count == 0; i++)
            Send(source, text, ticket: 1);
        Assert.That(NextFailure(), Is.EqualTo(1), "the queue is full");

        client.LingerState = new LingerOption(true, 0);
        client.Close();

        using var accepted = peer.AcceptSocket();
        accepted.ReceiveTimeout = PatienceMilliseconds;
        Assert.That(ReadText(accepted, 50_000), Is.EqualTo(text));
    }

    [Test] // RFC 3261 18.4
    public void Request_that_a_reset_may_have_swallowed_is_reported()
    {
        Listen();
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        Send(new SipEndpoint(TransportProtocol.Tcp, IPAddress.Loopback, ((IPEndPoint)peer.LocalEndpoint).Port), "request", ticket: 9);
        using var accepted = peer.AcceptSocket();
        accepted.ReceiveTimeout = PatienceMilliseconds;
        Assert.That(ReadText(accepted, 7), Is.EqualTo("request"));
        accepted.LingerState = new LingerOption(true, 0);
        accepted.Close();
        Assert.That(NextFailure(), Is.EqualTo(9));
    }

    [Test] // RFC 5923 5
    public void Alias_leads_to_the_connection_until_it_ends_and_cannot_be_taken_over()
    {
        Listen();
        using var first = Connect();
        using var second = Connect();
        first.Send(Message("first"));
        var one = NextMessage().Source;
        second.Send(Message("second"));
        var two = NextMessage().Source;

        Assert.That(_connections.AddAlias(one, 5099), Is.True);
        Assert.That(_connections.AddAlias(one, 5099), Is.True, "again");
        Assert.That(_connections.AddAlias(two, 5099), Is.False, "another's");
        Send(one.WithPort(5099).WithConnection(0), "hello");
        Assert.That(ReadText(first, 5), Is.EqualTo("hello"));

        first.Close();
        AwaitCount(1);
        Assert.That(_connections.AddAlias(one, 5099), Is.False, "gone");
        Assert.That(_connections.AddAlias(two, 5099), Is.True);
        Send(one.WithPort(5099).WithConnection(0), "again");
        Assert.That(ReadText(second, 5), Is.EqualTo("again"));
    }

    [Test]
    public void Aliases_of_one_connection_are_few()
    {
        Listen();
        using var client = Connect();
        client.Send(Message("greedy"));
        var source = NextMessage().Source;
        Assert.That(Enumerable.Range(6000, 100).Count(port => _connections.AddAlias(source, port)), Is.EqualTo(8));
        Assert.That(_connections.AddAlias(source, 0), Is.False);
        Assert.That(_connections.AddAlias(source, 65536), Is.False);
    }

    [Test]
    public void Nothing_is_connected_when_only_peers_may_connect()
    {
        Listen(new StreamLimits { MayConnect = false });
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        Send(new SipEndpoint(TransportProtocol.Tcp, IPAddress.Loopback, ((IPEndPoint)peer.LocalEndpoint).Port), "no", ticket: 4);
        Assert.That(NextFailure(), Is.EqualTo(4));
        Assert.That(peer.Pending(), Is.False);
    }

    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public void Connection_serves_other_local_addresses_unless_they_must_match(bool mustMatch, int connections)
    {
        Listen(new StreamLimits { MatchesLocalAddress = mustMatch });
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        var to = new SipEndpoint(TransportProtocol.Tcp, IPAddress.Loopback, ((IPEndPoint)peer.LocalEndpoint).Port);
        var other = Packet(to, "two", 0);
        other.From = new ListenSocket(1, new SipEndpoint(TransportProtocol.Tcp, IPAddress.Parse("127.0.0.2"), 5060));
        Send(to, "one");
        _sink.Send([other]);
        other.Bytes.Release();
        Assert.That(_connections.Count, Is.EqualTo(connections));
    }

    [Test]
    public void Ping_is_not_answered_when_that_is_switched_off()
    {
        Listen(new StreamLimits { AnswersPings = false });
        using var client = Connect();
        client.Send("\r\n\r\n"u8);
        client.Send(Message("after"));
        Send(NextMessage().Source, "reply");
        Assert.That(ReadText(client, 5), Is.EqualTo("reply"));
        Assert.That(_counters[Counter.KeepAlives], Is.EqualTo(1));
    }

    [Test]
    public void Thousand_requests_in_one_go_arrive_in_order()
    {
        Listen();
        using var client = Connect();
        client.Send(Enumerable.Range(0, 1000).SelectMany(i => Message($"n{i}")).ToArray());
        for (var i = 0; i < 1000; i++)
            Assert.That(NextMessage().Text, Does.StartWith($"OPTIONS sip:n{i}@"));
    }

    [Test]
    public void Peers_are_served_over_ipv6_too()
    {
        Listen(new StreamLimits { KeepAlive = new KeepAliveProbes(60, 10, 3) }, IPAddress.IPv6Loopback);
        using var client = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = PatienceMilliseconds };
        client.Connect(IPAddress.IPv6Loopback, _local.Endpoint.Port);
        client.Send(Message("six"));
        var (text, source) = NextMessage();
        Assert.That(text, Does.Contain("six"));
        Assert.That(source.ToIPAddress(), Is.EqualTo(IPAddress.IPv6Loopback));
        Send(source, "reply");
        Assert.That(ReadText(client, 5), Is.EqualTo("reply"));
    }

    [Test]
    public void Flood_of_pings_whose_answers_nobody_reads_is_survived()
    {
        Listen(new StreamLimits { MaxQueuedBytes = 10_000 });
        using var client = Connect();
        client.ReceiveBufferSize = 2048;
        var pings = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("\r\n\r\n", 50_000)));
        client.Send(pings);
        client.Send(Message("after"));
        Assert.That(NextMessage().Text, Does.Contain("after"));
        Assert.That(_counters[Counter.KeepAlives], Is.EqualTo(50_000));
    }

    [Test]
    public void Peer_that_does_not_read_costs_no_more_than_the_limit()
    {
        Listen(new StreamLimits { MaxQueuedBytes = 100_000, MayConnect = false });
        using var client = Connect();
        client.Send(Message("deaf"));
        var source = NextMessage().Source;
        var text = new string('x', 50_000);
        // The kernel takes some megabytes; then the queue fills and refuses.
        for (var i = 0; i < 1000 && _failures.Count == 0; i++)
            Send(source, text, ticket: 1);
        Assert.That(_failures, Is.Not.Empty);
        // Another peer is served all the same.
        using var other = Connect();
        other.Send(Message("other"));
        Assert.That(NextMessage().Text, Does.Contain("other"));
        // And the one that is stuck is given up in the end.
        _clock.Milliseconds += _connections.Limits.SendMilliseconds;
        _connections.CloseStale();
        Assert.That(_connections.Count, Is.EqualTo(1));
    }

    [Test]
    public void Connections_beyond_the_limit_are_closed_at_once()
    {
        Listen(new StreamLimits { MaxConnections = 3, MaxConnectionsPerAddress = 2 });
        using var first = Connect();
        using var second = Connect();
        AwaitCount(2);
        using var third = Connect();
        Assert.That(IsClosed(third), Is.True, "too many of one address");
        using var fromElsewhere = Connect("127.0.0.2");
        AwaitCount(3);
        using var alsoFromElsewhere = Connect("127.0.0.3");
        Assert.That(IsClosed(alsoFromElsewhere), Is.True, "too many in all");
        Assert.That(_counters[Counter.ConnectionsRefused], Is.EqualTo(2));

        first.Dispose();
        AwaitCount(2);
        using var again = Connect();
        AwaitCount(3);
    }

    [Test]
    public void Silent_connection_is_closed_after_its_lifetime()
    {
        Listen(new StreamLimits { IdleMilliseconds = 60_000 });
        using var client = Connect();
        AwaitCount(1);
        _clock.Milliseconds += 59_999;
        _connections.CloseStale();
        Assert.That(_connections.Count, Is.EqualTo(1));
        _clock.Milliseconds += 1;
        _connections.CloseStale();
        Assert.That(IsClosed(client), Is.True);
    }

    [Test]
    public void Message_that_trickles_in_too_slowly_ends_the_connection()
    {
        Listen(new StreamLimits { StallMilliseconds = 20_000 });
        using var client = Connect();
        client.Send(Message("first"));
        NextMessage();
        client.Send("OPTIONS sip:a@b SIP/2.0\r\n"u8);
        // The answer to a ping would show that the bytes have been read; within a message there is none, so look at the table instead.
        var closed = SpinWait.SpinUntil(() =>
        {
            client.Send("A: b\r\n"u8);
            _clock.Milliseconds += 1000;
            _connections.CloseStale();
            return _connections.Count == 0;
        }, PatienceMilliseconds);
        Assert.That(closed, Is.True);
    }

    [Test]
    public void Table_that_is_disposed_closes_and_refuses()
    {
        Listen();
        using var client = Connect();
        AwaitCount(1);
        _connections.Dispose();
        Assert.That(IsClosed(client), Is.True);
        Send(_local.Endpoint, "late", ticket: 3);
        Assert.That(NextFailure(), Is.EqualTo(3));
    }

    private void Listen(StreamLimits? limits = null, IPAddress? address = null)
    {
        _local = new ListenSocket(0, TcpPort.Claim(new SipEndpoint(TransportProtocol.Tcp, address ?? IPAddress.Loopback, 0)));
        _connections = new ConnectionTable(limits ?? new StreamLimits(), _counters, _buffers, _clock) { Consumer = new Consumer(_messages) };
        var layer = new TransportLayer(new SocketTable([_local]), _counters, _connections) { Failures = new Recorder(_failures) };
        _sink = layer.NewSink();
        var port = TcpPort.Open(_local, _connections);
        _open.AddRange([port, _connections]);
        port.Start();
    }

    private Socket Connect(string from = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = PatienceMilliseconds, NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        socket.Connect(_local.Endpoint.ToIPAddress(), _local.Endpoint.Port);
        return socket;
    }

    private void AwaitCount(int count) =>
        Assert.That(SpinWait.SpinUntil(() => _connections.Count == count, PatienceMilliseconds), Is.True, $"{_connections.Count} connections, not {count}");

    private (string Text, SipEndpoint Source) NextMessage() =>
        _messages.TryTake(out var message, PatienceMilliseconds) ? message : throw new TimeoutException("No message came.");

    private long NextFailure() =>
        _failures.TryTake(out var ticket, PatienceMilliseconds) ? ticket : throw new TimeoutException("No failure was reported.");

    private void Send(in SipEndpoint to, string text, long ticket = 0)
    {
        var packet = Packet(to, text, ticket);
        _sink.Send([packet]);
        packet.Bytes.Release();
    }

    private OutboundPacket Packet(in SipEndpoint to, string text, long ticket)
    {
        var bytes = _buffers.Rent(text.Length);
        bytes.Length = Encoding.UTF8.GetBytes(text, bytes.Bytes);
        return new OutboundPacket { From = _local, To = to, Bytes = bytes, Ticket = ticket };
    }

    private static byte[] Message(string name, string body = "") => Encoding.UTF8.GetBytes(
        $"OPTIONS sip:{name}@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static string ReadText(Socket socket, int length)
    {
        var bytes = new byte[length];
        var read = 0;
        while (read < length && socket.Receive(bytes, read, length - read, SocketFlags.None) is var count and > 0)
            read += count;
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    private static void TrySend(Socket socket, byte[] bytes)
    {
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
            // Closed while sending: what the test is about.
        }
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted;
        }
    }

    private sealed class Consumer(BlockingCollection<(string, SipEndpoint)> messages) : IStreamConsumer
    {
        public void OnMessage(byte[] buffer, int length, in SipEndpoint source, ListenSocket local, IMessageStream stream) =>
            messages.Add((Encoding.UTF8.GetString(buffer, 0, length), source));
    }

    private sealed class Refuser(TcpTests test) : IStreamConsumer
    {
        public void OnMessage(byte[] buffer, int length, in SipEndpoint source, ListenSocket local, IMessageStream stream) => test.Send(source, "400");
    }

    private sealed class Recorder(BlockingCollection<long> tickets) : ISendFailureSink
    {
        public void OnSendFailed(long ticket) => tickets.Add(ticket);
    }

    private sealed class HandClock : IClock
    {
        private long _milliseconds = 1000;

        public long Milliseconds
        {
            get => Volatile.Read(ref _milliseconds);
            set => Volatile.Write(ref _milliseconds, value);
        }

        public DateTimeOffset UtcNow => DateTimeOffset.UnixEpoch.AddMilliseconds(Milliseconds);
    }
}
