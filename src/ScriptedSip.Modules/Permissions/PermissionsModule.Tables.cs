using ScriptedSip.Data;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Permissions;

/// <summary>
/// permissions: who may do what. This part holds what it knows from the tables address and trusted, which are kept in memory and read again every
/// ten seconds.
/// </summary>
internal sealed partial class PermissionsModule : ScriptModule, IDatabaseUser
{
    private const RouteKinds Anywhere = RouteKinds.Any;

    private static readonly Outcome NotFound = Outcome.False;

    private TableSnapshot<AddressTable>? _addresses;
    private TableSnapshot<TrustedTable>? _trusted;
    private int _tagAvp;

    [ModParam("db_url", "The database with the tables; empty for none.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("address_table", "Table of addresses and networks in groups; empty for none.")]
    public string AddressTableName { get; set; } = "address";

    [ModParam("trusted_table", "Table of trusted peers; empty for none.")]
    public string TrustedTableName { get; set; } = "trusted";

    [ModParam("peer_tag_avp", "AVP that allow_trusted() sets to the tag of the peer.")]
    public string PeerTagAvp { get; set; } = "";

    [ModParam("grp_col", "Column with the group of an address.")]
    public string GroupColumn { get; set; } = "grp";

    [ModParam("ip_addr_col", "Column with the address.")]
    public string AddressColumn { get; set; } = "ip_addr";

    [ModParam("ip_col", "Column with the address, as OpenSIPS calls the parameter.")]
    public string IpColumn { get => AddressColumn; set => AddressColumn = value; }

    [ModParam("mask_col", "Column with the length of the mask in bits.")]
    public string MaskColumn { get; set; } = "mask";

    [ModParam("port_col", "Column with the port.")]
    public string PortColumn { get; set; } = "port";

    [ModParam("source_col", "Column with the address of a trusted peer.")]
    public string SourceColumn { get; set; } = "src_ip";

    [ModParam("proto_col", "Column with its protocol.")]
    public string ProtocolColumn { get; set; } = "proto";

    [ModParam("from_col", "Column with the expression for its From URI.")]
    public string FromColumn { get; set; } = "from_pattern";

    [ModParam("tag_col", "Column with the tag of a trusted peer or an address.")]
    public string TagColumn { get; set; } = "tag";

    [ModParam("db_mode", "Whether the tables are kept in memory; they always are.", Ignored = true)]
    public int Mode { get; set; }

    [ModParam("load_backends", "Which tables are read; those with a name are.", Ignored = true)]
    public int Backends { get; set; }

    [ModParam("max_subnets", "Networks at most; there is no limit.", Ignored = true)]
    public int MaxSubnets { get; set; }

    [ModParam("pattern_col", "Column with an expression of check_address.", Ignored = true)]
    public string PatternColumn { get; set; } = "";

    [ModParam("info_col", "Column with what check_address tells; tag_col is taken.", Ignored = true)]
    public string InfoColumn { get; set; } = "";

    [ModParam("ruri_col", "Column with an expression for the Request-URI.", Ignored = true)]
    public string RequestUriColumn { get; set; } = "";

    [ModParam("priority_col", "Column with the order of trusted peers.", Ignored = true)]
    public string PriorityColumn { get; set; } = "";

    [ModParam("peer_tag_mode", "Tags of all matching peers; the first counts.", Ignored = true)]
    public int PeerTagMode { get; set; }

    [ModParam("reload_delta", "Seconds between reloads; the tables are read every ten.", Ignored = true)]
    public int ReloadDelta { get; set; }

    [ModParam("trusted_cleanup_interval", "Seconds until an old table is given up.", Ignored = true)]
    public int CleanupInterval { get; set; }

    /// <inheritdoc/>
    public string? DatabaseInUse => DatabaseUrl.Length > 0 ? DatabaseUrl : null;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        _tagAvp = AvpReference.Parse(PeerTagAvp);
        if (DatabaseInUse is { } url)
            ReadTables(host, host.Import<Databases>()!.Open(url));
    }

    [ResultMatters]
    [SipFunction("allow_trusted", Anywhere, "1 when the source address, protocol and From URI of the request are those of a trusted peer, else -1.")]
    public Outcome AllowTrusted(Frame frame) => AllowTrusted(frame, frame.Message.Source, frame.Message.Local.ProtocolText);

    [ResultMatters]
    [SipFunction("allow_trusted", Anywhere, "The same for an address and a protocol.")]
    public Outcome AllowTrusted(Frame frame, Utf8Text address, Utf8Text protocol) =>
        TryParse(address, out var endpoint) ? AllowTrusted(frame, endpoint, protocol) : NotFound;

    [ResultMatters]
    [SipFunction("allow_source_address", Anywhere, "1 when the source of the request is in group 1 of the address table, else -1.")]
    public Outcome AllowSource(Frame frame) => AllowSource(frame, 1);

    [ResultMatters]
    [SipFunction("allow_source_address", Anywhere, "The same for another group.")]
    public Outcome AllowSource(Frame frame, int group) => Check(frame, group, frame.Message.Source, frame.Message.Source.Port, null);

    [SipFunction("allow_source_address_group", Anywhere, "The group the source of the request is in; -1 when it is in none.")]
    public Outcome FindSourceGroup(Frame frame) => GroupOf(frame.Message.Source, frame.Message.Source.Port);

    [SipFunction("get_source_group", Anywhere, "Writes the group the source of the request is in into a variable; 1, or -1 when it is in none.")]
    public Outcome GetSourceGroup(Frame frame, VariableRef result)
    {
        var group = GroupOf(frame.Message.Source, frame.Message.Source.Port);
        return Outcome.From(group.Code > 0 && result.Set(frame, AssignKind.Set, Value.FromInt(group.Code)));
    }

    [ResultMatters]
    [SipFunction("allow_address", Anywhere, "1 when an address and port are in a group of the address table, else -1.")]
    public Outcome AllowAddress(Frame frame, int group, Utf8Text address, int port = 0) =>
        TryParse(address, out var endpoint) ? Check(frame, group, endpoint, port, null) : NotFound;

    [SipFunction("allow_address_group", Anywhere, "The group an address and port are in; -1 when it is none.")]
    public Outcome FindGroup(Frame frame, Utf8Text address, int port) => TryParse(address, out var endpoint) ? GroupOf(endpoint, port) : NotFound;

    [ResultMatters]
    [SipFunction("check_address", Anywhere, "1 when an address and port are in a group of the address table (0: any), else -1; the protocol is not looked at. The tag goes into a variable.")]
    public Outcome CheckAddress(Frame frame, int group, Utf8Text address, int port, Utf8Text protocol) =>
        TryParse(address, out var endpoint) ? Check(frame, group == 0 ? AddressTable.AnyGroup : group, endpoint, port, null) : NotFound;

    [ResultMatters]
    [SipFunction("check_address", Anywhere, "The same, with the tag into a variable.")]
    public Outcome CheckAddress(Frame frame, int group, Utf8Text address, int port, Utf8Text protocol, VariableRef tag) =>
        TryParse(address, out var endpoint) ? Check(frame, group == 0 ? AddressTable.AnyGroup : group, endpoint, port, tag) : NotFound;

    [ResultMatters]
    [SipFunction("check_source_address", Anywhere, "1 when the source of the request is in a group of the address table (0: any), else -1.")]
    public Outcome CheckSource(Frame frame, int group) =>
        Check(frame, group == 0 ? AddressTable.AnyGroup : group, frame.Message.Source, frame.Message.Source.Port, null);

    [ResultMatters]
    [SipFunction("check_source_address", Anywhere, "The same, with the tag into a variable.")]
    public Outcome CheckSource(Frame frame, int group, VariableRef tag) =>
        Check(frame, group == 0 ? AddressTable.AnyGroup : group, frame.Message.Source, frame.Message.Source.Port, tag);

    private void ReadTables(ModuleHost host, Database database)
    {
        if (AddressTableName.Length > 0)
        {
            _addresses = new(database, new SelectShape(AddressTableName, [GroupColumn, AddressColumn, MaskColumn, PortColumn, TagColumn], []), AddressTable.Read, AddressTable.Empty);
            _addresses.Begin(host);
        }
        if (TrustedTableName.Length > 0)
        {
            _trusted = new(database, new SelectShape(TrustedTableName, [SourceColumn, ProtocolColumn, FromColumn, TagColumn], []), TrustedTable.Read, TrustedTable.Empty);
            _trusted.Begin(host);
        }
    }

    private Outcome Check(Frame frame, long group, in SipEndpoint address, int port, VariableRef? result)
    {
        if (_addresses is null || !_addresses.Current.TryFind(group, address, port, out _, out var tag))
            return NotFound;
        if (result is not null && !tag.IsNull)
            result.Set(frame, AssignKind.Set, tag);
        return Outcome.True;
    }

    private Outcome GroupOf(in SipEndpoint address, int port) =>
        _addresses is not null && _addresses.Current.TryFind(AddressTable.AnyGroup, address, port, out var group, out _) ? new Outcome((int)group) : NotFound;

    private Outcome AllowTrusted(Frame frame, in SipEndpoint address, Utf8Text protocol)
    {
        if (_trusted is null || !_trusted.Current.TryFind(address, protocol, frame.Message.Text(frame.Message.From.Uri), out var tag))
            return NotFound;
        if (_tagAvp != 0)
            frame.Avps.Add(_tagAvp, tag);
        return Outcome.True;
    }

    private static bool TryParse(Utf8Text address, out SipEndpoint endpoint) => SipEndpoint.TryParseAddress(address.Span, TransportProtocol.Udp, 0, out endpoint);
}
