using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Modules;

/// <summary>
/// What a module needs around it to be called directly: a host with two UDP sockets (10.0.0.1:5060, and 10.0.0.2:5070 which advertises
/// sip.example.com), a clock that stands still, a resolver that knows addresses only, and everything that was sent.
/// </summary>
internal sealed class ModuleBench : IPacketSink
{
    public const string Invite =
        "INVITE sip:bob@example.com:5070;transport=tcp SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKabc\r\n" +
        "Max-Forwards: 70\r\n" +
        "From: \"Alice\" <sip:alice@atlanta.example>;tag=a1\r\n" +
        "To: <sip:bob@example.com>\r\n" +
        "Call-ID: call-1@atlanta.example\r\n" +
        "CSeq: 7 INVITE\r\n" +
        "Contact: <sip:alice@192.0.2.1:5062>\r\n" +
        "User-Agent: Phone/1\r\n" +
        "X-Mark: one\r\n" +
        "X-Mark: two\r\n" +
        "Content-Type: application/sdp\r\n" +
        "Content-Length: 17\r\n" +
        "\r\n" +
        "v=0\r\no=a 1\r\ns=-\r\n";

    public const string Reply =
        "SIP/2.0 183 Session Progress\r\n" +
        "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKown\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKabc\r\n" +
        "From: <sip:alice@atlanta.example>;tag=a1\r\n" +
        "To: <sip:bob@example.com>;tag=b2\r\n" +
        "Call-ID: call-1@atlanta.example\r\n" +
        "CSeq: 7 INVITE\r\n" +
        "Content-Length: 0\r\n\r\n";

    private readonly List<Action<ScriptContext>> _periodic = [];

    public ModuleBench(bool withTcp = false, ScriptSettings? settings = null)
    {
        Script = new EmptyScript(settings);
        Clock = new HandClock();
        Context = new ScriptContext(Clock, Buffers, this);
        ListenSocket[] sockets =
        [
            new ListenSocket(0, Endpoint("10.0.0.1", 5060)),
            new ListenSocket(1, Endpoint("10.0.0.2", 5070), "sip.example.com", name: "outside"),
        ];
        Sockets = new SocketTable(withTcp ? [.. sockets, new ListenSocket(2, Endpoint("10.0.0.1", 5060).WithProtocol(TransportProtocol.Tcp))] : sockets);
        Log = new RecordingLog();
        Resolver = new HandResolver();
        Counters = new SipCounters();
        Host = new ModuleHost
        {
            Clock = Clock,
            Log = Log,
            Resolver = Resolver,
            Transactions = new TransactionEngine(Counters, new TransactionTimers(), Clock),
            LocalNames = new LocalNames(Sockets.All, [("proxy.example.com", 0, TransportProtocol.None)]),
            Sockets = Sockets,
            Buffers = Buffers,
            Counters = Counters,
            CurrentScript = () => Script,
            Every = (_, action) => _periodic.Add(action),
        };
        Replies = new ReplyService();
        Replies.Start(Host);
        Replies.Started(Host);
    }

    public HandClock Clock { get; }

    public MessageBufferPool Buffers { get; } = new();

    public ScriptContext Context { get; }

    public SocketTable Sockets { get; }

    public RecordingLog Log { get; }

    public HandResolver Resolver { get; }

    public SipCounters Counters { get; }

    public ModuleHost Host { get; }

    public ReplyService Replies { get; }

    public ScriptVersion Script { get; set; }

    public List<(ListenSocket From, SipEndpoint To, string Text)> Sent { get; } = [];

    /// <summary>The text of the one packet that was sent.</summary>
    public string OnlySent
    {
        get
        {
            Context.Outbox.Flush();
            Assert.That(Sent, Has.Count.EqualTo(1));
            return Sent[0].Text;
        }
    }

    public T Start<T>(T module) where T : ScriptModule
    {
        module.Start(Host);
        module.Started(Host);
        return module;
    }

    public Frame Receive(string text, RouteKinds kind = RouteKinds.Request, ScriptVersion? script = null)
    {
        var frame = ReceiveMalformed(text, kind, script);
        Assert.That(frame.Message.Failure, Is.EqualTo(ParseFailure.None));
        return frame;
    }

    public Frame ReceiveMalformed(string text, RouteKinds kind = RouteKinds.Request, ScriptVersion? script = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var message = new SipMessage();
        Assert.That(MessageParser.Parse(message, bytes, bytes.Length, isStream: false), Is.True);
        message.Source = Endpoint("192.0.2.1", 5062);
        message.Local = Sockets.All[0];
        message.Id = 3;
        return Context.Rent(message, message.IsRequest ? kind : RouteKinds.OnReply, script ?? Script);
    }

    public void RunPeriodic()
    {
        Host.Transactions.OnTimer(Context);
        foreach (var action in _periodic)
            action(Context);
        Context.Outbox.Flush();
    }

    void IPacketSink.Send(ReadOnlySpan<OutboundPacket> packets)
    {
        foreach (ref readonly var packet in packets)
            Sent.Add((packet.From, packet.To, Encoding.UTF8.GetString(packet.Bytes.Span)));
    }

    public static SipEndpoint Endpoint(string address, int port)
    {
        Assert.That(SipEndpoint.TryParseAddress(Encoding.ASCII.GetBytes(address), TransportProtocol.Udp, port, out var endpoint), Is.True);
        return endpoint;
    }

    public static Utf8Text Text(string text) => Utf8Text.From(text);

    public static HeaderName Header(string name)
    {
        var text = Utf8Text.From(name);
        return new HeaderName(HeaderNames.Parse(text.Span), text);
    }

    public static Format Format(string text) => new ConstantFormat(text);

    public static BytePattern Pattern(string regex) => new LatinPattern(regex);

    /// <summary>The request of a frame as it would be sent, without the line of our own Via.</summary>
    public static string Written(Frame frame)
    {
        var room = new byte[4096];
        var writer = new SpanWriter(room);
        MessageWriter.WriteRequest(ref writer, frame.Message, frame.Edits, frame.NewUri, frame.Message.Local, "own"u8, default);
        return Encoding.UTF8.GetString(writer.Written).Replace("Via: SIP/2.0/UDP 10.0.0.1;branch=own\r\n", "", StringComparison.Ordinal);
    }

    /// <summary>The message of a frame with the edits made so far, byte for byte.</summary>
    public static string Edited(Frame frame)
    {
        var result = new StringBuilder();
        var at = 0;
        var source = frame.Message.Span;
        foreach (ref readonly var edit in frame.Edits.All)
        {
            result.Append(Encoding.UTF8.GetString(source[at..Math.Max(at, edit.At)]));
            result.Append(frame.Edits.TextOf(edit).ToString());
            at = Math.Max(at, edit.At + edit.DeleteLength);
        }
        return result.Append(Encoding.UTF8.GetString(source[at..])).ToString();
    }

    internal sealed class HandClock : IClock
    {
        public long Milliseconds { get; set; } = 1_000_000;

        public DateTimeOffset UtcNow { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }

    internal sealed class RecordingLog : ScriptLog
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public override int Threshold { get; set; } = 3;

        public override bool UsesColor { get; set; }

        public override void WriteScript(LogLevel level, ReadOnlySpan<byte> text) => Lines.Add((level, Encoding.UTF8.GetString(text)));

        public override void Write(LogLevel level, string message) => Lines.Add((level, message));
    }

    /// <summary>Knows numeric addresses; every other name is pending until the test answers.</summary>
    internal sealed class HandResolver : IDestinationResolver
    {
        public List<(IResolutionWaiter Waiter, long Ticket)> Waiting { get; } = [];

        public HashSet<SipEndpoint> Unreachable { get; } = [];

        public bool IsUnreachable(in SipEndpoint target) => Unreachable.Contains(target);

        public ResolveStatus Resolve(ReadOnlySpan<byte> host, int port, TransportProtocol protocol, out SipEndpoint endpoint, out ResolvedTargets? targets,
            IResolutionWaiter? waiter, long ticket)
        {
            targets = null;
            var known = protocol == TransportProtocol.None ? TransportProtocol.Udp : protocol;
            if (SipEndpoint.TryParseAddress(host, known, port == 0 ? ListenSocket.DefaultPort : port, out endpoint))
                return ResolveStatus.Resolved;
            if (host.EndsWith(".invalid"u8))
                return ResolveStatus.Failed;
            if (waiter is not null)
                Waiting.Add((waiter, ticket));
            return ResolveStatus.Pending;
        }
    }

    private sealed class EmptyScript(ScriptSettings? settings) : ScriptVersion
    {
        public override int VariableCount => 0;

        public override RouteRef RequestRoute => throw new NotSupportedException();

        public override RouteRef? ReplyRoute => null;

        public override RouteRef? SendRoute => null;

        public override RouteRef? ErrorRoute => null;

        public override ScriptSettings Settings { get; } = settings ?? new();

        public override RouteRef? FindRoute(RouteKinds kind, string name) => null;

        public override BytePattern? CompilePattern(string text, out string? error) =>
            ScriptedSip.Script.Interpretation.Patterns.PatternCompiler.TryCompile(text, linewise: false, out error);
    }

    private sealed class ConstantFormat(string text) : Format
    {
        private readonly Utf8Text _text = Utf8Text.From(text);

        public override Utf8Text Render(Frame frame) => _text;
    }

    private sealed class LatinPattern(string regex) : BytePattern
    {
        private readonly Regex _regex = new(regex, RegexOptions.IgnoreCase | RegexOptions.Multiline);

        public override bool IsMatch(Frame frame, ReadOnlySpan<byte> text) => Find(frame, text).IsPresent;

        public override Slice Find(Frame frame, ReadOnlySpan<byte> text)
        {
            var match = _regex.Match(Encoding.Latin1.GetString(text));
            return match.Success ? new Slice(match.Index, match.Length) : Slice.None;
        }
    }
}

/// <summary>A variable for output arguments.</summary>
internal sealed class TestVariable : VariableRef
{
    public Value Value { get; set; }

    public override Value Get(Frame frame) => Value;

    public override bool Set(Frame frame, AssignKind kind, in Value value)
    {
        Value = value;
        return true;
    }

    public override int AvpName => 0;
}
