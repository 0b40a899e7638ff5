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

    /// <summary>Iterations after which a while loop is ended; 0 for no limit.</summary>
    public int MaxWhileLoops { get; init; } = 100;

    public string? AdvertisedAddress { get; init; }

    public int AdvertisedPort { get; init; }

    /// <summary>Idle seconds after which a TCP connection is closed.</summary>
    public int TcpConnectionLifetime { get; init; } = 120;

    public int TcpMaxConnections { get; init; } = 2048;

    /// <summary>TCP messages without Content-Length are taken as having no body.</summary>
    public bool TcpAcceptNoContentLength { get; init; }

    /// <summary>UDP requests larger than this many bytes go over TCP when possible (RFC 3261 18.1.1); 0 for never.</summary>
    public int UdpMtu { get; init; }

    /// <summary>True when requests longer than <see cref="UdpMtu"/> are to be tried over TCP (udp_mtu_try_proto).</summary>
    public bool LargeRequestsTryTcp { get; init; }

    /// <summary>All parameters as bound, by name: for <c>check</c> and for modules that read a core value.</summary>
    public IReadOnlyDictionary<string, object> All { get; init; } = new Dictionary<string, object>();
}
