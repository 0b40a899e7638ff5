using System.Net;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;
using ScriptedSip.Server;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Allocation;

/// <summary>
/// A proxy and two phones that allocate nothing themselves, so that every byte allocated while they talk is the proxy's. The phones write into buffers
/// they keep; each call has its own branch and Call-ID.
/// </summary>
internal sealed class PhoneLab : IPacketSink, IDisposable
{
    private static readonly SipEndpoint Caller = new(TransportProtocol.Udp, IPAddress.Parse("192.168.1.10"), 5060);
    private static readonly SipEndpoint Callee = new(TransportProtocol.Udp, IPAddress.Parse("192.168.1.11"), 5060);

    private readonly FakeClock _clock = new();
    private readonly ConsoleLog _log = new(Stream.Null, color: false);
    private readonly ListenSocket _local = new(0, new SipEndpoint(TransportProtocol.Udp, IPAddress.Parse("192.168.1.15"), 5060));
    private readonly MessageProcessor _processor;
    private readonly ScriptContext _context;
    private readonly TransactionEngine _transactions;
    private readonly byte[] _out = new byte[4096];
    private readonly byte[] _sent = new byte[8192];
    private readonly byte[] _invite = new byte[4096];
    private readonly SipMessage _request = new();
    private int _sentLength;
    private int _inviteLength;
    private int _call;

    public PhoneLab(SourceFile script)
    {
        var services = new RuntimeServices { Log = _log };
        var loaded = ScriptLoader.Load(script, new LoadOptions
        {
            Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore),
            Services = services,
        });
        if (loaded.HasErrors)
            throw new ArgumentException(string.Join('\n', loaded.Diagnostics), nameof(script));
        _log.Threshold = (int)LogLevel.Debug;
        var sockets = new SocketTable([_local]);
        services.LocalNames = new LocalNames(sockets.All, []);
        var counters = new SipCounters();
        var buffers = new MessageBufferPool();
        _transactions = new TransactionEngine(counters, new TransactionTimers(), _clock) { SocketFor = (destination, wanted) => sockets.Choose(destination, wanted) };
        var host = new ModuleHost
        {
            Clock = _clock,
            Log = _log,
            Resolver = new DestinationResolver(sockets, _clock),
            Transactions = _transactions,
            LocalNames = services.LocalNames,
            Sockets = sockets,
            Buffers = buffers,
            Counters = counters,
            CurrentScript = () => loaded.Script!,
            Every = (_, _) => { },
        };
        _processor = new MessageProcessor(host, () => loaded.Script!);
        foreach (var module in loaded.Modules.All)
            module.Start(host);
        foreach (var module in loaded.Modules.All)
            module.Started(host);
        _processor.Attach();
        _context = new ScriptContext(_clock, buffers, this);
        _request.Local = _local;
        _request.Source = Callee;
        Register();
    }

    /// <summary>What passes before each message.</summary>
    public int MillisecondsPerMessage { get; init; } = 1;

    /// <summary>Who is registered and called.</summary>
    public int User { get; set; } = 309;

    /// <summary>Packets the proxy has sent.</summary>
    public int SentCount { get; private set; }

    /// <summary>Transactions that are not over.</summary>
    public int TransactionCount => _transactions.Count;

    /// <summary>INVITE, 100, 180, 200 and, when the proxy stays in the path, ACK, BYE and its 200.</summary>
    public void Call(bool isRecordRouted)
    {
        Invite();
        Answer(100, "Trying"u8);
        Answer(180, "Ringing"u8);
        Answer(200, "OK"u8);
        if (!isRecordRouted)
            return;
        Request("ACK"u8, "a"u8, 1, isInDialog: true);
        Request("BYE"u8, "b"u8, 2, isInDialog: true);
        AnswerSent(200, "OK"u8);
    }

    /// <summary>INVITE, 180, CANCEL with its 200, 487, ACK.</summary>
    public void CancelledCall()
    {
        Invite();
        Answer(180, "Ringing"u8);
        Request("CANCEL"u8, "i"u8, 1, isInDialog: false);
        AnswerSent(200, "OK"u8);
        Answer(487, "Request Cancelled"u8);
        Request("ACK"u8, "i"u8, 1, isInDialog: false);
    }

    /// <summary>INVITE and 180: a call that rings on.</summary>
    public void Ring()
    {
        Invite();
        Answer(180, "Ringing"u8);
    }

    /// <summary>The callee's registration, or a refresh of it.</summary>
    public void Register()
    {
        _call++;
        var writer = new SpanWriter(_out);
        writer.Write("REGISTER sip:192.168.1.15 SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.1.11;branch=z9hG4bKr"u8);
        writer.Write(_call);
        writer.Write("\r\nFrom: <sip:"u8);
        writer.Write(User);
        writer.Write("@192.168.1.15>;tag=r\r\nTo: <sip:"u8);
        writer.Write(User);
        writer.Write("@192.168.1.15>\r\nCall-ID: r@192.168.1.11\r\nCSeq: "u8);
        writer.Write(_call + 1);
        writer.Write(" REGISTER\r\nMax-Forwards: 70\r\nContact: <sip:"u8);
        writer.Write(User);
        writer.Write("@192.168.1.11>;expires=100000\r\nContent-Length: 0\r\n\r\n"u8);
        Receive(Callee, writer.Length);
    }

    /// <summary>A question the proxy answers itself.</summary>
    public void Options()
    {
        _call++;
        Request("OPTIONS"u8, "o"u8, 1, isInDialog: false);
    }

    /// <summary>Lets time pass until every transaction is over.</summary>
    public void Settle()
    {
        for (var i = 0; i < 5; i++)
            Pass(20_000);
    }

    /// <summary>Lets time pass, and everything happen that was to happen in it.</summary>
    public void Pass(int milliseconds)
    {
        _clock.Advance(milliseconds);
        _context.Tick();
        _processor.OnTimer(_context);
        _context.Outbox.Flush();
    }

    void IPacketSink.Send(ReadOnlySpan<OutboundPacket> packets)
    {
        foreach (ref readonly var packet in packets)
        {
            SentCount++;
            if (packet.To != Callee)
                continue;
            _sentLength = packet.Bytes.Length;
            packet.Bytes.Span.CopyTo(_sent);
        }
    }

    public void Dispose() => _log.Dispose();

    private void Invite()
    {
        _call++;
        Request("INVITE"u8, "i"u8, 1, isInDialog: false);
        _inviteLength = _sentLength;
        _sent.AsSpan(0, _sentLength).CopyTo(_invite);
    }

    private void Request(ReadOnlySpan<byte> method, ReadOnlySpan<byte> branch, int cseq, bool isInDialog)
    {
        var writer = new SpanWriter(_out);
        writer.Write(method);
        writer.Write(" sip:"u8);
        writer.Write(User);
        writer.Write(isInDialog ? "@192.168.1.11 SIP/2.0\r\nRoute: <sip:192.168.1.15;lr=on;ftag=839d16b92cebf0ae>\r\n"u8 : "@192.168.1.15 SIP/2.0\r\n"u8);
        writer.Write("Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK"u8);
        writer.Write(branch);
        writer.Write(_call);
        writer.Write("\r\nFrom: <sip:308@192.168.1.15>;tag=839d16b92cebf0ae\r\nTo: <sip:"u8);
        writer.Write(User);
        writer.Write("@192.168.1.15>"u8);
        writer.Write(isInDialog ? ";tag=e821cb882a12d201\r\n"u8 : "\r\n"u8);
        writer.Write("Contact: <sip:308@192.168.1.10>\r\nCall-ID: "u8);
        writer.Write(_call);
        writer.Write("@192.168.1.10\r\nCSeq: "u8);
        writer.Write(cseq);
        writer.Write((byte)' ');
        writer.Write(method);
        writer.Write("\r\nUser-Agent: Grandstream BT110 1.0.8.33\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: 34\r\n\r\nv=0\r\no=308 8000 8000 IN IP4 x\r\ns=-"u8);
        Receive(Caller, writer.Length);
    }

    // Replies to the INVITE as the callee got it.
    private void Answer(int code, ReadOnlySpan<byte> reason) => Answer(_invite, _inviteLength, code, reason);

    // Replies to whatever the callee got last.
    private void AnswerSent(int code, ReadOnlySpan<byte> reason) => Answer(_sent, _sentLength, code, reason);

    private void Answer(byte[] bytes, int length, int code, ReadOnlySpan<byte> reason)
    {
        MessageParser.Parse(_request, bytes, length, isStream: false);
        var writer = new SpanWriter(_out);
        ReplyBuilder.Write(ref writer, _request, code, reason, "e821cb882a12d201"u8, "Contact: <sip:309@192.168.1.11>\r\n"u8);
        Receive(Callee, writer.Length);
    }

    private void Receive(SipEndpoint from, int length)
    {
        _clock.Advance(MillisecondsPerMessage);
        _context.Tick();
        _processor.Process(_context, _out, length, from, _local);
        _context.Outbox.Flush();
        _log.Flush();
    }
}
