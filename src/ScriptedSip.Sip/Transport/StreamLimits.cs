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

    /// <summary>Milliseconds a message may take from its first to its last byte, and a peer to take what waits for it.</summary>
    public long StallMilliseconds { get; init; } = 20_000;

    /// <summary>Milliseconds a connection may take to be made.</summary>
    public int ConnectMilliseconds { get; init; } = 5_000;
}
