using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>A script that passed every check, and the modules it uses with their parameters set.</summary>
internal sealed record LoadedScript(ScriptVersion Version, IReadOnlyList<ScriptModule> Modules, RuntimeServices Services);

/// <summary>Puts a script to work on a server: gives its modules what they need and messages to its routes.</summary>
internal sealed class ScriptHost
{
    private readonly ProxyServer _server;
    private readonly IReadOnlyList<ScriptModule> _modules;
    private readonly ModuleHost _host;
    private readonly MessageProcessor _processor;
    private volatile ScriptVersion _current;

    public ScriptHost(LoadedScript script, ProxyServer server, ScriptLog log, Databases databases)
    {
        _server = server;
        _modules = script.Modules;
        _current = script.Version;
        script.Services.LocalNames = server.LocalNames;
        script.Services.OnFailure = failure => server.Failures.Report(Counter.ScriptFailures, "The script failed at ", failure);
        Transactions = new TransactionEngine(server.Counters, new TransactionTimers(), server.Clock);
        Transactions.SocketFor = (destination, wanted) => server.Sockets.Choose(destination, wanted);
        Transactions.RoutedSocketFor = server.Sockets.Sources is null ? null : destination => server.Sockets.RoutedTo(destination);
        Transactions.OnFault = fault => server.Failures.Report("Work on a transaction", fault);
        server.Transport.Failures = Transactions;
        var settings = script.Version.Settings;
        if (settings.ServerSignature && settings.ServerHeader.Length > 0)
            Transactions.ServerHeader = Utf8Text.From(settings.ServerHeader.TrimEnd() + "\r\n");
        _host = new ModuleHost
        {
            Clock = server.Clock,
            Log = log,
            Resolver = new DestinationResolver(server.Sockets, server.Clock),
            Transactions = Transactions,
            LocalNames = server.LocalNames,
            Sockets = server.Sockets,
            Connections = server.Transport.Connections,
            Buffers = server.Buffers,
            Counters = server.Counters,
            CurrentScript = () => _current,
            Every = server.Every,
        };
        _host.Export(databases);
        _processor = new MessageProcessor(_host);
    }

    /// <summary>The transactions, for reports.</summary>
    public TransactionEngine Transactions { get; }

    /// <summary>Opens the sockets and starts the modules, then lets traffic in.</summary>
    /// <exception cref="StartFailure">A socket cannot be opened.</exception>
    public void Start()
    {
        _server.Prepare(_processor);
        _server.AddTrim(Transactions.Trim);
        foreach (var module in _modules)
            module.Start(_host);
        foreach (var module in _modules)
            module.Started(_host);
        _processor.Attach();
        _server.Start(() => Transactions.Count);
    }

    /// <summary>Ends traffic, then the modules, the last one started first.</summary>
    public void Stop()
    {
        _server.Stop();
        foreach (var module in _modules.Reverse())
            module.Stop();
    }
}
