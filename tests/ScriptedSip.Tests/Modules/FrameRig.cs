using System.Text;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Modules;

/// <summary>Modules with the world they need, and frames to call their functions on: no script, no network, a clock moved by hand.</summary>
internal sealed class FrameRig : IPacketSink, IReplies
{
    private readonly RigScript _script;

    public FrameRig(ScriptDialect dialect = ScriptDialect.OpenSer)
    {
        _script = new RigScript(dialect);
        Near = Socket(0, "192.168.1.15", 5060, TransportProtocol.Udp);
        Far = Socket(1, "10.0.0.15", 5070, TransportProtocol.Udp);
        Stream = Socket(2, "192.168.1.15", 5060, TransportProtocol.Tcp);
        ListenSocket[] sockets = [Near, Far, Stream];
        Context = new ScriptContext(Clock, new MessageBufferPool(), this);
        Host = new ModuleHost
        {
            Clock = Clock,
            Log = new SilentLog(),
            Resolver = null!,
            Transactions = null!,
            LocalNames = new LocalNames(sockets, [("example.org", 0, TransportProtocol.None)]),
            Sockets = new SocketTable(sockets),
            Buffers = Context.Buffers,
            Counters = new SipCounters(),
            CurrentScript = () => _script,
            Every = (interval, action) => Timers.Add((interval, action)),
        };
        Host.Export<IReplies>(this);
    }

    public RigClock Clock { get; } = new();

    public ScriptContext Context { get; }

    public ModuleHost Host { get; }

    public ListenSocket Near { get; }

    public ListenSocket Far { get; }

    public ListenSocket Stream { get; }

    public List<(int Interval, Action<ScriptContext> Action)> Timers { get; } = [];

    /// <summary>The last reply: "200 OK" and header lines.</summary>
    public string? Reply { get; private set; }

    /// <summary>False where allocations are counted: the text of a reply is one.</summary>
    public bool KeepsReplies { get; set; } = true;

    public T Start<T>(T module) where T : ScriptModule
    {
        Assert.That(module.Validate(_script), Is.Null);
        module.Start(Host);
        module.Started(Host);
        return module;
    }

    /// <summary>A frame with a message that came in at <see cref="Near"/>; line ends are made CRLF.</summary>
    public Frame Frame(string message, ListenSocket? local = null, ParseFailure failure = ParseFailure.None)
    {
        var bytes = Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"));
        var parsed = new SipMessage();
        Assert.That(MessageParser.Parse(parsed, bytes, bytes.Length, isStream: false), Is.True);
        Assert.That(parsed.Failure, Is.EqualTo(failure));
        parsed.Local = local ?? Near;
        Context.Tick();
        return Context.Rent(parsed, RouteKinds.Request, _script);
    }

    public void Advance(long milliseconds)
    {
        Clock.Milliseconds += milliseconds;
        Context.Tick();
    }

    /// <summary>The request as it leaves through a socket.</summary>
    public static string Rewritten(Frame frame, ListenSocket outbound)
    {
        var room = new byte[MessageWriter.UpperBound(frame.Message, frame.Edits, 0)];
        var writer = new SpanWriter(room);
        MessageWriter.WriteRequest(ref writer, frame.Message, frame.Edits, frame.NewUri, outbound, "z9hG4bKrig"u8, default);
        Assert.That(writer.Overflowed, Is.False);
        return Encoding.UTF8.GetString(writer.Written);
    }

    /// <summary>The lines of a header in a message, without its name.</summary>
    public static string[] Lines(string message, string header) =>
        [.. message.Split("\r\n").Where(line => line.StartsWith(header + ":", StringComparison.Ordinal)).Select(line => line[(header.Length + 1)..].Trim())];

    public static Utf8Text Text(string text) => Utf8Text.From(text);

    void IPacketSink.Send(ReadOnlySpan<OutboundPacket> packets) => throw new InvalidOperationException("nothing is sent here");

    Outcome IReplies.Reply(Frame frame, int code, Utf8Text reason)
    {
        if (KeepsReplies)
            Reply = $"{code} {reason}\r\n{frame.ReplyHeaders}";
        frame.Handled = true;
        return Outcome.True;
    }

    private static ListenSocket Socket(int index, string address, int port, TransportProtocol protocol)
    {
        Assert.That(SipEndpoint.TryParseAddress(Encoding.ASCII.GetBytes(address), protocol, port, out var endpoint), Is.True);
        return new ListenSocket(index, endpoint);
    }

    internal sealed class RigClock : IClock
    {
        public long Milliseconds { get; set; } = 1_000_000;

        public DateTimeOffset UtcNow => DateTimeOffset.UnixEpoch.AddMilliseconds(Milliseconds);
    }

    private sealed class RigScript(ScriptDialect dialect) : ScriptVersion
    {
        public override int VariableCount => 0;

        public override RouteRef RequestRoute => null!;

        public override RouteRef? ReplyRoute => null;

        public override RouteRef? SendRoute => null;

        public override RouteRef? ErrorRoute => null;

        public override ScriptSettings Settings { get; } = new() { Dialect = dialect };

        public override RouteRef? FindRoute(RouteKinds kind, string name) => null;

        public override BytePattern? CompilePattern(string text, out string? error) => throw new NotSupportedException();
    }

    private sealed class SilentLog : ScriptLog
    {
        public override int Threshold { get; set; }

        public override bool UsesColor { get; set; }

        public override void WriteScript(LogLevel level, ReadOnlySpan<byte> text)
        {
        }

        public override void Write(LogLevel level, string message)
        {
        }
    }
}
