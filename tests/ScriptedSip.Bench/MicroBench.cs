using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Bench;

/// <summary>Costs of the hot path's pieces, each as nanoseconds and bytes allocated per operation: the median of several rounds after a warm-up.</summary>
internal static class MicroBench
{
    private const int Rounds = 7;

    private static readonly byte[] Invite = Encoding.ASCII.GetBytes(
        "INVITE sip:bob@127.0.0.1:5060 SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 127.0.0.2:6060;branch=z9hG4bK-4242-1-0;rport\r\n" +
        "Max-Forwards: 70\r\n" +
        "From: \"Alice\" <sip:alice@127.0.0.2:6060>;tag=4242SIPpTag001\r\n" +
        "To: <sip:bob@127.0.0.1:5060>\r\n" +
        "Call-ID: 1-4242@127.0.0.2\r\n" +
        "CSeq: 1 INVITE\r\n" +
        "Contact: <sip:alice@127.0.0.2:6060>\r\n" +
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, REFER\r\n" +
        "Supported: replaces, timer\r\n" +
        "User-Agent: BenchPhone/1.0\r\n" +
        "Content-Type: application/sdp\r\n" +
        "Content-Length: 129\r\n\r\n" +
        "v=0\r\no=- 20518 0 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n");

    public static int Run()
    {
        var local = new ListenSocket(0, new SipEndpoint(TransportProtocol.Udp, IPAddress.Loopback, 5060));
        var message = new SipMessage { Local = local, Source = new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse("127.0.0.2"), 6060) };
        var edits = new MessageEdits();
        var output = new byte[4096];

        Measure("parse INVITE", 200_000, () => MessageParser.Parse(message, Invite, Invite.Length, isStream: false));
        message.Stamp = ViaStamps.For(message);
        Measure("transaction key", 500_000, () => TransactionKey.Of(message));
        Measure("relay edit: 3 edits, own Via, stamp", 200_000, () =>
        {
            edits.Clear();
            edits.Replace(message.FirstValue(HeaderId.MaxForwards), "69"u8);
            edits.Insert(message.Header(0).Line.Offset, "Record-Route: <sip:127.0.0.1;lr=on;ftag=4242SIPpTag001>\r\n"u8);
            edits.Insert(message.HeadersEnd, "X-Bench: 1\r\n"u8);
            var writer = new SpanWriter(output);
            MessageWriter.WriteRequest(ref writer, message, edits, default, local, "z9hG4bK1000.12345678.0"u8, default);
        });
        Measure("stateless reply", 200_000, () =>
        {
            Span<byte> tag = stackalloc byte[ReplyTags.Length];
            ReplyTags.Write(message, tag);
            var writer = new SpanWriter(output);
            ReplyBuilder.Write(ref writer, message, 200, "OK"u8, tag);
        });
        ScriptRun("OPTIONS from bytes to answer", ScriptBench.Answer);
        ScriptRun("the same behind 200 statements", ScriptBench.TwoHundredStatements);
        TransactionLife(message);
        TimerStartStop();
        return 0;
    }

    private static void ScriptRun(string name, string script)
    {
        using var bench = new ScriptBench(script);
        Measure(name, 50_000, bench.Run);
        if (bench.Sent != 50_000 * (Rounds + 1))
            throw new InvalidOperationException("the script did not answer");
    }

    private static void TransactionLife(SipMessage message)
    {
        var clock = new SystemClock();
        var buffers = new MessageBufferPool();
        var context = new ProcessingContext(clock, buffers, new NullSink());
        var engine = new TransactionEngine(new SipCounters(), new TransactionTimers(), clock);
        Measure("transaction: create, answer 100, abandon", 100_000, () =>
        {
            var transaction = engine.Create(context, message)!;
            engine.Reply(context, transaction, 100, "Trying"u8);
            TransactionEngine.Abandon(transaction);
            engine.Leave(context, transaction);
            context.Outbox.Flush();
        });
    }

    private static void TimerStartStop()
    {
        var wheel = new TimerWheel(0);
        var transaction = new Transaction(0);
        long deadline = 0;
        Measure("timer: start, stop", 500_000, () =>
        {
            wheel.Schedule(transaction, deadline += 7);
            wheel.Remove(transaction);
        });
    }

    private static void Measure(string name, int count, Action action)
    {
        for (var i = 0; i < count; i++)
            action();
        var nanoseconds = new double[Rounds];
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
                action();
            nanoseconds[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
        }
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Array.Sort(nanoseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-44} {nanoseconds[Rounds / 2],8:F0} ns ({nanoseconds[0]:F0}–{nanoseconds[^1]:F0})   {(double)bytes / Rounds / count,6:F2} bytes"));
    }

    private sealed class NullSink : IPacketSink
    {
        public void Send(ReadOnlySpan<OutboundPacket> packets)
        {
        }
    }
}
