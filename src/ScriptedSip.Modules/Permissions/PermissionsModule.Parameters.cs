using ScriptedSip.Data;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Permissions;

internal sealed partial class PermissionsModule
{
    private const int LoadsAddresses = 1;
    private const int LoadsTrusted = 2;
    private const int LoadsRuleFiles = 4 | 8;

    private const string Column = "Name of the column.";

    [ModParam("default_allow_file", "Rules of what is allowed, for functions that name no file.")]
    public string DefaultAllowFile { get; set; } = "/etc/scriptedsip/permissions.allow";

    [ModParam("default_deny_file", "Rules of what is denied, for functions that name no file.")]
    public string DefaultDenyFile { get; set; } = "/etc/scriptedsip/permissions.deny";

    [ModParam("allow_suffix", "What is put behind the name a function gives, for the file of what is allowed.")]
    public string AllowSuffix { get; set; } = ".allow";

    [ModParam("deny_suffix", "What is put behind the name a function gives, for the file of what is denied.")]
    public string DenySuffix { get; set; } = ".deny";

    [ModParam("check_all_branches", "1: allow_routing() looks at all branches, 0: at the Request-URI only.")]
    public bool ChecksAllBranches { get; set; } = true;

    [ModParam("address_file", "File with groups of addresses, a line for each: \"group address [mask [port [tag]]]\"; instead of the table.")]
    public string AddressFile { get; set; } = "";

    [ModParam("db_url", "Database with the tables of addresses and trusted peers; when not set, db_default_url, or none.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("db_mode", "The tables are always kept in memory, and read again every ten seconds.", Ignored = true)]
    public int DatabaseMode { get; set; }

    [ModParam("load_backends", "What is read: 1 the table of addresses, 2 that of trusted peers, 4 and 8 the rule files; added up.")]
    public int Backends { get; set; } = 0xFFFF;

    [ModParam("address_table", "Name of the table of addresses.")]
    public string AddressTable { get; set; } = "address";

    [ModParam("trusted_table", "Name of the table of trusted peers.")]
    public string TrustedTable { get; set; } = "trusted";

    [ModParam("grp_col", Column)]
    public string GroupColumn { get; set; } = "grp";

    [ModParam("ip_addr_col", Column)]
    public string AddressColumn { get; set; } = "ip_addr";

    [ModParam("ip_col", "Name of the column when there is none of the name ip_addr_col says.")]
    public string AddressColumnToo { get; set; } = "ip";

    [ModParam("mask_col", Column)]
    public string MaskColumn { get; set; } = "mask";

    [ModParam("port_col", Column)]
    public string PortColumn { get; set; } = "port";

    [ModParam("proto_col", Column)]
    public string ProtocolColumn { get; set; } = "proto";

    [ModParam("pattern_col", Column)]
    public string PatternColumn { get; set; } = "pattern";

    [ModParam("info_col", Column)]
    public string InfoColumn { get; set; } = "context_info";

    [ModParam("source_col", Column)]
    public string SourceColumn { get; set; } = "src_ip";

    [ModParam("from_col", Column)]
    public string FromColumn { get; set; } = "from_pattern";

    [ModParam("ruri_col", Column)]
    public string UriColumn { get; set; } = "ruri_pattern";

    [ModParam("tag_col", Column)]
    public string TagColumn { get; set; } = "tag";

    [ModParam("priority_col", Column)]
    public string PriorityColumn { get; set; } = "priority";

    [ModParam("peer_tag_avp", "AVP that gets the tag of the entry found; empty for none.")]
    public string PeerTagAvp { get; set; } = "";

    [ModParam("peer_tag_mode", "0: the AVP gets the tag of the first trusted peer that fits, 1: those of all.")]
    public int PeerTagMode { get; set; }

    [ModParam("subnet_match_mode", "0: of several networks the first counts, 1: the narrowest.")]
    public int SubnetMatchMode { get; set; }

    [ModParam("max_subnets", "There may be any number of networks.", Ignored = true)]
    public int MaxSubnets { get; set; }

    [ModParam("reload_delta", "A reload may follow another at once.", Ignored = true)]
    public int ReloadDelta { get; set; }

    [ModParam("trusted_cleanup_interval", "A table that was replaced goes by itself.", Ignored = true)]
    public int CleanupInterval { get; set; }

    /// <inheritdoc/>
    public string? DatabaseInUse => DatabaseUrl == "NULL" || (Backends & (LoadsAddresses | LoadsTrusted)) == 0 ? null
        : DatabaseUrl.Length > 0 ? DatabaseUrl
        : _mayUseDefault ? Databases.Standard
        : null;

    public override string? Validate(ScriptVersion script)
    {
        _mayUseDefault = script.Settings.DefaultDatabase.Length > 0;
        if (PeerTagAvp.Length > 0 && AvpReference.Parse(PeerTagAvp) == 0)
            return "permissions: peer_tag_avp must be of the form $avp(name)";
        try
        {
            ReadFiles(script);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"permissions: {e.Message}";
        }
        return null;
    }
}
