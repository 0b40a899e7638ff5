using System.Text;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Script;

/// <summary>Loads a script with made-up modules and runs it on a message: no network, no real module.</summary>
internal sealed class ScriptRig : IPacketSink, IClock
{
    public const string Invite = """
        INVITE sip:bob@example.org:5070;transport=udp SIP/2.0
        Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1
        From: "Alice" <sip:alice@example.com>;tag=a1
        To: <sip:bob@example.org>
        Call-ID: c1@10.0.0.1
        CSeq: 7 INVITE
        X-A: one
        X-A: two
        Content-Length: 0


        """;

    private readonly ScriptContext _context;

    /// <summary>Loads; what is wrong is in <see cref="Result"/>.</summary>
    public ScriptRig(string script, ScriptDialect? dialect = null)
    {
        _context = new ScriptContext(this, new MessageBufferPool(), this);
        Services = new RuntimeServices { Log = Log, OnFailure = Failures.Add };
        Services.LocalNames = new LocalNames([Local], [("example.org", 0, TransportProtocol.None)]);
        Result = ScriptLoader.Load(new SourceFile("test.cfg", script), new LoadOptions
        {
            Catalog = FakeModules.Catalog,
            Services = Services,
            Parse = new ParseOptions { Dialect = dialect },
        });
        foreach (var module in Result.Modules.All)
            (module as FakeCore)?.Attach(Log);
    }

    public static ListenSocket Local { get; } = new(0, new SipEndpoint(TransportProtocol.Udp, 0x0A00000F, 5060));

    public RecordingLog Log { get; } = new();

    public List<ScriptFailure> Failures { get; } = [];

    public RuntimeServices Services { get; }

    public LoadResult Result { get; }

    public long Milliseconds => 0;

    public DateTimeOffset UtcNow => DateTimeOffset.UnixEpoch;

    public void Send(ReadOnlySpan<OutboundPacket> packets) { }

    /// <summary>Runs the main route on a request and tells what it printed, one line for each call of log().</summary>
    public static string Run(string body, ScriptDialect dialect = ScriptDialect.OpenSer, string message = Invite, string before = "", string after = "")
    {
        var rig = new ScriptRig($"{before}\nroute {{\n{body}\n}}\n{after}", dialect);
        using var frame = rig.Start(message);
        return rig.Output;
    }

    public string Output => string.Join('|', Log.Lines);

    /// <summary>Runs a route to its end; the frame is given back when it is disposed.</summary>
    public Rented Start(string message = Invite, RouteKinds kind = RouteKinds.Request, string name = "")
    {
        Assert.That(Result.Diagnostics.Where(static d => d.Severity == Severity.Error), Is.Empty);
        var frame = Frame(message, kind);
        Result.Script!.FindRoute(kind, name)!.Run(frame);
        return new Rented(_context, frame);
    }

    public Frame Frame(string message, RouteKinds kind)
    {
        var bytes = Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"));
        var parsed = new SipMessage();
        Assert.That(MessageParser.Parse(parsed, bytes, bytes.Length, isStream: false), Is.True);
        parsed.Local = Local;
        parsed.Source = new SipEndpoint(TransportProtocol.Udp, 0x0A000001, 5062);
        return _context.Rent(parsed, kind, Result.Script!);
    }

    /// <summary>What the host does for one message, without looking at anything.</summary>
    public void RunOnce(SipMessage message, ScriptVersion script)
    {
        var frame = _context.Rent(message, RouteKinds.Request, script);
        script.RequestRoute.Run(frame);
        Return(frame);
    }

    public void Return(Frame frame)
    {
        _context.Return(frame);
        _context.Arena.Reset();
    }

    internal readonly record struct Rented(ScriptContext Context, Frame Frame) : IDisposable
    {
        public void Dispose()
        {
            Context.Return(Frame);
            Context.Arena.Reset();
        }
    }

    internal sealed class RecordingLog : ScriptLog
    {
        public List<string> Lines { get; } = [];

        public override int Threshold { get; set; } = 4;

        public override bool UsesColor { get; set; }

        public override void WriteScript(LogLevel level, ReadOnlySpan<byte> text) => Lines.Add(Encoding.UTF8.GetString(text));

        public override void Write(LogLevel level, string message) => Lines.Add(message);
    }
}
