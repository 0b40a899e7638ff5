using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Server;
using ScriptedSip.Server.Tables;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Support;

/// <summary>
/// The whole program around a script, loaded, bound and run as always, but without sockets, threads and real time: what is sent stays in
/// <see cref="Network"/>, and time passes when <see cref="Advance"/> is called.
/// </summary>
internal sealed class ScenarioServer : IScenarioStage
{
    private const int TickMilliseconds = 10;

    private readonly List<(int Milliseconds, Action<ScriptContext> Action, long[] Due)> _periodics = [];
    private readonly MessageBufferPool _buffers = new();
    private readonly SocketTable _sockets;
    private readonly IReadOnlyList<ScriptModule> _modules;
    private readonly MessageProcessor _processor;
    private readonly ScriptContext _context;
    private readonly string? _files;
    private readonly Databases _databases;
    private readonly TransactionEngine _transactions;

    private ScenarioServer(IReadOnlyList<ScenarioStep> steps)
    {
        _files = steps.Any(s => s is FileStep or DefineStep or UserStep) ? Write([.. steps.OfType<FileStep>()]) : null;
        foreach (var user in steps.OfType<UserStep>())
            AddUser(user);
        Console.UsesColor = steps.OfType<ColorStep>().Any();
        var services = new RuntimeServices { Log = Console };
        var (script, modules) = Load(steps.OfType<ScriptStep>().Single(), services, _files, steps.OfType<DefineStep>().ToDictionary(d => d.Name, d => InFiles(d.Value)));
        _modules = modules;
        Console.Threshold = Math.Max(script.Settings.Debug, (int)LogLevel.Info);
        var listen = steps.OfType<ListenStep>().Select(l => ScenarioFile.Endpoint(l.Address[..l.Address.IndexOf(':', StringComparison.Ordinal)] + " " + l.Address[(l.Address.IndexOf(':', StringComparison.Ordinal) + 1)..])).ToList();
        _sockets = new SocketTable([.. listen.Select((endpoint, i) => new ListenSocket(i, endpoint))]);
        services.LocalNames = new LocalNames(_sockets.All, script.Settings.Aliases.Select(a => (a.Host, a.Port, TransportProtocol.None)));
        var counters = new SipCounters();
        _transactions = new TransactionEngine(counters, new TransactionTimers(), Clock);
        _transactions.SocketFor = (destination, wanted) => _sockets.Choose(destination, wanted);
        var host = new ModuleHost
        {
            Clock = Clock,
            Log = Console,
            Resolver = new KnownHosts(_sockets, steps.OfType<HostStep>().ToLookup(h => h.Host, h => h.Address), steps.OfType<RuleStep>().ToLookup(r => r.Domain, r => r.Rule)),
            Transactions = _transactions,
            LocalNames = services.LocalNames,
            Sockets = _sockets,
            Buffers = _buffers,
            Counters = counters,
            CurrentScript = () => script,
            Every = (milliseconds, action) => _periodics.Add((milliseconds, action, [Clock.Milliseconds + milliseconds])),
        };
        _databases = new Databases(new Dictionary<string, string>()) { StandardUrl = script.Settings.DefaultDatabase };
        host.Export(_databases);
        _processor = new MessageProcessor(host, () => script);
        foreach (var module in modules)
            module.Start(host);
        foreach (var module in modules)
            module.Started(host);
        _processor.Attach();
        _context = new ScriptContext(Clock, _buffers, Network);
        new OwnRuns(host, () => script).RunStartup(_context);
    }

    public FakeClock Clock { get; } = new();

    public FakeNetwork Network { get; } = new();

    public ScriptConsole Console { get; } = new();

    public IReadOnlyList<SentPacket> Waiting => Network.Waiting;

    public IReadOnlyList<string> ProgramMessages => Console.ProgramMessages;

    /// <summary>Starts the program the way the first steps of a scenario describe.</summary>
    public static ScenarioServer Start(IReadOnlyList<ScenarioStep> steps) => new(steps);

    public SentPacket? Take(SipEndpoint to, Predicate<SentPacket> isWanted) => Network.Take(to);

    public void Ignore() => Network.Clear();

    public string TakeConsole(Predicate<string>? isWanted = null) => Console.Take();

    public void Advance(int milliseconds)
    {
        for (var passed = 0; passed < milliseconds; passed += TickMilliseconds)
        {
            Clock.Advance(TickMilliseconds);
            Tick();
        }
    }

    public void Receive(SipEndpoint from, SipEndpoint to, string text)
    {
        var local = to.IsNone ? _sockets.Choose(from, null) : _sockets.Find(to);
        if (local is null)
            throw new ScenarioFailure($"no socket for a message from {from}");
        var bytes = Encoding.Latin1.GetBytes(text);
        // A receive buffer is larger than what came, and what is behind it is anybody's.
        var buffer = new byte[bytes.Length + 64];
        buffer.AsSpan().Fill((byte)'?');
        bytes.CopyTo(buffer, 0);
        _context.Tick();
        _processor.Process(_context, buffer, bytes.Length, from, local);
        _context.Outbox.Flush();
        // The bytes are the receiver's again: whoever kept a slice of them reads this.
        buffer.AsSpan().Fill((byte)'!');
    }

    public void ReportUnreachable(SentPacket packet)
    {
        _transactions.OnUnreachable(packet.To, packet.Bytes);
        Tick();
    }

    public void Dispose()
    {
        foreach (var module in _modules.Reverse())
            module.Stop();
        _databases.Dispose();
        if (_files is not null)
            Directory.Delete(_files, recursive: true);
    }

    // What the timer thread does every few milliseconds.
    private void Tick()
    {
        _context.Tick();
        _processor.OnTimer(_context);
        foreach (var (milliseconds, action, due) in _periodics)
        {
            if (Clock.Milliseconds < due[0])
                continue;
            due[0] = Clock.Milliseconds + milliseconds;
            action(_context);
        }
        _context.Outbox.Flush();
    }

    private static (BoundScript Script, IReadOnlyList<ScriptModule> Modules) Load(ScriptStep step, RuntimeServices services, string? files, Dictionary<string, string> defines)
    {
        var options = new LoadOptions
        {
            Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore),
            Services = services,
            Parse = new ParseOptions { Defines = defines },
        };
        var file = step.Path is not null ? SourceFile.Load(Repository.Path(step.Path)) : new SourceFile("scenario.cfg", step.Text!.Replace("{files}", files, StringComparison.Ordinal));
        var result = ScriptLoader.Load(file, options);
        if (result.Script is not { } script)
            throw new ScenarioFailure("the script cannot be loaded:\n" + string.Join('\n', result.Diagnostics));
        foreach (var module in result.Modules.All)
        {
            if (module.Validate(script) is { } objection)
                throw new ScenarioFailure("the script is refused: " + objection);
        }
        return (script, [.. result.Modules.All]);
    }

    private string InFiles(string text) => text.Replace("{files}", _files, StringComparison.Ordinal);

    private void AddUser(UserStep user)
    {
        string[] words = ["db", "init", InFiles(user.Database)];
        using var ignored = new StringWriter();
        TableCommands.Run(words, TextReader.Null, ignored, ignored);
        using var password = new StringReader(user.Password);
        using var errors = new StringWriter();
        if (TableCommands.Run(["user", "add", InFiles(user.Database), user.Name], password, ignored, errors) != 0)
            throw new ScenarioFailure(errors.ToString());
    }

    private static string Write(IReadOnlyList<FileStep> files)
    {
        var folder = Directory.CreateTempSubdirectory("scenario-").FullName;
        foreach (var file in files)
            File.WriteAllText(System.IO.Path.Combine(folder, file.Name), file.Text);
        return folder;
    }

    /// <summary>Numeric addresses and the names a scenario gives.</summary>
    private sealed class KnownHosts(SocketTable sockets, ILookup<string, SipEndpoint> hosts, ILookup<string, NaptrRule> rules) : IDestinationResolver
    {
        public Task<IReadOnlyList<NaptrRule>?> FindRulesAsync(string name) => Task.FromResult<IReadOnlyList<NaptrRule>?>([.. rules[name]]);

        public ResolveStatus Resolve(ReadOnlySpan<byte> host, int port, TransportProtocol protocol, out SipEndpoint endpoint, out ResolvedTargets? targets,
            IResolutionWaiter? waiter, long ticket)
        {
            targets = null;
            var transport = protocol == TransportProtocol.None ? TransportProtocol.Udp : protocol;
            if (!SipEndpoint.TryParseAddress(host, transport, port == 0 ? ListenSocket.DefaultPort : port, out endpoint))
            {
                SipEndpoint[] servers = [.. hosts[Encoding.Latin1.GetString(host)]];
                if (servers.Length == 0)
                    return ResolveStatus.Failed;
                endpoint = servers[0];
                targets = new ResolvedTargets(servers);
            }
            return sockets.Choose(endpoint, null) is null ? ResolveStatus.Failed : ResolveStatus.Resolved;
        }
    }
}
