using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>Core settings, as written, to <see cref="ScriptSettings"/>.</summary>
internal sealed class SettingsBinder(ScriptDialect dialect, string path, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly List<ListenSetting> _listen = [];
    private readonly List<(TextSpan Span, string Protocol)> _unspoken = [];
    private readonly List<AliasSetting> _aliases = [];
    private readonly List<(string Alias, string Name)> _avpAliases = [];
    private readonly Dictionary<string, TextSpan> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noted = new(StringComparer.Ordinal);

    public void Add(GlobalAssignment assignment)
    {
        var name = assignment.Name.Text;
        if (assignment.Group is { } group)
        {
            // A setting of the author's own, read back with $sel(cfg_get.group.name); words behind the value describe it.
            if (assignment.Values is [ScalarValue { Value: var first }, ..] && ConstantFolding.TryFold(first) is { } custom)
                _values[$"{group.Text}.{name}"] = custom;
            return;
        }
        _places[SettingNames.KindOf(name) switch
        {
            SettingKind.Listen => "listen",
            SettingKind.Number or SettingKind.Text => SettingNames.Canonical(name),
            _ => name,
        }] = assignment.Name.Span;
        switch (SettingNames.KindOf(name))
        {
            case SettingKind.Listen:
                Listen(assignment);
                break;
            case SettingKind.Alias:
                Alias(assignment);
                break;
            case SettingKind.AvpAliases when Scalar(assignment) is string text:
                AvpAliases(text, assignment);
                break;
            case SettingKind.Number:
                if (Number(assignment) is { } number)
                    _values[SettingNames.Canonical(name)] = number;
                break;
            case SettingKind.Text:
                if (Scalar(assignment) is { } value)
                    _values[SettingNames.Canonical(name)] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                break;
            case SettingKind.Ignored:
                var ignored = Scalar(assignment);
                if (!SettingNames.AsksForWhatIs(name, ignored) && _noted.Add(name))
                    diagnostics.AddWithHint(DiagnosticCatalog.IgnoredSetting, assignment.Name.Span, SettingNames.ReasonFor(name), name);
                if (ignored is not null)
                    _values[name] = ignored;
                break;
            default:
                diagnostics.AddWithHint(DiagnosticCatalog.UnknownSetting, assignment.Name.Span, Spelling.DidYouMean(name, SettingNames.All), name);
                break;
        }
    }

    public void Add(SettingsBlock block) => diagnostics.Add(DiagnosticCatalog.IgnoredSetting, block.Name.Span, block.Name.Text);

    /// <summary>Where each setting was last written.</summary>
    public IReadOnlyDictionary<string, TextSpan> Places => _places;

    public ScriptSettings Build() => new()
    {
        Dialect = dialect,
        Folder = path.Length == 0 ? "" : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "",
        Listen = _listen,
        Aliases = _aliases,
        Port = Number("port", 5060),
        Children = Number("children", 0),
        Debug = Number("debug", 0),
        DisableTcp = Number("disable_tcp", 0) != 0,
        CheckVia = Number("check_via", 0) != 0,
        MultiHomed = Number("mhomed", 0) != 0,
        ReplyToVia = Number("reply_to_via", 0) != 0,
        ServerHeader = Text("server_header") ?? "",
        UserAgentHeader = Text("user_agent_header") ?? "",
        ServerSignature = Number("server_signature", 1) != 0,
        ZeroIsFalse = Number("return_mode", 0) == 1,
        MaxWhileLoops = Number("max_while_loops", 100),
        AdvertisedAddress = Text("advertised_address"),
        AdvertisedPort = Number("advertised_port", 0),
        TcpConnectionLifetime = Number("tcp_connection_lifetime", 120),
        TcpMaxConnections = Number("tcp_max_connections", 2048),
        TcpAcceptAliases = Number("tcp_accept_aliases", 0) != 0,
        TcpConnectionsPerAddress = Number("tcp_accept_iplimit", 1024),
        TcpConnectMilliseconds = Time("tcp_connect_timeout", 5_000),
        TcpSendMilliseconds = Time("tcp_send_timeout", 20_000),
        TcpMessageSeconds = Number("tcp_max_msg_time", 20),
        TcpMayConnect = Number("tcp_no_connect", 0) == 0,
        TcpMatchesLocalAddress = Number("tcp_connection_match", 0) != 0,
        TcpAnswersPings = Number("tcp_crlf_ping", 1) != 0,
        TcpKeepAlive = Number("tcp_keepalive", 0) != 0 || _values.ContainsKey("tcp_keepidle") || _values.ContainsKey("tcp_keepintvl")
            || _values.ContainsKey("tcp_keepcnt"),
        TcpKeepIdle = Number("tcp_keepidle", 0),
        TcpKeepInterval = Number("tcp_keepintvl", 0),
        TcpKeepCount = Number("tcp_keepcnt", 0),
        UdpMtu = Number("udp_mtu", 0),
        LargeRequestsTryTcp = "tcp".Equals(Text("udp_mtu_try_proto"), StringComparison.OrdinalIgnoreCase),
        DefaultDatabase = Text("db_default_url") ?? "",
        All = _values,
    };

    /// <summary><c>avp_aliases="name=i:1;other=s:x"</c>.</summary>
    public void ReadAvpAliases(Dictionary<string, string> aliases)
    {
        foreach (var (alias, name) in _avpAliases)
            aliases[alias] = name;
    }

    private int Number(string name, int otherwise) => _values.TryGetValue(name, out var value) ? (int)value : otherwise;

    // Seconds in SER and Kamailio, milliseconds in OpenSIPS.
    private int Time(string name, int milliseconds)
    {
        var given = Number(name, 0);
        return given == 0 ? milliseconds : dialect == ScriptDialect.OpenSips ? given : (int)Math.Min(given * 1000L, int.MaxValue);
    }

    private string? Text(string name) => _values.GetValueOrDefault(name) as string;

    private static object? Scalar(GlobalAssignment assignment) => assignment.Values switch
    {
        [ScalarValue { Value: var value }] => ConstantFolding.TryFold(value),
        _ => null,
    };

    private int? Number(GlobalAssignment assignment)
    {
        var name = assignment.Name.Text;
        var value = Scalar(assignment) switch
        {
            long number => number,
            string text when Literals.YesNo(text) is { } word => word,
            string text when LevelOf(text) is { } level => level,
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => (long?)null,
        };
        var (lowest, highest) = SettingNames.RangeOf(name);
        if (value >= lowest && value <= highest)
            return (int)value;
        var wanted = value is null ? "a number" : string.Create(CultureInfo.InvariantCulture, $"from {lowest} to {highest}");
        diagnostics.Add(DiagnosticCatalog.BadSettingValue, assignment.Values[0].Span, name, wanted);
        return null;
    }

    private static int? LevelOf(string text) => text switch
    {
        "L_ALERT" => -3,
        "L_CRIT" => -2,
        "L_ERR" => -1,
        "L_WARN" => 1,
        "L_NOTICE" => 2,
        "L_INFO" => 3,
        "L_DBG" => 4,
        _ => null,
    };

    private void AvpAliases(string text, GlobalAssignment assignment)
    {
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } alias, { Length: > 0 } name])
                _avpAliases.Add((alias, name));
            else
                diagnostics.Add(DiagnosticCatalog.BadSettingValue, assignment.Values[0].Span, assignment.Name.Text, "of the form \"alias=i:1;alias=s:name\"");
        }
    }

    // ---- addresses -------------------------------------------------------------------------------------------------------------

    private void Listen(GlobalAssignment assignment)
    {
        foreach (var value in assignment.Values)
        {
            if (Addresses(assignment, value) is not { } sockets)
                continue;
            var options = (value as SocketValue)?.Options ?? [];
            var advertised = options.FirstOrDefault(static option => option.Name.Text is "advertise" or "as")?.Address;
            var name = options.FirstOrDefault(static option => option.Name.Text is "name" or "tag")?.Value;
            foreach (var socket in sockets)
            {
                if (socket.Host.Text.Length == 0)
                    diagnostics.Add(DiagnosticCatalog.BadListen, socket.Span, socket.Span.Text.ToString(), "it has no host");
                else if (IsBrokenAddress(socket.Host.Text))
                    diagnostics.Add(DiagnosticCatalog.BadListen, socket.Span, socket.Span.Text.ToString(), $"{socket.Host.Text} is no address, an IPv4 address has four numbers from 0 to 255");
                else
                {
                    if (socket.Protocol is { } protocol && !protocol.Text.Equals("udp", StringComparison.OrdinalIgnoreCase) && !protocol.Text.Equals("tcp", StringComparison.OrdinalIgnoreCase))
                        _unspoken.Add((socket.Span, protocol.Text));
                    _listen.Add(new ListenSetting(socket.Protocol?.Text.ToLowerInvariant(), socket.Host.Text, socket.Port ?? 0,
                        advertised?.Host.Text, advertised?.Port ?? 0, name is null ? null : ConstantFolding.TryFold(name)?.ToString()));
                }
            }
        }
    }

    private static readonly string[] ProtocolsElsewhere = ["tls", "sctp", "ws", "wss", "bin", "bins", "smpp", "hep_udp", "hep_tcp", "hep_tls", "msrp", "msrps"];

    // Numbers and dots alone are an address or a slip of the pen, no name of a host.
    private static bool IsBrokenAddress(string host) =>
        host.Contains('.', StringComparison.Ordinal) && host.All(static c => char.IsAsciiDigit(c) || c == '.') && !(host.Count(static c => c == '.') == 3 && System.Net.IPAddress.TryParse(host, out _));

    /// <summary>Names the places nobody will listen on; when nothing else is left, that keeps the script from loading.</summary>
    public void CheckListen()
    {
        if (_unspoken.Count == 0)
            return;
        var severity = _listen.Count > _unspoken.Count ? Severity.Warning : Severity.Error;
        foreach (var (span, protocol) in _unspoken)
        {
            var meant = Array.IndexOf(ProtocolsElsewhere, protocol.ToLowerInvariant()) < 0 ? Spelling.DidYouMean(protocol, ["udp", "tcp", .. ProtocolsElsewhere]) : null;
            var reason = meant is null ? $"{protocol.ToUpperInvariant()} is not spoken here, UDP and TCP are" : $"'{protocol}' is no protocol";
            diagnostics.Add(Diagnostic.Of(DiagnosticCatalog.BadListen, span, meant, span.Text.ToString(), reason) with { Severity = meant is null ? severity : Severity.Error });
        }
    }

    private void Alias(GlobalAssignment assignment)
    {
        foreach (var value in assignment.Values)
        {
            foreach (var address in Addresses(assignment, value) ?? [])
                _aliases.Add(new AliasSetting(address.Protocol?.Text.ToLowerInvariant(), address.Host.Text, address.Port ?? 0));
        }
    }

    private IReadOnlyList<SocketAddress>? Addresses(GlobalAssignment assignment, SettingValue value)
    {
        if (value is SocketValue socket)
            return socket.Addresses;
        diagnostics.Add(DiagnosticCatalog.BadSettingValue, value.Span, assignment.Name.Text, "an address such as udp:10.0.0.1:5060");
        return null;
    }
}
