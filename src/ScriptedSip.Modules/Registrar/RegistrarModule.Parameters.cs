using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Registrar;

internal sealed partial class RegistrarModule
{
    private const int Unset = -1;

    [ModParam("default_expires", "Seconds a contact is bound when the REGISTER does not say; at least 1.")]
    public int DefaultExpires { get; set; } = 3600;

    [ModParam("min_expires", "Shortest time in seconds; shorter ones are raised to it, or refused: see min_expires_mode. 0 for none.")]
    public int MinExpires { get; set; } = 60;

    [ModParam("max_expires", "Longest time in seconds; longer ones are lowered to it. 0 for none.")]
    public int MaxExpires { get; set; }

    [ModParam("min_expires_mode", "0: too short a time is raised; 1: it is answered 423 with Min-Expires.")]
    public int MinExpiresMode { get; set; }

    [ModParam("expires_range", "Percent by which granted times are shortened at random, so that phones do not come back together; 0 to 100.")]
    public int ExpiresRange { get; set; }

    [ModParam("default_expires_range", "Percent by which default_expires is varied at random, up and down; 0 to 100.")]
    public int DefaultExpiresRange { get; set; }

    [ModParam("default_q", "Preference of contacts without q in thousandths, 0 to 1000; -1 for none.")]
    public int DefaultQ { get; set; } = Unset;

    [ModParam("append_branches", "1: lookup() makes branches of all contacts; 0: it takes the best alone.")]
    public bool AppendsBranches { get; set; } = true;

    [ModParam("case_sensitive", "1: users that differ in the case of letters are different.")]
    public bool CaseSensitive { get; set; }

    [ModParam("use_domain", "1: an address-of-record is user and domain. The same as use_domain of usrloc.")]
    public bool UsesDomain { get; set; }

    [ModParam("realm_prefix", "What is taken off the front of a domain before it becomes part of an address-of-record.")]
    public string RealmPrefix { get; set; } = "";

    [ModParam("aor_avp", "AVP whose value, a URI, is the address-of-record of save(), lookup() and registered() when it is set: \"$avp(name)\".")]
    public string AddressAvp { get; set; } = "";

    [ModParam("max_contacts", "Most contacts of an address-of-record; a REGISTER for more is answered 503. 0 for 1000, which no phone reaches and no flood passes.")]
    public int MaxContacts { get; set; }

    [ModParam("contact_max_size", "Longest contact URI in bytes, 1 to 16384; a longer one is answered 400.")]
    public int ContactMaxSize { get; set; } = 512;

    [ModParam("retry_after", "Seconds for Retry-After in 5xx replies; 0 for none.")]
    public int RetryAfter { get; set; }

    [ModParam("method_filtering", "1: lookup() leaves out contacts whose Allow does not have the method of the request.")]
    public bool FiltersMethods { get; set; }

    [ModParam("received_avp", "AVP with the URI a REGISTER really came from, as nathelper sets it: \"$avp(name)\".")]
    public string ReceivedAvp { get; set; } = "";

    [ModParam("received_param", "Name of the contact parameter that tells that URI in replies.")]
    public string ReceivedParameter { get; set; } = "received";

    [ModParam("use_path", "1: the Path header of a REGISTER is kept and followed (RFC 3327).")]
    public bool UsesPath { get; set; }

    [ModParam("path_mode", "0: Path is kept silently; 1: and told in the reply when the phone supports it; 2: a phone that does not is answered 420.")]
    public int PathModeNumber { get; set; } = (int)PathMode.Strict;

    [ModParam("path_use_received", "1: the received parameter of the first Path URI tells where the phone is.")]
    public bool PathUsesReceived { get; set; }

    [ModParam("nat_flag", "Message flag of phones behind NAT: kept by save(), set by lookup(). Its number or name; -1 for none.")]
    public ScriptFlag NatFlag { get; set; }

    [ModParam("save_nat_flag", "Message flag of phones behind NAT that save() keeps. Its number or name; -1 for none.")]
    public ScriptFlag SaveNatFlag { get; set; }

    [ModParam("load_nat_flag", "Message flag that lookup() sets for them. Its number or name; -1 for none.")]
    public ScriptFlag LoadNatFlag { get; set; }

    [ModParam("sock_hdr_name", "Header in which a proxy before this one tells the socket it got the REGISTER at.")]
    public string SocketHeader { get; set; } = "";

    [ModParam("sock_flag", "Message flag without which that header is not looked at. 0 to 31; -1 for none.")]
    public int SocketFlag { get; set; } = Unset;

    [ModParam("desc_time_order", "Belongs to usrloc; without meaning here.", Ignored = true)]
    public int DescendingTimeOrder { get; set; }

    [ModParam("use_branch_flags", "Branch flags are always kept.", Ignored = true)]
    public int UseBranchFlags { get; set; }

    [ModParam("sip_natping_flag", "Contacts are not pinged by this module.", Ignored = true)]
    public int SipNatPingFlag { get; set; } = Unset;

    [ModParam("tcp_persistent_flag", "Connections stay open as long as they are used.", Ignored = true)]
    public string TcpPersistentFlag { get; set; } = "";

    [ModParam("gruu_enabled", "GRUUs are not made.", Ignored = true)]
    public int GruuEnabled { get; set; }

    [ModParam("gruu_secret", "GRUUs are not made.", Ignored = true)]
    public string GruuSecret { get; set; } = "";

    [ModParam("disable_gruu", "GRUUs are not made.", Ignored = true)]
    public int DisableGruu { get; set; } = 1;

    [ModParam("regid_mode", "Outbound flows (RFC 5626) are not made.", Ignored = true)]
    public int RegIdMode { get; set; }

    [ModParam("flow_timer", "Outbound flows (RFC 5626) are not made.", Ignored = true)]
    public int FlowTimer { get; set; }

    [ModParam("outbound_mode", "Outbound flows (RFC 5626) are not made.", Ignored = true)]
    public int OutboundMode { get; set; }

    [ModParam("xavp_cfg", "Extended AVPs are not read.", Ignored = true)]
    public string XavpConfig { get; set; } = "";

    [ModParam("xavp_rcd", "Extended AVPs are not written.", Ignored = true)]
    public string XavpRecord { get; set; } = "";

    public override string? Validate(ScriptVersion script)
    {
        if (DefaultExpires < 1)
            return "registrar: default_expires must be 1 or more";
        if (MinExpires < 0 || MaxExpires < 0 || (MaxExpires > 0 && MaxExpires < MinExpires))
            return "registrar: min_expires and max_expires must be 0 or more, and max_expires not below min_expires";
        if (DefaultQ is < Unset or > 1000)
            return "registrar: default_q must be from -1 to 1000";
        if (ContactMaxSize is < 1 or > 16384)
            return "registrar: contact_max_size must be from 1 to 16384";
        if (PathModeNumber is < 0 or > 2)
            return "registrar: path_mode must be from 0 to 2";
        if (ExpiresRange is < 0 or > 100 || DefaultExpiresRange is < 0 or > 100)
            return "registrar: expires_range and default_expires_range must be from 0 to 100";
        if (!IsFlag(SocketFlag))
            return "registrar: sock_flag must be from 0 to 31";
        if (!IsAvp(ReceivedAvp) || !IsAvp(AddressAvp))
            return "registrar: received_avp and aor_avp must be of the form $avp(name)";
        return MaxContacts < 0 ? "registrar: max_contacts must be 0 or more" : null;
    }

    private static int NumberOf(ScriptFlag flag) => flag.Mask == 0 ? Unset : System.Numerics.BitOperations.Log2(flag.Mask);

    private static bool IsFlag(int flag) => flag is >= Unset and <= 31;

    private static bool IsAvp(string text) => text.Length == 0 || AvpReference.Parse(text) != 0;

    private RegistrarRules Rules(bool usesDomain) => new()
    {
        Key = new AddressOfRecord(usesDomain, CaseSensitive, Utf8Text.From(RealmPrefix)),
        DefaultExpires = DefaultExpires,
        MinExpires = MinExpires,
        MaxExpires = MaxExpires,
        RefusesShortExpires = MinExpiresMode == 1,
        ExpiresRange = ExpiresRange,
        DefaultQ = DefaultQ,
        DefaultExpiresRange = DefaultExpiresRange,
        MaxContacts = MaxContacts == 0 ? RegistrarRules.HardContactLimit : MaxContacts,
        MaxContactLength = ContactMaxSize,
        ReceivedAvp = ReceivedAvp.Length > 0 ? AvpReference.Parse(ReceivedAvp) : AvpReference.DefaultReceived,
        AddressAvp = AvpReference.Parse(AddressAvp),
        ReceivedParameter = Utf8Text.From(ReceivedParameter),
        RetryAfter = RetryAfter,
        UsesPath = UsesPath,
        PathMode = (PathMode)PathModeNumber,
        UsesReceivedOfPath = PathUsesReceived,
        NatFlag = NumberOf(SaveNatFlag.Mask != 0 ? SaveNatFlag : NatFlag),
        LoadNatFlag = NumberOf(LoadNatFlag.Mask != 0 ? LoadNatFlag : NatFlag),
        AppendsBranches = AppendsBranches,
        FiltersMethods = FiltersMethods,
        SocketHeader = Utf8Text.From(SocketHeader),
        SocketFlag = SocketFlag,
    };
}
