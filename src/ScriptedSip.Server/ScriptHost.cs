using ScriptedSip.Data;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;
using ScriptedSip.Server.Reload;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>A script that passed every check, and the modules it uses with their parameters set.</summary>
internal sealed record LoadedScript(ScriptVersion Version, ModuleSet Modules, RuntimeServices Services)
{
    /// <summary>The files it was read from, and those it would include if they were there.</summary>
    public IReadOnlyCollection<string> Files { get; init; } = [];
}

/// <summary>Puts a script to work on a server: gives its modules what they need and messages to its routes.</summary>
internal sealed class ScriptHost
{
    private readonly ProxyServer _server;
    private readonly ScriptLog _log;
    private readonly List<ScriptModule> _started = [];
    private readonly ModuleHost _host;
    private readonly MessageProcessor _processor;
    private volatile ScriptVersion _current;
    private volatile ScriptVersion? _next;

    public ScriptHost(LoadedScript script, ProxyServer server, ScriptLog log, Databases databases)
    {
        _server = server;
        _log = log;
        Modules = script.Modules;
        Services = script.Services;
        _current = script.Version;
        script.Services.LocalNames = server.LocalNames;
        script.Services.OnFailure = failure => server.Failures.Report(Counter.ScriptFailures, "The script failed at ", failure);
        Transactions = new TransactionEngine(server.Counters, new TransactionTimers(), server.Clock);
        Transactions.SocketFor = (destination, wanted) => server.Sockets.Choose(destination, wanted);
        Transactions.RoutedSocketFor = server.Sockets.Sources is null ? null : destination => server.Sockets.RoutedTo(destination);
        Transactions.OnFault = fault => server.Failures.Report("Work on a transaction", fault);
        server.Transport.Failures = Transactions;
        ApplyServerHeader(script.Version.Settings);
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
            CurrentScript = () => _next ?? _current,
            Every = server.Every,
        };
        _host.Export(databases);
        _processor = new MessageProcessor(_host, () => _current);
    }

    /// <summary>The transactions, for reports.</summary>
    public TransactionEngine Transactions { get; }

    /// <summary>The modules of all scripts so far.</summary>
    public ModuleSet Modules { get; private set; }

    /// <summary>How many module instances run.</summary>
    public int StartedModules => _started.Count;

    /// <summary>What the nodes of all scripts share.</summary>
    public RuntimeServices Services { get; }

    /// <summary>Opens the sockets and starts the modules, then lets traffic in.</summary>
    /// <exception cref="StartFailure">A socket cannot be opened.</exception>
    public void Start()
    {
        _server.Prepare(_processor);
        Transactions.Posted = _server.WakeTimer;
        _server.AddTrim(Transactions.Trim);
        Services.Hosts.Refresh();
        _server.Every(NamedHosts.RefreshSeconds * 1000, _ => Services.Hosts.Refresh());
        StartModules([.. Modules.All]);
        _processor.Attach();
        new OwnRuns(_host, () => _current).RunStartup(_server.NewOwnContext());
        _server.Start(() => Transactions.Count);
    }

    /// <summary>Ends traffic, then the modules, the last one started first.</summary>
    public void Stop()
    {
        _server.Stop();
        StopModules(downTo: 0, static module => module.Stop());
    }

    /// <summary>
    /// Puts another script in place of the running one, with the modules it needs besides, or leaves everything as it is. One caller at a time.
    /// </summary>
    /// <param name="loaded">The other script as read for <see cref="Modules"/>.</param>
    /// <param name="line">The command line: what it has said scripts need not agree on.</param>
    public (bool IsDone, IReadOnlyList<Diagnostic> Findings) Replace(LoadResult loaded, CommandLine line)
    {
        var findings = new DiagnosticBag();
        foreach (var finding in loaded.Diagnostics)
            findings.Add(finding);
        if (loaded.Script is not { } script)
            return (false, findings.Sorted());
        Check(loaded, script, line, findings);
        if (findings.HasErrors || !TryStart(loaded, script, findings))
            return (false, findings.Sorted());
        Modules = loaded.Modules;
        ApplyServerHeader(script.Settings);
        _log.Threshold += script.Settings.Debug - _current.Settings.Debug;
        _server.RenameTo(script.Settings.Aliases);
        // From here on every message that begins runs the new script.
        _current = script;
        return (true, findings.Sorted());
    }

    private void Check(LoadResult loaded, ScriptVersion script, CommandLine line, DiagnosticBag findings)
    {
        var top = new TextSpan(loaded.File, 0, 0);
        foreach (var name in FixedSettings.Changed(_current.Settings, script.Settings, listensElsewhere: line.Listen.Count > 0))
            findings.Add(DiagnosticCatalog.FixedSetting, loaded.SettingPlaces.GetValueOrDefault(name, top), name);
        foreach (var objection in DatabaseUse.Objections(loaded.NewModules.Select(m => m.Module), line.Databases, script.Settings))
            findings.Add(DiagnosticCatalog.ModuleRefuses, top, objection);
        if (findings.HasErrors)
            return;
        foreach (var (name, module, predecessor, place) in loaded.NewModules)
        {
            if (predecessor is not null && module.TakeOver(predecessor) is { } reason)
                findings.Add(DiagnosticCatalog.FixedParameters, place, name, reason);
        }
    }

    private bool TryStart(LoadResult loaded, ScriptVersion script, DiagnosticBag findings)
    {
        var exports = _host.Exports;
        var periodics = _server.PeriodicCount;
        var started = _started.Count;
        _next = script;
        try
        {
            StartModules([.. loaded.NewModules.Select(m => m.Module)]);
            foreach (var module in loaded.Modules.All)
                module.Reloaded(_host);
            _processor.Attach();
            return true;
        }
        catch (Exception refusal)
        {
            // Whatever a module's start runs into, the old script goes on with what it had.
            _host.Restore(exports);
            _server.KeepPeriodics(periodics);
            StopModules(downTo: started, static module => module.Withdraw());
            findings.Add(DiagnosticCatalog.ModuleRefuses, new TextSpan(loaded.File, 0, 0), refusal.Message);
            return false;
        }
        finally
        {
            _next = null;
        }
    }

    private void StartModules(IReadOnlyList<ScriptModule> modules)
    {
        foreach (var module in modules)
        {
            module.Start(_host);
            _started.Add(module);
        }
        foreach (var module in modules)
            module.Started(_host);
    }

    // The last one started first, and none is kept.
    private void StopModules(int downTo, Action<ScriptModule> stop)
    {
        while (_started.Count > downTo)
        {
            var module = _started[^1];
            _started.RemoveAt(_started.Count - 1);
            stop(module);
        }
    }

    private void ApplyServerHeader(ScriptSettings settings) => Transactions.ServerHeader =
        settings.ServerSignature && settings.ServerHeader.Length > 0 ? Utf8Text.From(settings.ServerHeader.TrimEnd() + "\r\n") : default;
}
