using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using ScriptedSip.Script.Api;
using ScriptedSip.Server;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Server;

/// <summary>The server's threads and sockets with something simple in place of SIP.</summary>
internal sealed class WorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Test]
    public void Worker_answers_each_datagram_to_its_source()
    {
        using var server = new EchoServer("udp:127.0.0.1");
        using var client = Client();
        var target = server.Endpoints[0];

        for (var i = 0; i < 100; i++)
            client.SendTo([(byte)i, 1, 2], target);

        var answers = new HashSet<byte>();
        var buffer = new byte[100];
        for (var i = 0; i < 100; i++)
        {
            Assert.That(client.Receive(buffer), Is.EqualTo(3));
            answers.Add(buffer[0]);
        }
        Assert.That(answers, Has.Count.EqualTo(100));
        Assert.That(server.Proxy.Counters[Counter.PacketsSent], Is.EqualTo(100));
    }

    [Test]
    public void Worker_survives_an_exception_and_counts_it()
    {
        using var server = new EchoServer("udp:127.0.0.1");
        using var client = Client();
        var buffer = new byte[100];

        for (var i = 0; i < 20; i++)
            client.SendTo("throw"u8, server.Endpoints[0]);
        client.SendTo("go on"u8, server.Endpoints[0]);

        Assert.That(client.Receive(buffer), Is.EqualTo(5));
        Assert.That(server.Proxy.Counters[Counter.WorkerFailures], Is.EqualTo(20));
    }

    [Test]
    public void Every_address_is_served()
    {
        using var server = new EchoServer("udp:127.0.0.1", "udp:127.0.0.2", "udp:[::1]");
        Assert.That(server.Endpoints, Has.Count.EqualTo(3));
        var buffer = new byte[100];
        foreach (var endpoint in server.Endpoints)
        {
            using var client = Client(endpoint.AddressFamily);
            client.SendTo("hello"u8, endpoint);
            Assert.That(client.Receive(buffer), Is.EqualTo(5));
        }
    }

    [Test]
    public void Second_server_on_the_same_address_is_refused_with_address_and_reason()
    {
        using var server = new EchoServer("udp:127.0.0.1");
        var port = server.Endpoints[0].Port;

        var failure = Assert.Throws<StartFailure>(() => new EchoServer($"udp:127.0.0.1:{port}"));

        Assert.That(failure!.Message, Is.EqualTo($"cannot listen on udp:127.0.0.1:{port}: address already in use"));
    }

    [Test]
    public void Address_of_another_machine_is_refused_with_address_and_reason()
    {
        var failure = Assert.Throws<StartFailure>(() => new EchoServer("udp:192.0.2.1:5060"));
        Assert.That(failure!.Message, Is.EqualTo("cannot listen on udp:192.0.2.1:5060: no interface of this machine has this address"));
    }

    [Test]
    public void Timer_loop_runs_periodic_actions_and_sends_what_they_queue()
    {
        using var server = new EchoServer("udp:127.0.0.1");
        using var client = Client();
        var to = (IPEndPoint)client.LocalEndPoint!;
        server.Proxy.Every(10, context => EchoServer.Send(context, server.Proxy.Sockets.All[0],
            new SipEndpoint(TransportProtocol.Udp, to.Address, to.Port), "tick"u8));
        var buffer = new byte[10];
        for (var i = 0; i < 3; i++)
            Assert.That(client.Receive(buffer), Is.EqualTo(4));
    }

    [Test]
    public void Failed_packet_is_reported_by_its_ticket()
    {
        using var server = new EchoServer("udp:127.0.0.1");
        var failures = new BlockingCollection<long>();
        server.Proxy.Transport.Failures = new Recorder(failures);
        // An IPv6 destination cannot be reached through an IPv4 socket.
        var unreachable = new SipEndpoint(TransportProtocol.Udp, IPAddress.IPv6Loopback, 9);
        server.Proxy.Every(1000, context => EchoServer.Send(context, server.Proxy.Sockets.All[0], unreachable, "lost"u8, ticket: 42));

        Assert.That(failures.TryTake(out var ticket, Patience), Is.True);

        Assert.That(ticket, Is.EqualTo(42));
        Assert.That(server.Proxy.Counters[Counter.SendErrors], Is.EqualTo(1));
    }

    private static Socket Client(AddressFamily family = AddressFamily.InterNetwork)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        return socket;
    }

    private sealed class Recorder(BlockingCollection<long> tickets) : ISendFailureSink
    {
        public void OnSendFailed(long ticket) => tickets.Add(ticket);
    }

    /// <summary>Sends back what it gets; throws on "throw".</summary>
    private sealed class EchoServer : IMessageSink, IDisposable
    {
        private readonly ConsoleLog _log;

        public EchoServer(params string[] listen)
        {
            _log = new ConsoleLog(Stream.Null, color: false) { Threshold = (int)LogLevel.Critical };
            Proxy = new ProxyServer([.. listen.Select(text => CommandLine.ParseListen(text)!)], new ScriptSettings { Port = 0 }, _log);
            Proxy.Prepare(this);
            Proxy.Start(() => 0);
        }

        public ProxyServer Proxy { get; }

        public IReadOnlyList<IPEndPoint> Endpoints =>
            [.. Proxy.Sockets.All.Select(s => new IPEndPoint(s.Endpoint.ToIPAddress(), s.Endpoint.Port))];

        public void Process(ScriptContext context, byte[] buffer, int length, in SipEndpoint source, ListenSocket local)
        {
            var text = buffer.AsSpan(0, length);
            if (text.SequenceEqual("throw"u8))
                throw new InvalidOperationException("asked for");
            Send(context, local, source, text);
        }

        public void OnTimer(ScriptContext context) { }

        public long NextDue => long.MaxValue;

        public void OnWait(Frame frame) { }

        public static void Send(ScriptContext context, ListenSocket from, in SipEndpoint to, ReadOnlySpan<byte> text, long ticket = 0)
        {
            var bytes = context.Buffers.Rent(text.Length);
            text.CopyTo(bytes.Bytes);
            bytes.Length = text.Length;
            context.Outbox.Add(from, to, bytes, ticket);
            bytes.Release();
        }

        public void Dispose()
        {
            Proxy.Stop();
            Proxy.Dispose();
            _log.Dispose();
        }
    }
}
