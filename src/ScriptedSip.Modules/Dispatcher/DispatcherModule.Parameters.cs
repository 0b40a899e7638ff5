using ScriptedSip.Data;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Dispatcher;

internal sealed partial class DispatcherModule
{
    private const string StandardFile = "/etc/scriptedsip/dispatcher.list";
    private const string Column = "Name of the column.";
    private const string Extended = "Candidates are kept in an AVP.";

    [ModParam("list_file", "File with the sets, a relative name beside the script: a line for each destination, \"set-id uri [flags [priority [attributes]]]\".")]
    public string ListFile { get; set; } = StandardFile;

    [ModParam("db_url", "The database with the table of sets, which is then read instead of the file; without list_file, db_default_url is one.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("table_name", "The table.")]
    public string Table { get; set; } = "dispatcher";

    [ModParam("setid_col", Column)]
    public string SetColumn { get; set; } = "setid";

    [ModParam("destination_col", Column)]
    public string UriColumn { get; set; } = "destination";

    [ModParam("flags_col", Column)]
    public string FlagsColumn { get; set; } = "flags";

    [ModParam("priority_col", Column)]
    public string PriorityColumn { get; set; } = "priority";

    [ModParam("attrs_col", Column)]
    public string AttributesColumn { get; set; } = "attrs";

    [ModParam("state_col", "Name of the column OpenSIPS has for the state: 0 active, 1 inactive, 2 probing.")]
    public string StateColumn { get; set; } = "state";

    [ModParam("weight_col", Column)]
    public string WeightColumn { get; set; } = "weight";

    [ModParam("socket_col", Column)]
    public string SocketColumn { get; set; } = "socket";

    [ModParam("flags", "1: hash only the user of a URI. 2: keep the other destinations for ds_next_dst() and ds_next_domain().")]
    public int SelectionFlags { get; set; }

    [ModParam("force_dst", "1: ds_select_dst() replaces a next hop that is set already; 0: it fails then.")]
    public bool ForceDestination { get; set; } = true;

    [ModParam("use_default", "1: the last destination of a set is used only when no other is left.")]
    public bool UsesDefault { get; set; }

    [ModParam("hash_pvar", "Text with variables that algorithm 7 hashes.")]
    public Format? HashedText { get; set; }

    [ModParam("dst_avp", "AVP that keeps the candidates, the one in use first.")]
    public string CandidatesAvp { get; set; } = "$avp(ds_dst)";

    [ModParam("grp_avp", "AVP that keeps the number of the set.")]
    public string SetAvp { get; set; } = "$avp(ds_grp)";

    [ModParam("cnt_avp", "AVP that gets the number of candidates; empty for none.")]
    public string CountAvp { get; set; } = "";

    [ModParam("attrs_avp", "AVP that gets the attributes of the destination in use; empty for none.")]
    public string AttributesAvp { get; set; } = "";

    [ModParam("attrs_pvname", "Variable that gets the attributes of the destination ds_is_from_list() found.")]
    public VariableRef? FoundAttributes { get; set; }

    [ModParam("attrs_pvar", "As attrs_pvname.")]
    public VariableRef? FoundAttributesToo { get => FoundAttributes; set => FoundAttributes = value; }

    [ModParam("setid_pvname", "Variable that gets the number of the set in which ds_is_from_list() found the source.")]
    public VariableRef? FoundSet { get; set; }

    [ModParam("setid_pvar", "As setid_pvname.")]
    public VariableRef? FoundSetToo { get => FoundSet; set => FoundSet = value; }

    [ModParam("ds_ping_interval", "Seconds between probes; 0 for none.")]
    public int PingInterval { get; set; }

    [ModParam("ds_ping_method", "Method of the probes.")]
    public string PingMethod { get; set; } = "OPTIONS";

    [ModParam("ds_ping_from", "From URI of the probes.")]
    public string PingFrom { get; set; } = "sip:dispatcher@localhost";

    [ModParam("ds_ping_fr_timer", "How long a probe waits for an answer, in milliseconds; 0 for tm's fr_timer.")]
    public int PingTimeout { get; set; }

    [ModParam("ds_ping_fr_timeout", "As ds_ping_fr_timer.")]
    public int PingTimeoutToo { get => PingTimeout; set => PingTimeout = value; }

    [ModParam("ds_probing_mode", "0: only destinations in probing state are probed; 1: all; 2: those that are not used; 3: those in probing state and those in use.")]
    public int ProbingMode { get; set; }

    [ModParam("ds_probing_threshold", "Failures in a row after which a destination is taken out. 1 or more.")]
    public int FailureThreshold { get; set; } = 1;

    [ModParam("ds_probing_threshhold", "As ds_probing_threshold.")]
    public int FailureThresholdToo { get => FailureThreshold; set => FailureThreshold = value; }

    [ModParam("ds_inactive_threshold", "Answers in a row after which a destination is taken back. 1 or more.")]
    public int RecoveryThreshold { get; set; } = 1;

    [ModParam("ds_ping_reply_codes", "Answers to a probe that count as life besides 2xx: \"code=403;code=488;class=3\".")]
    public string PingReplyCodes { get; set; } = "";

    [ModParam("options_reply_codes", "As ds_ping_reply_codes, written \"403,488\".")]
    public string OptionsReplyCodes { get; set; } = "";

    [ModParam("ds_hash_size", "Call load (algorithm 10) is not supported.", Ignored = true)]
    public int LoadTableSize { get; set; }

    [ModParam("ds_hash_expire", "Call load (algorithm 10) is not supported.", Ignored = true)]
    public int LoadExpire { get; set; }

    [ModParam("ds_hash_initexpire", "Call load (algorithm 10) is not supported.", Ignored = true)]
    public int LoadInitialExpire { get; set; }

    [ModParam("ds_hash_check_interval", "Call load (algorithm 10) is not supported.", Ignored = true)]
    public int LoadCheckInterval { get; set; }

    [ModParam("ds_ping_latency_stats", "Latencies are not measured.", Ignored = true)]
    public int LatencyStatistics { get; set; }

    [ModParam("ds_timer_mode", "Probes have a timer of their own.", Ignored = true)]
    public int TimerMode { get; set; }

    [ModParam("xavp_dst", Extended, Ignored = true)]
    public string ExtendedDestination { get; set; } = "";

    [ModParam("xavp_dst_mode", Extended, Ignored = true)]
    public int ExtendedDestinationMode { get; set; }

    [ModParam("xavp_ctx", Extended, Ignored = true)]
    public string ExtendedContext { get; set; } = "";

    [ModParam("xavp_ctx_mode", Extended, Ignored = true)]
    public int ExtendedContextMode { get; set; }

    [ModParam("reload_delta", "A reload may follow another at once.", Ignored = true)]
    public int ReloadDelta { get; set; }

    [ModParam("sock_avp", "The socket comes from the destination's attributes.", Ignored = true)]
    public string SocketAvp { get; set; } = "";

    /// <inheritdoc/>
    public string? DatabaseInUse => DatabaseUrl.Length > 0 ? DatabaseUrl : _mayUseDefault && ListFile == StandardFile ? Databases.Standard : null;

    public override string? Validate(ScriptVersion script)
    {
        if (FailureThreshold < 1 || RecoveryThreshold < 1)
            return "dispatcher: ds_probing_threshold and ds_inactive_threshold must be 1 or more";
        if (PingInterval is < 0 or > 86400 || ProbingMode is < 0 or > 3)
            return "dispatcher: ds_ping_interval must be from 0 to 86400 and ds_probing_mode from 0 to 3";
        if (!LocalRequest.IsMethod(PingMethod))
            return "dispatcher: ds_ping_method must be a method such as OPTIONS";
        if (!IsAvp(CandidatesAvp) || !IsAvp(SetAvp) || !IsAvp(CountAvp) || !IsAvp(AttributesAvp))
            return "dispatcher: dst_avp, grp_avp, cnt_avp and attrs_avp must be of the form $avp(name)";
        if (ProbeAnswers.Parse(PingReplyCodes, OptionsReplyCodes) is null)
            return "dispatcher: ds_ping_reply_codes must be of the form \"class=2;code=403\"";
        _mayUseDefault = script.Settings.DefaultDatabase.Length > 0;
        _folder = script.Settings.Folder;
        if (DatabaseInUse is not null)
            return null;
        try
        {
            _list = ReadFile();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"dispatcher: there is no file {ListFile}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"dispatcher: {ListFile}: {e.Message}";
        }
        return null;
    }

    private static bool IsAvp(string text) => text.Length == 0 || AvpReference.Parse(text) != 0;
}
