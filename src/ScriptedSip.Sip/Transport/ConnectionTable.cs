using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transport;

/// <summary>The open streams: found by number, by peer or by an alias of the peer (RFC 5923), made when there is none, and never more than the limits allow.</summary>
public sealed class ConnectionTable(StreamLimits limits, SipCounters counters, MessageBufferPool buffers, IClock clock) : IDisposable
{
    // A peer has one server port, or a few; who asks for more wants our memory.
    private const int MostAliases = 8;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<int, TcpConnection> _byNumber = new();
    private readonly Dictionary<PeerKey, TcpConnection> _byPeer = [];
    private readonly Dictionary<SipEndpoint, int> _countByAddress = [];
    private int _lastNumber;
    private bool _isDisposed;

    public StreamLimits Limits { get; } = limits;

    /// <summary>Who handles the messages; set before the first connection.</summary>
    public IStreamConsumer? Consumer { get; set; }

    /// <summary>Connections at this moment.</summary>
    public int Count => _byNumber.Count;

    internal SipCounters Counters { get; } = counters;

    internal MessageBufferPool Buffers { get; } = buffers;

    internal IClock Clock { get; } = clock;

    /// <summary>Told of packets that could not be sent.</summary>
    internal Action<OutboundPacket>? OnFailed { get; set; }

    /// <summary>Closes connections that have been silent or stuck for too long; to be called about every second.</summary>
    public void CloseStale()
    {
        var now = Clock.Milliseconds;
        foreach (var pair in _byNumber)
            pair.Value.CloseIfStale(now);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        foreach (var pair in _byNumber)
            pair.Value.Close();
    }

    /// <summary>
    /// Lets what goes to another port of a connection's peer take that connection (RFC 5923). False when the connection is gone, when another one has
    /// that name, or when it has too many.
    /// </summary>
    public bool AddAlias(in SipEndpoint connected, int port)
    {
        lock (_gate)
        {
            if (port is < 1 or > ushort.MaxValue || !_byNumber.TryGetValue(connected.Connection, out var connection))
                return false;
            var key = KeyOf(connection.Remote.WithPort(port), connection.Local);
            if (_byPeer.TryGetValue(key, out var current))
                return ReferenceEquals(current, connection);
            if (connection.Aliases.Count >= MostAliases)
                return false;
            connection.Aliases.Add(key);
            _byPeer.Add(key, connection);
            return true;
        }
    }

    /// <summary>
    /// Sends through the connection a destination names, which is how replies go back; when that is gone, or none is named, through one to the same
    /// peer, else through a new one (RFC 3261 18.2.2). A connection that is there but takes no more is not gone round.
    /// </summary>
    internal void Send(in OutboundPacket packet)
    {
        // No connection has the number 0.
        var isSent = _byNumber.TryGetValue(packet.To.Connection, out var named) && !named.IsOver ? named.TrySend(packet) : TrySendToPeer(packet);
        if (!isSent)
            Failed(packet);
    }

    /// <summary>
    /// Sends what a connection that had been there could not any more through another one to the same peer: a reply to the port of sent-by (RFC 3261
    /// 18.2.2), a request because the peer may only have closed a connection it thought idle. Once: what fails again has failed.
    /// </summary>
    internal void SendElsewhere(OutboundPacket packet)
    {
        var isLast = packet.IsLastTry;
        packet.IsLastTry = true;
        packet.To = packet.To.WithConnection(0);
        if (isLast || !TrySendToPeer(packet))
            Failed(packet);
    }

    /// <summary>Takes in a connection a peer has opened; refuses it when there are too many.</summary>
    internal void Accept(Socket socket, ListenSocket local)
    {
        TcpConnection? connection = null;
        try
        {
            var peer = (IPEndPoint)socket.RemoteEndPoint!;
            connection = Add(socket, local, new SipEndpoint(TransportProtocol.Tcp, peer.Address, peer.Port));
        }
        catch (SocketException)
        {
            // It was gone before it could be looked at.
        }
        if (connection is null)
            socket.Dispose();
        else
            connection.Accept();
    }

    internal void Remove(TcpConnection connection)
    {
        var peer = connection.Remote;
        var address = AddressOf(peer);
        lock (_gate)
        {
            if (!_byNumber.TryRemove(peer.Connection, out _))
                return;
            ForgetNames(connection);
            if (--_countByAddress[address] == 0)
                _countByAddress.Remove(address);
        }
    }

    /// <summary>Keeps a connection that is about to end from being chosen for anything new.</summary>
    internal void Forget(TcpConnection connection)
    {
        lock (_gate)
            ForgetNames(connection);
    }

    internal void Failed(in OutboundPacket packet) => OnFailed?.Invoke(packet);

    private void ForgetNames(TcpConnection connection)
    {
        ForgetName(KeyOf(connection.Remote, connection.Local), connection);
        foreach (var alias in connection.Aliases)
            ForgetName(alias, connection);
        connection.Aliases.Clear();
    }

    private void ForgetName(PeerKey key, TcpConnection connection)
    {
        if (_byPeer.TryGetValue(key, out var current) && ReferenceEquals(current, connection))
            _byPeer.Remove(key);
    }

    private PeerKey KeyOf(in SipEndpoint peer, ListenSocket local) => new(peer, Limits.MatchesLocalAddress ? local.Index : -1);

    private bool TrySendToPeer(in OutboundPacket packet)
    {
        TcpConnection? connection;
        var isNew = false;
        lock (_gate)
        {
            if (!_byPeer.TryGetValue(KeyOf(packet.To, packet.From), out connection))
            {
                connection = NewConnection(packet);
                isNew = connection is not null;
            }
        }
        if (connection is null)
            return false;
        if (isNew)
            connection.Connect();
        if (connection.TrySend(packet))
            return true;
        if (isNew || !connection.IsOver)
            return false;
        // It ended between the two looks at it.
        Forget(connection);
        return TrySendToPeer(packet);
    }

    private TcpConnection? NewConnection(in OutboundPacket packet)
    {
        // Port 0: over a connection that is there, or not at all.
        if (!Limits.MayConnect || packet.To.Port == 0)
            return null;
        var local = packet.From.Endpoint;
        var socket = new Socket(local.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(local.ToIPAddress(), 0));
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
        var connection = Add(socket, packet.From, packet.To);
        if (connection is null)
            socket.Dispose();
        else
            connection.HoldBack();
        return connection;
    }

    private TcpConnection? Add(Socket socket, ListenSocket local, in SipEndpoint peer)
    {
        var address = AddressOf(peer);
        lock (_gate)
        {
            var ofAddress = _countByAddress.GetValueOrDefault(address);
            if (_isDisposed || _byNumber.Count >= Limits.MaxConnections || ofAddress >= Limits.MaxConnectionsPerAddress)
            {
                Counters.Add(Counter.ConnectionsRefused);
                return null;
            }
            do
            {
                _lastNumber = _lastNumber == int.MaxValue ? 1 : _lastNumber + 1;
            }
            while (_byNumber.ContainsKey(_lastNumber));
            var connection = new TcpConnection(this, socket, local, peer.WithConnection(_lastNumber));
            _byNumber[_lastNumber] = connection;
            _byPeer[KeyOf(peer, local)] = connection;
            _countByAddress[address] = ofAddress + 1;
            return connection;
        }
    }

    private static SipEndpoint AddressOf(in SipEndpoint peer) => peer.WithPort(0);
}

/// <summary>A name connections are found by.</summary>
/// <param name="Peer">The remote address.</param>
/// <param name="Local">Index of the local socket; -1 when any will do.</param>
internal readonly record struct PeerKey(SipEndpoint Peer, int Local);
