using System.Runtime.InteropServices;
using ScriptedSip.Script.Api;
using ScriptedSip.Server.Seats;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>The running program around a script: sockets, workers, the timer loop and the way to stop them.</summary>
internal sealed class ProxyServer : IDisposable
{
    private const int StaleCheckMilliseconds = 1000;

    /// <summary>How often pools are trimmed: longer than bursts follow each other, shorter than anybody waits for memory to come back.</summary>
    private const int TrimMilliseconds = 10_000;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly ConsoleLog _log;
    private readonly Listeners _listeners;
    private readonly ConnectionTable _connections;
    private readonly SeatThreads _threads;
    private readonly IReadOnlyList<(string Host, int Port, TransportProtocol Protocol)> _listenNames;
    private readonly ManualResetEventSlim _stopRequested = new();
    private TimerLoop? _timerLoop;
    private StatusReport? _status;
    private Action _trims;
    private PosixSignalRegistration[] _signals = [];

    /// <summary>Claims the addresses; nothing is received before <see cref="Start"/>.</summary>
    /// <exception cref="StartFailure">An address cannot be used.</exception>
    public ProxyServer(IReadOnlyList<ListenSetting> listen, ScriptSettings settings, ConsoleLog log)
    {
        _log = log;
        Settings = settings;
        Clock = new SystemClock();
        Counters = new SipCounters();
        Buffers = new MessageBufferPool();
        _trims = Buffers.Trim;
        Failures = new FailureLog(log, Counters, Clock);
        _threads = new SeatThreads(Failures, Counters);
        var addresses = ListenAddresses.Resolve(listen.Count > 0 ? listen : settings.Listen, settings, note => log.Write(LogLevel.Notice, note));
        _listeners = Listeners.Claim(addresses, settings);
        _connections = new ConnectionTable(LimitsOf(settings, addresses.Any(a => a.Endpoint.Protocol != TransportProtocol.Udp), log), Counters, Buffers, Clock);
        Transport = new TransportLayer(_listeners.Sockets, Counters, _connections);
        _listenNames = [.. addresses.Select(a => NameOf(a))];
        LocalNames = new LocalNames(_listeners.Sockets.All, [.. settings.Aliases.Select(ToName), .. _listenNames]);
    }

    public ScriptSettings Settings { get; }

    public IClock Clock { get; }

    public SipCounters Counters { get; }

    public FailureLog Failures { get; }

    public MessageBufferPool Buffers { get; }

    public TransportLayer Transport { get; }

    public SocketTable Sockets => _listeners.Sockets;

    public LocalNames LocalNames { get; }

    /// <summary>What the threads of the program work on, by name.</summary>
    public IEnumerable<string> SeatNames => _timerLoop is { } timer ? [.. _listeners.SeatNames, timer.Name] : _listeners.SeatNames;

    /// <summary>Script runs that wait for something slow at this moment.</summary>
    public int WaitingRuns => _threads.Waiting;

    /// <summary>Streams that are open at this moment.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Told of SIGHUP, on a thread that must not be held up.</summary>
    public Action? OnHangup { get; set; }

    /// <summary>The timer loop's registration of periodic actions; usable once <see cref="Prepare"/> has been called.</summary>
    public void Every(int milliseconds, Action<ScriptContext> action) =>
        (_timerLoop ?? throw new InvalidOperationException("The server has not been prepared.")).Every(milliseconds, action);

    /// <summary>Periodic actions there are; 0 before <see cref="Prepare"/>.</summary>
    public int PeriodicCount => _timerLoop?.PeriodicCount ?? 0;

    /// <summary>Takes back all but the first <paramref name="count"/> periodic actions.</summary>
    public void KeepPeriodics(int count) => _timerLoop?.Keep(count);

    /// <summary>Has a pool give up what it does not need, every few seconds; before <see cref="Start"/>.</summary>
    public void AddTrim(Action trim) => _trims += trim;

    /// <summary>Has the timer thread look at once for what there is to do. Usable from any thread.</summary>
    public void WakeTimer() => _timerLoop?.Wake();

    /// <summary>Opens the sockets and makes the threads, all still at rest.</summary>
    /// <exception cref="StartFailure">A socket cannot be opened.</exception>
    public void Prepare(IMessageSink sink)
    {
        _timerLoop = new TimerLoop(Clock, seat => NewContext(seat, Transport.NewSink()), _threads, sink, _log, Failures);
        _timerLoop.Every(StaleCheckMilliseconds, _ => _connections.CloseStale());
        var trim = new IdleTrim(Counters, GiveBackAll);
        _timerLoop.Every(1000, _ => trim.OnSecond());
        var compiler = new CompilerThread();
        _timerLoop.Every(CompilerThread.LookMilliseconds, _ => compiler.OnLook());
        _timerLoop.Every(TrimMilliseconds, _ => _trims());
        _listeners.Open(Settings, Transport, NewContext, _threads, sink, _log, Failures);
    }

    /// <summary>Answers to other names from now on, besides those of its sockets.</summary>
    public void RenameTo(IReadOnlyList<AliasSetting> aliases) => LocalNames.Replace([.. aliases.Select(ToName), .. _listenNames]);

    /// <summary>Lets traffic in, and listens to signals.</summary>
    /// <param name="transactions">How many transactions are alive, for the status report.</param>
    public void Start(Func<int> transactions)
    {
        _status = new StatusReport(Counters, transactions, () => _connections.Count, Buffers);
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangupSignal),
            PosixSignalRegistration.Create(StatusReport.Signal, OnStatusRequest)];
        _timerLoop!.Start();
        _listeners.Start();
    }

    /// <summary>Waits until somebody asks the program to end, by signal or <see cref="RequestStop"/>.</summary>
    public void WaitForStop()
    {
        _stopRequested.Wait();
    }

    public void RequestStop() => _stopRequested.Set();

    /// <summary>Ends all threads; messages being processed are finished, without the answers some are waiting for.</summary>
    public void Stop()
    {
        _threads.StopWaiting();
        _listeners.Stop(StopTimeout);
        _timerLoop?.Stop();
        _timerLoop?.Join(StopTimeout);
        _threads.Join(StopTimeout);
        _connections.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _listeners.Dispose();
        _connections.Dispose();
        _timerLoop?.Dispose();
        _threads.Dispose();
        _stopRequested.Dispose();
    }

    private static StreamLimits LimitsOf(ScriptSettings settings, bool hasStreams, ConsoleLog log)
    {
        var descriptors = DescriptorLimit.Current;
        var possible = DescriptorLimit.Connections(descriptors);
        if (hasStreams && possible < settings.TcpMaxConnections)
            log.Write(LogLevel.Warning, $"at most {possible} TCP connections instead of {settings.TcpMaxConnections}: this process may open {descriptors} files");
        return new StreamLimits
        {
            MaxConnections = Math.Min(settings.TcpMaxConnections, possible),
            MaxConnectionsPerAddress = settings.TcpConnectionsPerAddress == 0 ? int.MaxValue : settings.TcpConnectionsPerAddress,
            IdleMilliseconds = settings.TcpConnectionLifetime * 1000L,
            StallMilliseconds = settings.TcpMessageSeconds * 1000L,
            SendMilliseconds = settings.TcpSendMilliseconds,
            ConnectMilliseconds = settings.TcpConnectMilliseconds,
            MayConnect = settings.TcpMayConnect,
            MatchesLocalAddress = settings.TcpMatchesLocalAddress,
            AnswersPings = settings.TcpAnswersPings,
            KeepAlive = settings.TcpKeepAlive ? new KeepAliveProbes(settings.TcpKeepIdle, settings.TcpKeepInterval, settings.TcpKeepCount) : null,
        };
    }

    /// <summary>A context for a thread that serves no socket.</summary>
    public ScriptContext NewOwnContext() => new(Clock, Buffers, Transport.NewSink());

    private ScriptContext NewContext(ISeat seat, IPacketSink sink) => new(Clock, Buffers, sink) { Seat = seat };

    // What lay unused since the first of two trims a moment apart is all that is free.
    private void GiveBackAll()
    {
        _trims();
        _trims();
        IdleTrim.Collect();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stopRequested.Set();
    }

    private void OnHangupSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        OnHangup?.Invoke();
    }

    private void OnStatusRequest(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _log.Announce(_status!.Text());
    }

    private static (string Host, int Port, TransportProtocol Protocol) ToName(AliasSetting alias) =>
        (alias.Host, alias.Port, Enum.TryParse<TransportProtocol>(alias.Protocol, ignoreCase: true, out var protocol) ? protocol : TransportProtocol.None);

    // A host name in a listen line means this server as much as the address it stands for.
    private static (string Host, int Port, TransportProtocol Protocol) NameOf(in ListenAddress address) =>
        (address.Setting.Host, address.Endpoint.Port, address.Endpoint.Protocol);
}
