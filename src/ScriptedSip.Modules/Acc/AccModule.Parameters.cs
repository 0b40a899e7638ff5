using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Acc;

/// <summary>Parameters of acc.</summary>
internal partial class AccModule
{
    private const string Legs = "Legs of a call are not told apart.";
    private const string Calls = "Calls are put together from the records of INVITE and BYE by \"scriptedsip cdr\".";
    private const string Elsewhere = "Records go to the log and the database.";
    private const string Old = "Column of early versions, which had others.";

    private static readonly NamedFormats None = new([]);

    [ModParam("log_flag", "Flag of transactions to be written to the log when they are answered.")]
    public ScriptFlag LogFlag { get; set; }

    [ModParam("acc_flag", "The same, in SER 0.8.")]
    public ScriptFlag EarlyLogFlag { get => LogFlag; set => LogFlag = value; }

    [ModParam("db_flag", "Flag of transactions to be written to the database when they are answered.")]
    public ScriptFlag DatabaseFlag { get; set; }

    [ModParam("log_missed_flag", "Flag of INVITEs to be written to the log when they are missed: all branches have failed.")]
    public ScriptFlag LogMissedFlag { get; set; }

    [ModParam("missed_flag", "The same, in SER 0.8.")]
    public ScriptFlag EarlyMissedFlag { get => LogMissedFlag; set => LogMissedFlag = value; }

    [ModParam("db_missed_flag", "Flag of INVITEs to be written to the database when they are missed.")]
    public ScriptFlag DatabaseMissedFlag { get; set; }

    [ModParam("failed_transaction_flag", "Flag of transactions to be written also when they fail with 300 or more.")]
    public ScriptFlag FailedFlag { get; set; }

    [ModParam("failed_transactions", "1: all flagged transactions are written also when they fail with 300 or more (SER).")]
    public bool AllFailed { get; set; }

    [ModParam("log_extra", "Further values for the log: \"name=$variable;name=$variable\".")]
    public NamedFormats LogExtra { get; set; } = None;

    [ModParam("db_extra", "Further columns: \"column=$variable;column=$variable\".")]
    public NamedFormats DatabaseExtra { get; set; } = None;

    [ModParam("log_level", "Log level of records, -3 to 4 as in xlog.")]
    public int Level { get; set; } = 1;

    [ModParam("db_url", "The database; when not set, db_default_url, or none.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("db_table_acc", "Table of answered and failed transactions.")]
    public string Table { get; set; } = "acc";

    [ModParam("db_table_missed_calls", "Table of missed calls.")]
    public string MissedTable { get; set; } = "missed_calls";

    [ModParam("acc_method_column", "Column with the method.")]
    public string MethodColumn { get; set; } = "method";

    [ModParam("acc_from_tag_column", "Column with the From tag.")]
    public string FromTagColumn { get; set; } = "from_tag";

    [ModParam("acc_to_tag_column", "Column with the To tag.")]
    public string ToTagColumn { get; set; } = "to_tag";

    [ModParam("acc_callid_column", "Column with the Call-ID.")]
    public string CallIdColumn { get; set; } = "callid";

    [ModParam("acc_sip_code_column", "Column with the status code.")]
    public string CodeColumn { get; set; } = "sip_code";

    [ModParam("acc_sip_reason_column", "Column with the reason phrase.")]
    public string ReasonColumn { get; set; } = "sip_reason";

    [ModParam("acc_time_column", "Column with the time, UTC.")]
    public string TimeColumn { get; set; } = "time";

    [ModParam("early_media", "1: a 183 is a record as well.")]
    public bool EarlyMedia { get; set; }

    [ModParam("report_ack", "1: ACKs to 2xx with a flag are records as well, when they pass here.")]
    public bool ReportsAcks { get; set; }

    [ModParam("report_cancels", "1: CANCELs with a flag are records as well.")]
    public bool ReportsCancels { get; set; }

    [ModParam("detect_direction", "1: in requests against the direction of the call (rr tells it by ftag), From and To tag are exchanged.")]
    public bool DetectsDirection { get; set; }

    [ModParam("log_facility", "Records go where the log goes.", Ignored = true)]
    public string Facility { get; set; } = "";

    [ModParam("multi_leg_info", Legs, Ignored = true)]
    public string MultiLegInfo { get; set; } = "";

    [ModParam("multi_leg_enabled", Legs, Ignored = true)]
    public int MultiLegEnabled { get; set; }

    [ModParam("cdr_enable", Calls, Ignored = true)]
    public int CdrEnable { get; set; }

    [ModParam("cdr_extra", Calls, Ignored = true)]
    public string CdrExtra { get; set; } = "";

    [ModParam("cdrs_table", Calls, Ignored = true)]
    public string CdrsTable { get; set; } = "";

    [ModParam("cdr_flag", Calls, Ignored = true)]
    public string CdrFlag { get; set; } = "";

    [ModParam("cdr_log_enable", Calls, Ignored = true)]
    public int CdrLogEnable { get; set; }

    [ModParam("cdr_start_on_confirmed", Calls, Ignored = true)]
    public int CdrStart { get; set; }

    [ModParam("cdr_facility", Calls, Ignored = true)]
    public string CdrFacility { get; set; } = "";

    [ModParam("cdr_expired_dlg_enable", Calls, Ignored = true)]
    public int CdrExpired { get; set; }

    [ModParam("cdr_start_id", Calls, Ignored = true)]
    public string CdrStartId { get; set; } = "";

    [ModParam("cdr_end_id", Calls, Ignored = true)]
    public string CdrEndId { get; set; } = "";

    [ModParam("cdr_duration_id", Calls, Ignored = true)]
    public string CdrDurationId { get; set; } = "";

    [ModParam("time_mode", "Times have milliseconds already.", Ignored = true)]
    public int TimeMode { get; set; }

    [ModParam("time_attr", "Times have milliseconds already.", Ignored = true)]
    public string TimeAttribute { get; set; } = "";

    [ModParam("time_format", "Times in the database are times.", Ignored = true)]
    public string TimeFormat { get; set; } = "";

    [ModParam("log_fmt", Old, Ignored = true)]
    public string LogFormat { get; set; } = "";

    [ModParam("db_insert_mode", "Rows are always written together.", Ignored = true)]
    public int InsertMode { get; set; }

    [ModParam("extra_fields", "log_extra and db_extra name them.", Ignored = true)]
    public string ExtraFields { get; set; } = "";

    [ModParam("leg_fields", Legs, Ignored = true)]
    public string LegFields { get; set; } = "";

    [ModParam("radius_config", Elsewhere, Ignored = true)]
    public string RadiusConfig { get; set; } = "";

    [ModParam("aaa_url", Elsewhere, Ignored = true)]
    public string AaaUrl { get; set; } = "";

    [ModParam("service_type", Elsewhere, Ignored = true)]
    public int ServiceType { get; set; }

    /// <inheritdoc/>
    public virtual string? DatabaseInUse => DatabaseUrl.Length > 0 ? DatabaseUrl
        : _mayUseDefault || (DatabaseFlag.Mask | DatabaseMissedFlag.Mask) != 0 ? Databases.Standard
        : null;

    /// <inheritdoc/>
    public bool ReadsDatabase => false;

    /// <summary>Every flag that may make a record.</summary>
    private uint AllFlags => LogFlag.Mask | DatabaseFlag.Mask | LogMissedFlag.Mask | DatabaseMissedFlag.Mask;

    private static Database OpenDatabase(ModuleHost host, string url) => host.Import<Databases>()!.Open(url);

    // The numbers of syslog, less one, as the dialect has them: 1 is warning or notice, by age of the script.
    private static LogLevel LevelOf(int number) => number is >= -3 and <= 4 and not 0 ? (LogLevel)number : LogLevel.Notice;
}
