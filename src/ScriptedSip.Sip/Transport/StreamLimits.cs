using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>What stream peers may cost. Immutable.</summary>
public sealed record StreamLimits
{
    /// <summary>Connections at one time, both directions together.</summary>
    public int MaxConnections { get; init; } = 2048;

    /// <summary>Of these, connections with one remote address.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 1024;

    /// <summary>Longest message in bytes, head and body; at most <see cref="Messages.MessageBufferPool.LargestSize"/>.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of buffers that may wait for a peer that does not read.</summary>
    public int MaxQueuedBytes { get; init; } = 256 * 1024;

    /// <summary>Milliseconds without a byte in either direction after which a connection is closed.</summary>
    public long IdleMilliseconds { get; init; } = 120_000;

    /// <summary>Milliseconds a message may take from its first to its last byte.</summary>
    public long StallMilliseconds { get; init; } = 20_000;

    /// <summary>Milliseconds a peer may take to accept what is being sent to it.</summary>
    public long SendMilliseconds { get; init; } = 20_000;

    /// <summary>Milliseconds a connection may take to be made.</summary>
    public int ConnectMilliseconds { get; init; } = 5_000;

    /// <summary>False to send only over connections that peers have opened.</summary>
    public bool MayConnect { get; init; } = true;

    /// <summary>True to use a connection only for what leaves from its own local address.</summary>
    public bool MatchesLocalAddress { get; init; }

    /// <summary>Whether a double CRLF is answered (RFC 5626 4.4.1).</summary>
    public bool AnswersPings { get; init; } = true;

    /// <summary>Probes of the system for silent connections; null for none.</summary>
    public KeepAliveProbes? KeepAlive { get; init; }
}

/// <summary>When and how the system finds out whether a silent peer is still there (RFC 1122 4.2.3.6).</summary>
/// <param name="IdleSeconds">Silence before the first probe; 0 for the system's own.</param>
/// <param name="IntervalSeconds">Time between probes; 0 for the system's own.</param>
/// <param name="Count">Probes without an answer that end a connection; 0 for the system's own.</param>
public sealed record KeepAliveProbes(int IdleSeconds, int IntervalSeconds, int Count)
{
    internal void Apply(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (IdleSeconds > 0)
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        if (IntervalSeconds > 0)
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IntervalSeconds);
        if (Count > 0)
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Count);
    }
}
