namespace ScriptedSip.Script.Api;

/// <summary>One <c>listen</c> entry as written: nothing is resolved yet.</summary>
/// <param name="Protocol">udp, tcp, tls …; null when not written (then UDP and TCP).</param>
/// <param name="Host">Address, name, interface, or "*"/"any".</param>
/// <param name="Port">Port; 0 when not written.</param>
/// <param name="AdvertisedHost">Host to write into messages, or null.</param>
/// <param name="AdvertisedPort">Port to write into messages; 0 for the bound one.</param>
/// <param name="Name">Name for scripts, or null.</param>
public sealed record ListenSetting(string? Protocol, string Host, int Port, string? AdvertisedHost = null, int AdvertisedPort = 0, string? Name = null);

/// <summary>One <c>alias</c>: a further name of this server.</summary>
public sealed record AliasSetting(string? Protocol, string Host, int Port);

/// <summary>The core parameters of a script (GLOBALS), with the dialect's defaults.</summary>
public sealed class ScriptSettings
{
    /// <summary>The family the script is read as, for modules whose functions differ between them.</summary>
    public Text.ScriptDialect Dialect { get; init; } = Text.ScriptDialect.OpenSer;

    /// <summary>Full name of the folder the script lies in: where a relative name of a file is looked for.</summary>
    public string Folder { get; init; } = "";

    public IReadOnlyList<ListenSetting> Listen { get; init; } = [];

    public IReadOnlyList<AliasSetting> Aliases { get; init; } = [];

    /// <summary>Default port of <c>listen</c> entries without one.</summary>
    public int Port { get; init; } = 5060;

    /// <summary>Workers per UDP socket; 0 when the script does not say.</summary>
    public int Children { get; init; }

    /// <summary>Verbosity -3…4.</summary>
    public int Debug { get; init; }

    public bool DisableTcp { get; init; }

    /// <summary>Drop replies whose topmost Via is not ours.</summary>
    public bool CheckVia { get; init; }

    /// <summary>Choose the sending socket by the routing table.</summary>
    public bool MultiHomed { get; init; }

    /// <summary>Answer to the Via address instead of the source.</summary>
    public bool ReplyToVia { get; init; }

    /// <summary>Whole header line put into replies made here, without CRLF; empty for none.</summary>
    public string ServerHeader { get; init; } = "";

    public string UserAgentHeader { get; init; } = "";

    /// <summary>Whether <see cref="ServerHeader"/> is added at all.</summary>
    public bool ServerSignature { get; init; } = true;

    /// <summary>return_mode=1: a route that returns 0 is false and ends nothing, and any other code is true.</summary>
    public bool ZeroIsFalse { get; init; }

    /// <summary>Iterations after which a while loop is ended; 0 for no limit.</summary>
    public int MaxWhileLoops { get; init; } = 100;

    public string? AdvertisedAddress { get; init; }

    public int AdvertisedPort { get; init; }

    /// <summary>Idle seconds after which a TCP connection is closed.</summary>
    public int TcpConnectionLifetime { get; init; } = 120;

    public int TcpMaxConnections { get; init; } = 2048;

    /// <summary>A client that puts <c>alias</c> into its Via is reached over its own connection under the port of sent-by (RFC 5923).</summary>
    public bool TcpAcceptAliases { get; init; }

    /// <summary>Connections with one remote address; 0 for no limit of its own.</summary>
    public int TcpConnectionsPerAddress { get; init; } = 1024;

    public int TcpConnectMilliseconds { get; init; } = 5_000;

    /// <summary>How long a peer may take to accept what is sent to it.</summary>
    public int TcpSendMilliseconds { get; init; } = 20_000;

    /// <summary>How long a message may take from its first to its last byte.</summary>
    public int TcpMessageSeconds { get; init; } = 20;

    /// <summary>False to send only over connections that peers have opened (tcp_no_connect).</summary>
    public bool TcpMayConnect { get; init; } = true;

    /// <summary>True to use a connection only for what leaves from its own local address (tcp_connection_match).</summary>
    public bool TcpMatchesLocalAddress { get; init; }

    /// <summary>Whether a double CRLF is answered (RFC 5626 4.4.1).</summary>
    public bool TcpAnswersPings { get; init; } = true;

    /// <summary>Whether the system probes silent connections.</summary>
    public bool TcpKeepAlive { get; init; }

    /// <summary>Seconds before the first probe; 0 for the system's own.</summary>
    public int TcpKeepIdle { get; init; }

    /// <summary>Seconds between probes; 0 for the system's own.</summary>
    public int TcpKeepInterval { get; init; }

    /// <summary>Unanswered probes that end a connection; 0 for the system's own.</summary>
    public int TcpKeepCount { get; init; }

    /// <summary>UDP requests larger than this many bytes go over TCP when possible (RFC 3261 18.1.1); 0 for never.</summary>
    public int UdpMtu { get; init; }

    /// <summary>True when requests longer than <see cref="UdpMtu"/> are to be tried over TCP (udp_mtu_try_proto).</summary>
    public bool LargeRequestsTryTcp { get; init; }

    /// <summary>URL of the database of modules that are given none (db_default_url); empty when the script does not say.</summary>
    public string DefaultDatabase { get; init; } = "";

    /// <summary>All parameters as bound, by name: for <c>check</c> and for modules that read a core value.</summary>
    public IReadOnlyDictionary<string, object> All { get; init; } = new Dictionary<string, object>();
}
