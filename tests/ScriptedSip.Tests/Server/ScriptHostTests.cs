using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using ScriptedSip.Modules;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Server;

/// <summary>The whole program but for the language: real sockets, real modules, and a script made by hand.</summary>
internal sealed class ScriptHostTests
{
    private const int PatienceMilliseconds = 10_000;

    [Test]
    public void Request_over_udp_runs_the_script_which_answers_it()
    {
        using var server = new RunningServer();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Client.ReceiveTimeout = PatienceMilliseconds;

        client.Send(Options("UDP", "a"), server.Udp);
        IPEndPoint? from = null;
        var reply = Encoding.UTF8.GetString(client.Receive(ref from));

        Assert.That(reply, Does.StartWith("SIP/2.0 200 Fine\r\n").And.Contain("Call-ID: a\r\n"));
        Assert.That(from, Is.EqualTo(server.Udp));
        Assert.That(server.Seen.Take(), Is.EqualTo("a"));
    }

    [Test]
    public void Requests_over_tcp_are_answered_over_their_connection()
    {
        using var server = new RunningServer();
        using var client = new TcpClient { ReceiveTimeout = PatienceMilliseconds };
        client.Connect(server.Tcp);

        client.Client.Send([.. Options("TCP", "a"), .. Options("TCP", "b")]);
        using var reader = new StreamReader(client.GetStream());
        var calls = new List<string>();
        while (calls.Count < 2)
        {
            if (reader.ReadLine() is { } line && line.StartsWith("Call-ID: ", StringComparison.Ordinal))
                calls.Add(line);
        }

        Assert.That(calls, Is.EqualTo(new[] { "Call-ID: a", "Call-ID: b" }));
    }

    [Test]
    public void Message_that_breaks_the_grammar_is_refused_before_the_script()
    {
        using var server = new RunningServer();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Client.ReceiveTimeout = PatienceMilliseconds;

        client.Send(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Options("UDP", "a")).Replace("1 OPTIONS", "x OPTIONS", StringComparison.Ordinal)), server.Udp);
        IPEndPoint? from = null;

        Assert.That(Encoding.UTF8.GetString(client.Receive(ref from)), Does.StartWith("SIP/2.0 400 "));
        Assert.That(server.Seen, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Fault_while_a_request_is_processed_is_answered_500_counted_and_leaves_nothing_behind(bool hasTransaction)
    {
        var tm = (TmModule)ModuleTable.Create("tm")!;
        using var server = new RunningServer(frame =>
        {
            if (hasTransaction)
                tm.NewTransaction(frame);
            throw new InvalidOperationException("as asked");
        }, tm);
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Client.ReceiveTimeout = PatienceMilliseconds;
        IPEndPoint? from = null;

        for (var i = 0; i < 3; i++)
        {
            // The same request again finds its transaction in nobody's hands: it is absorbed, and the reply sent again.
            client.Send(Options("UDP", "a"), server.Udp);
            Assert.That(Encoding.UTF8.GetString(client.Receive(ref from)), Does.StartWith("SIP/2.0 500 "));
        }

        Assert.That(server.Failures, Is.EqualTo(hasTransaction ? 1 : 3));
        Assert.That(server.Transactions, Is.EqualTo(hasTransaction ? 1 : 0));
        server.Forgive();
    }

    private static byte[] Options(string transport, string callId) => Encoding.UTF8.GetBytes(
        $"OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:1;rport;branch=z9hG4bK{callId}\r\nMax-Forwards: 70\r\n"
        + $"From: <sip:a@b>;tag=1\r\nTo: <sip:x@b>\r\nCall-ID: {callId}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
}
