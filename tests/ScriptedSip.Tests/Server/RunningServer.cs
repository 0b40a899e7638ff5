using System.Collections.Concurrent;
using System.Net;
using ScriptedSip.Modules;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Server;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Server;

/// <summary>The whole program with real sockets and modules around a script made by hand.</summary>
internal sealed class RunningServer : IDisposable
{
    private readonly ConsoleLog _log = new(Stream.Null, color: false) { Threshold = (int)LogLevel.Error };
    private readonly ProxyServer _server;
    private readonly ScriptHost _host;

    private long _expectedFailures;

    public RunningServer(Action<Frame>? route = null, params ScriptModule[] modules)
    {
        var sl = ModuleTable.Create("sl")!;
        var script = new HandMadeScript(route ?? (frame =>
        {
            Seen.Add(frame.Message.Text(frame.Message.CallId).ToString());
            ((SlModule)sl).Send(frame, 200, Utf8Text.From("Fine"));
        }));
        _server = new ProxyServer([CommandLine.ParseListen("127.0.0.1")!], script.Settings, _log);
        _host = new ScriptHost(new LoadedScript(script, new ModuleSet([.. ModuleTable.CreateCore(), .. modules.Any(m => m is SlModule) ? modules : [sl, .. modules]]), new ScriptedSip.Script.Interpretation.RuntimeServices()), _server, _log, new ScriptedSip.Data.Databases(new Dictionary<string, string>()));
        _host.Start();
    }

    /// <summary>A script that does nothing.</summary>
    public static ScriptVersion EmptyScript { get; } = new HandMadeScript(_ => { });

    public BlockingCollection<string> Seen { get; } = [];

    public long Failures => _server.Counters[Counter.WorkerFailures];

    public int Transactions => _host.Transactions.Count;

    public long this[Counter counter] => _server.Counters[counter];

    /// <summary>An action on the timer thread.</summary>
    public void Every(int milliseconds, Action<ScriptContext> action) => _server.Every(milliseconds, action);

    /// <summary>The failures so far were wanted.</summary>
    public void Forgive() => _expectedFailures = Failures;

    public IPEndPoint Udp => Endpoint(0);

    public IPEndPoint Tcp => Endpoint(1);

    /// <summary>Ends traffic, as a signal would.</summary>
    public void Stop() => _host.Stop();

    public void Dispose()
    {
        _host.Stop();
        _server.Dispose();
        _log.Dispose();
        Assert.That(Failures, Is.EqualTo(_expectedFailures));
    }

    private IPEndPoint Endpoint(int index) => new(IPAddress.Loopback, _server.Sockets.All[index].Endpoint.Port);

    private sealed class HandMadeScript(Action<Frame> route) : ScriptVersion
    {
        public override int VariableCount => 0;

        public override RouteRef RequestRoute { get; } = new HandMadeRoute(route);

        public override RouteRef? ReplyRoute => null;

        public override RouteRef? SendRoute => null;

        public override RouteRef? ErrorRoute => null;

        public override ScriptSettings Settings { get; } = new() { Port = 0 };

        public override RouteRef? FindRoute(RouteKinds kind, string name) => null;

        public override BytePattern? CompilePattern(string text, out string? error) => throw new NotSupportedException();
    }

    internal sealed class HandMadeRoute(Action<Frame> route) : RouteRef
    {
        public override string Name => "main";

        public override void Run(Frame frame) => route(frame);
    }
}
