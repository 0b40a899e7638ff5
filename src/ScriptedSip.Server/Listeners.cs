using System.Net.Sockets;
using ScriptedSip.Script.Api;
using ScriptedSip.Server.Seats;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>The sockets of the program and the threads that serve them. Claimed first, opened and started last.</summary>
internal sealed class Listeners : IDisposable
{
    private readonly List<UdpPort> _ports = [];
    private readonly List<TcpPort> _streamPorts = [];
    private readonly List<Worker> _workers = [];

    private Listeners(SocketTable sockets) => Sockets = sockets;

    /// <summary>The addresses, in the order of the script.</summary>
    public SocketTable Sockets { get; }

    /// <summary>The names of the workers.</summary>
    public IEnumerable<string> SeatNames => _workers.Select(w => w.Name);

    /// <summary>Makes sure that every address can be had.</summary>
    /// <exception cref="StartFailure">One cannot.</exception>
    public static Listeners Claim(IReadOnlyList<ListenAddress> addresses, ScriptSettings settings)
    {
        var sockets = new List<ListenSocket>();
        foreach (var (endpoint, setting) in addresses)
        {
            var claimed = Guard(endpoint, () => endpoint.Protocol == TransportProtocol.Tcp ? TcpPort.Claim(endpoint) : UdpPort.Claim(endpoint));
            var advertisesOwn = setting.AdvertisedHost is not null;
            sockets.Add(new ListenSocket(sockets.Count, claimed, advertisesOwn ? setting.AdvertisedHost : settings.AdvertisedAddress,
                advertisesOwn ? setting.AdvertisedPort : settings.AdvertisedPort, setting.Name));
        }
        return new Listeners(new SocketTable(sockets) { Sources = settings.MultiHomed ? new SourceAddresses(new SystemClock()) : null });
    }

    /// <summary>Opens the sockets, with as many workers on each UDP address as the script asks for and the machine can use.</summary>
    /// <exception cref="StartFailure">A socket cannot be opened.</exception>
    public void Open(ScriptSettings settings, TransportLayer transport, Func<ISeat, IPacketSink, ScriptContext> newContext, SeatThreads threads, IMessageSink sink, ConsoleLog log,
        FailureLog failures)
    {
        var children = WorkersPerAddress(settings.Children, Environment.ProcessorCount);
        transport.Connections.Consumer = new StreamWorkers(seat => newContext(seat, transport.NewSink()), threads, sink, log, failures);
        foreach (var socket in Sockets.All)
        {
            if (socket.Protocol == TransportProtocol.Tcp)
            {
                _streamPorts.Add(Guard(socket.Endpoint, () => TcpPort.Open(socket, transport.Connections)));
                continue;
            }
            for (var i = 0; i < children; i++)
            {
                var port = Guard(socket.Endpoint, () => UdpPort.Open(socket));
                _ports.Add(port);
                transport.Add(port);
                _workers.Add(new Worker(port, i, seat => newContext(seat, transport.NewSink(port)), threads, sink, log, failures));
            }
        }
    }

    public void Start()
    {
        foreach (var worker in _workers)
            worker.Start();
        foreach (var port in _streamPorts)
            port.Start();
    }

    /// <summary>Ends the workers; what they are doing right now is finished, up to <paramref name="timeout"/>.</summary>
    public void Stop(TimeSpan timeout)
    {
        foreach (var port in _streamPorts)
            port.Dispose();
        foreach (var worker in _workers)
            worker.Stop();
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        foreach (var worker in _workers)
            worker.Join(TimeSpan.FromMilliseconds(Math.Max(0, deadline - Environment.TickCount64)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var port in _ports)
            port.Dispose();
        foreach (var port in _streamPorts)
            port.Dispose();
        foreach (var worker in _workers)
            worker.Dispose();
    }

    // Workers never wait for anything but datagrams: more of them than processors would only make the batches smaller.
    internal static int WorkersPerAddress(int children, int processors) => Math.Min(children == 0 ? 2 : children, processors);

    private static T Guard<T>(SipEndpoint endpoint, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (SocketException e)
        {
            var why = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "address already in use",
                SocketError.AddressNotAvailable => "no interface of this machine has this address",
                SocketError.AccessDenied => "permission denied",
                _ => e.Message,
            };
            throw new StartFailure($"cannot listen on {endpoint}: {why}");
        }
    }
}
