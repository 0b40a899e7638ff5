using System.Text;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>A packet that left: when (milliseconds since the rig's mark), for whom, and what.</summary>
internal sealed record Sent(long At, SipEndpoint To, string Text)
{
    /// <summary>"INVITE" for a request, "180 INVITE" for a reply.</summary>
    public string What
    {
        get
        {
            var words = Text.Split(' ');
            return words[0] == "SIP/2.0" ? $"{words[1]} {Header("CSeq").Split(' ')[1]}" : words[0];
        }
    }

    public string Header(string name) => Headers(name).First();

    public IEnumerable<string> Headers(string name) => Text.Split("\r\n").TakeWhile(l => l.Length > 0)
        .Where(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 2)..]);
}

/// <summary>Keeps what one context sends.</summary>
internal sealed class SentLog(IClock clock) : IPacketSink
{
    private readonly List<Sent> _all = [];
    private long _start = clock.Milliseconds;
    private int _first;

    public IReadOnlyList<Sent> All => _all;

    /// <summary>What was sent since the mark.</summary>
    public IEnumerable<Sent> Since => _all.Skip(_first);

    /// <summary>From here on times count from now, and what was sent before is out of sight.</summary>
    public void Mark()
    {
        _start = clock.Milliseconds;
        _first = _all.Count;
    }

    public void Send(ReadOnlySpan<OutboundPacket> packets)
    {
        foreach (ref readonly var packet in packets)
            _all.Add(new Sent(clock.Milliseconds - _start, packet.To, Encoding.Latin1.GetString(packet.Bytes.Span)));
    }
}

/// <summary>
/// The engine with one client and some callees around it, a wire that only records, and a clock that is moved by hand. What a script would do is done
/// by <see cref="Relay"/>: one branch per callee.
/// </summary>
internal sealed class EngineRig
{
    private readonly ListenSocket _socket;
    private readonly TransportProtocol _protocol;

    public EngineRig(Action<TransactionTimers>? set = null, TransportProtocol protocol = TransportProtocol.Udp)
    {
        _protocol = protocol;
        _socket = new ListenSocket(0, Address("192.0.2.100"));
        // RFC 3261 table 4: B and F are 64*T1. The dialect's default is 30 s.
        var timers = new TransactionTimers { NoReply = 32_000 };
        set?.Invoke(timers);
        Engine = new TransactionEngine(Counters, timers, Clock);
        Log = new SentLog(Clock);
        Context = new ProcessingContext(Clock, Buffers, Log);
        Client = Address("192.0.2.1");
    }

    public FakeClock Clock { get; } = new();

    public SipCounters Counters { get; } = new();

    public MessageBufferPool Buffers { get; } = new();

    public TransactionEngine Engine { get; }

    public SentLog Log { get; }

    public ProcessingContext Context { get; }

    public SipEndpoint Client { get; }

    public SipEndpoint Callee(int number) => Address($"192.0.2.{10 + number}");

    /// <summary>What the client got since the mark: "100 180 INVITE" is a 180 at 100 ms.</summary>
    public string[] ToClient => SentTo(Client);

    public string[] ToCallee(int number = 0) => SentTo(Callee(number));

    public Sent Last(SipEndpoint to, string what) => Log.All.Last(s => s.To == to && s.What == what);

    public void Mark() => Log.Mark();

    /// <summary>A request of the client.</summary>
    public string Request(string method, string branch = "1", string toTag = "") => $"""
        {method} sip:bob@example.com SIP/2.0
        Via: SIP/2.0/{_protocol.ToString().ToUpperInvariant()} 192.0.2.1;branch=z9hG4bK{branch}
        Max-Forwards: 70
        Route: <sip:one.example.com;lr>
        Route: <sip:two.example.com;lr>
        From: <sip:alice@example.com>;tag=a
        To: <sip:bob@example.com>{toTag}
        Call-ID: call-{branch}
        CSeq: 1 {method}
        Content-Length: 0


        """;

    /// <summary>A request arrives and is forwarded to as many callees; ACK and CANCEL are treated as tm does.</summary>
    public RequestMatch Relay(string method, int callees = 1, string branch = "1")
    {
        var request = Parse(Context, Request(method, branch), Client);
        var match = Engine.Match(Context, request);
        if (match == RequestMatch.New && method == "CANCEL")
            Cancel(Context, request);
        else if (match == RequestMatch.New && method != "ACK" && Engine.Create(Context, request) is { } transaction)
        {
            for (var i = 0; i < callees; i++)
                Send(Context, transaction, Callee(i));
            Engine.Leave(Context, transaction);
        }
        Context.Return(request);
        Context.Outbox.Flush();
        return match;
    }

    /// <summary>A request arrives and its transaction stays with the caller, as while a script runs.</summary>
    public Transaction Open(string method, string branch = "1")
    {
        var request = Parse(Context, Request(method, branch), Client);
        Assert.That(Engine.Match(Context, request), Is.EqualTo(RequestMatch.New));
        var transaction = Engine.Create(Context, request);
        Context.Return(request);
        return transaction!;
    }

    public void Close(Transaction transaction)
    {
        Engine.Leave(Context, transaction);
        Context.Outbox.Flush();
    }

    /// <summary>Adds a branch to an owned transaction and sends its request, or holds it as while a name is looked up.</summary>
    public ClientBranch? Send(ProcessingContext context, Transaction transaction, SipEndpoint to, bool isHeld = false, string viaParameters = "")
    {
        if (transaction.Request is null || TransactionEngine.AddBranch(transaction) is not { } branch)
            return null;
        var request = transaction.Request.Span;
        var bytes = context.Buffers.Rent(request.Length + 256);
        var writer = new SpanWriter(bytes.Bytes);
        var line = request.IndexOf((byte)'\n') + 1;
        writer.Write(request[..line]);
        writer.Write(_socket.ViaPrefix);
        TransactionEngine.WriteBranchId(ref writer, transaction, branch.Index);
        writer.Write(Encoding.ASCII.GetBytes(viaParameters));
        writer.Write("\r\n"u8);
        writer.Write(request[line..]);
        bytes.Length = writer.Length;
        if (isHeld)
            TransactionEngine.Hold(context, transaction, branch, bytes, _socket);
        else
            Engine.Send(context, transaction, branch, bytes, _socket, to);
        return branch;
    }

    public void Cancel(ProcessingContext context, SipMessage cancel)
    {
        if (Engine.FindCancelled(cancel, out var label) is not { } invite || Engine.Create(context, cancel) is not { } transaction)
            return;
        Engine.Reply(context, transaction, 200, "canceling"u8);
        Engine.Cancel(context, invite, label, null);
        Engine.Leave(context, transaction);
    }

    /// <summary>A callee answers the last such request it got; false when the reply belongs to no transaction.</summary>
    public bool Answer(int code, int callee = 0, string method = "INVITE") => Answer(Last(Callee(callee), method), code, Context);

    public bool Answer(Sent request, int code, ProcessingContext context)
    {
        var reply = Parse(context, ReplyTo(request, code), request.To);
        var isOurs = Engine.OnReply(context, reply);
        context.Return(reply);
        context.Outbox.Flush();
        return isOurs;
    }

    public static string ReplyTo(Sent request, int code)
    {
        var text = new StringBuilder($"SIP/2.0 {code} Reply\r\n");
        foreach (var name in new[] { "Via", "From", "To", "Call-ID", "CSeq" })
        {
            foreach (var value in request.Headers(name))
                text.Append($"{name}: {value}{(name == "To" && code > 100 && !value.Contains(";tag=", StringComparison.Ordinal) ? ";tag=b" : "")}\r\n");
        }
        return text.Append("Content-Length: 0\r\n\r\n").ToString();
    }

    /// <summary>Moves time in steps of a timer tick.</summary>
    public void Advance(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i += TimerWheel.TickLength)
        {
            Clock.Advance(TimerWheel.TickLength);
            Context.Tick();
            Engine.OnTimer(Context);
            Context.Outbox.Flush();
        }
    }

    /// <summary>Whatever the test did, in the end no transaction and no buffer is left.</summary>
    public void ExpectAllReleased()
    {
        Advance(200_000);
        Assert.That(Engine.Count, Is.Zero);
        Assert.That(Counters[Counter.TransactionsEnded], Is.EqualTo(Counters[Counter.TransactionsCreated]));
        Assert.That(Buffers.Outstanding, Is.Zero);
    }

    public SipMessage Parse(ProcessingContext context, string text, SipEndpoint source)
    {
        var message = context.RentMessage();
        var bytes = Sample.Bytes(text);
        MessageParser.Parse(message, bytes, bytes.Length, isStream: source.Protocol != TransportProtocol.Udp);
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.None), text);
        message.Source = source;
        message.Local = _socket;
        if (message.IsRequest)
            message.Stamp = ViaStamps.For(message);
        return message;
    }

    private SipEndpoint Address(string address) => new(_protocol, System.Net.IPAddress.Parse(address), ListenSocket.DefaultPort);

    private string[] SentTo(SipEndpoint to) => [.. Log.Since.Where(s => s.To == to).Select(s => $"{s.At} {s.What}")];
}
