using System.Net;
using System.Text;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;
using ScriptedSip.Server;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Bench;

/// <summary>A script around which everything is as in the program, but for sockets and threads: what one message costs from its bytes to the answer.</summary>
internal sealed class ScriptBench : IPacketSink, IDisposable
{
    /// <summary>Answers at once.</summary>
    public const string Answer = """
        loadmodule "sl"
        route { sl_send_reply("200", "OK"); }
        """;

    /// <summary>Runs 202 statements, conditions included, then answers.</summary>
    public const string TwoHundredStatements = """
        loadmodule "sl"
        route {
            $var(i) = 0;
            while ($var(i) < 25) {
                $var(a) = $var(i) * 3;
                if ($var(a) > 30) { $var(c) = "hi"; } else { $var(c) = "lo"; }
                $var(s) = $var(c) + "-" + $rU;
                if ($var(s) == "hi-bob") { setflag(1); }
                $var(u) = $fU + "@" + $fd;
                $var(i) = $var(i) + 1;
            }
            sl_send_reply("200", "OK");
        }
        """;

    private readonly ConsoleLog _log = new(Stream.Null, color: false);
    private readonly ListenSocket _local = new(0, new SipEndpoint(TransportProtocol.Udp, IPAddress.Loopback, 5060));
    private readonly SipEndpoint _source = new(TransportProtocol.Udp, IPAddress.Parse("127.0.0.2"), 6060);
    private readonly MessageProcessor _processor;
    private readonly ScriptContext _context;

    private readonly byte[] _options = Encoding.ASCII.GetBytes(
        "OPTIONS sip:bob@127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:6060;branch=z9hG4bK-4242-1-0\r\nMax-Forwards: 70\r\n" +
        "From: <sip:alice@127.0.0.2:6060>;tag=1\r\nTo: <sip:bob@127.0.0.1:5060>\r\nCall-ID: 1-4242@127.0.0.2\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");

    public ScriptBench(string script)
    {
        var services = new RuntimeServices { Log = _log };
        var loaded = ScriptLoader.Load(new SourceFile("bench.cfg", script), new LoadOptions
        {
            Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore),
            Services = services,
        });
        if (loaded.HasErrors)
            throw new InvalidOperationException(string.Join('\n', loaded.Diagnostics));
        var sockets = new SocketTable([_local]);
        services.LocalNames = new LocalNames(sockets.All, []);
        var clock = new SystemClock();
        var counters = new SipCounters();
        var buffers = new MessageBufferPool();
        var host = new ModuleHost
        {
            Clock = clock,
            Log = _log,
            Resolver = new DestinationResolver(sockets, clock),
            Transactions = new TransactionEngine(counters, new TransactionTimers(), clock),
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
        _context = new ScriptContext(clock, buffers, this);
    }

    /// <summary>Answers with 200.</summary>
    public int Sent { get; private set; }

    /// <summary>One message in, one out.</summary>
    public void Run()
    {
        _processor.Process(_context, _options, _options.Length, _source, _local);
        _context.Outbox.Flush();
    }

    void IPacketSink.Send(ReadOnlySpan<OutboundPacket> packets)
    {
        foreach (ref readonly var packet in packets)
        {
            if (!packet.Bytes.Span.StartsWith("SIP/2.0 200 "u8))
                throw new InvalidOperationException(packet.Bytes.Text.ToString());
            Sent++;
        }
    }

    public void Dispose() => _log.Dispose();
}
