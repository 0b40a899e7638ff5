using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.UsrLoc;

// The parameters that say how bindings are kept in a database. Scripts set them whatever the mode; in mode 0 they mean nothing.
internal sealed partial class UsrLocModule
{
    private const string Own = "A matter of how other servers use their database.";
    private const string Column = "Name of the column.";
    private const string NotKept = "Column of a value that is not kept.";
    private const string Pinging = "Keep-alives to contacts: not sent by this module.";

    [ModParam("db_mode", "Where bindings live: 0 memory, 1 memory and database, which has a change before the REGISTER is answered, 2 the same a second later, 3 database alone.")]
    public int DatabaseMode { get; set; }

    [ModParam("use_database", "How SER 0.8 chose db_mode: 1 for 1, 0 for 0.")]
    public bool UsesDatabase { get => DatabaseMode != 0; set => DatabaseMode = value ? 1 : 0; }

    [ModParam("flush_interval", "As timer_interval.")]
    public int FlushInterval { get => TimerInterval; set => TimerInterval = value; }

    [ModParam("table", "Tables are those that save() and lookup() name.", Ignored = true)]
    public string TableOfSer { get; set; } = "";

    [ModParam("db_url", "The database of the modes 1 to 3; when not set, db_default_url.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("user_column", Column)]
    public string UserColumn { get; set; } = "username";

    [ModParam("domain_column", Column)]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("contact_column", Column)]
    public string ContactColumn { get; set; } = "contact";

    [ModParam("expires_column", Column)]
    public string ExpiresColumn { get; set; } = "expires";

    [ModParam("q_column", Column)]
    public string QColumn { get; set; } = "q";

    [ModParam("callid_column", Column)]
    public string CallidColumn { get; set; } = "callid";

    [ModParam("cseq_column", Column)]
    public string CseqColumn { get; set; } = "cseq";

    [ModParam("flags_column", Column)]
    public string FlagsColumn { get; set; } = "flags";

    [ModParam("cflags_column", Column)]
    public string CflagsColumn { get; set; } = "cflags";

    [ModParam("user_agent_column", Column)]
    public string UserAgentColumn { get; set; } = "user_agent";

    [ModParam("received_column", Column)]
    public string ReceivedColumn { get; set; } = "received";

    [ModParam("path_column", Column)]
    public string PathColumn { get; set; } = "path";

    [ModParam("socket_column", Column)]
    public string SocketColumn { get; set; } = "socket";

    [ModParam("methods_column", Column)]
    public string MethodsColumn { get; set; } = "methods";

    [ModParam("method_column", NotKept, Ignored = true)]
    public string MethodColumn { get; set; } = "method";

    [ModParam("sip_instance_column", NotKept, Ignored = true)]
    public string SipInstanceColumn { get; set; } = "sip_instance";

    [ModParam("instance_column", NotKept, Ignored = true)]
    public string InstanceColumn { get; set; } = "instance";

    [ModParam("attr_column", NotKept, Ignored = true)]
    public string AttrColumn { get; set; } = "attr";

    [ModParam("contact_id_column", NotKept, Ignored = true)]
    public string ContactIdColumn { get; set; } = "contact_id";

    [ModParam("kv_store_column", NotKept, Ignored = true)]
    public string KvStoreColumn { get; set; } = "kv_store";

    [ModParam("uid_column", NotKept, Ignored = true)]
    public string UidColumn { get; set; } = "uid";

    [ModParam("aor_column", NotKept, Ignored = true)]
    public string AorColumn { get; set; } = "aor";

    [ModParam("reg_id_column", NotKept, Ignored = true)]
    public string RegIdColumn { get; set; } = "reg_id";

    [ModParam("connection_id_column", NotKept, Ignored = true)]
    public string ConnectionIdColumn { get; set; } = "connection_id";

    [ModParam("keepalive_column", NotKept, Ignored = true)]
    public string KeepaliveColumn { get; set; } = "keepalive";

    [ModParam("partition_column", NotKept, Ignored = true)]
    public string PartitionColumn { get; set; } = "partition";

    [ModParam("fetch_rows", Own, Ignored = true)]
    public int FetchRows { get; set; } = 2000;

    [ModParam("preload", Own, Ignored = true)]
    public string Preload { get; set; } = "";

    [ModParam("db_skip_delete", Own, Ignored = true)]
    public int DatabaseSkipDelete { get; set; }

    [ModParam("db_update_as_insert", Own, Ignored = true)]
    public int DatabaseUpdateAsInsert { get; set; }

    [ModParam("db_check_update", Own, Ignored = true)]
    public int DatabaseCheckUpdate { get; set; }

    [ModParam("db_timer_clean", Own, Ignored = true)]
    public int DatabaseTimerClean { get; set; }

    [ModParam("db_ops_ruid", Own, Ignored = true)]
    public int DatabaseOpsRuid { get; set; } = 1;

    [ModParam("db_load", Own, Ignored = true)]
    public int DatabaseLoad { get; set; } = 1;

    [ModParam("db_insert_update", Own, Ignored = true)]
    public int DatabaseInsertUpdate { get; set; }

    [ModParam("db_insert_null", Own, Ignored = true)]
    public int DatabaseInsertNull { get; set; }

    [ModParam("expires_type", Own, Ignored = true)]
    public int ExpiresType { get; set; }

    [ModParam("server_id_filter", Own, Ignored = true)]
    public int ServerIdFilter { get; set; }

    [ModParam("version_table", Own, Ignored = true)]
    public int VersionTable { get; set; } = 1;

    [ModParam("timer_procs", Own, Ignored = true)]
    public int TimerProcesses { get; set; }

    [ModParam("nat_bflag", "Name or number of the branch flag of contacts behind NAT; branch flags are kept with every binding anyway.", Ignored = true)]
    public string NatBranchFlag { get; set; } = "";

    [ModParam("handle_lost_tcp", "Bindings end with their time, not with their connection.", Ignored = true)]
    public int HandleLostTcp { get; set; }

    [ModParam("close_expired_tcp", "Connections end by themselves when idle.", Ignored = true)]
    public int CloseExpiredTcp { get; set; }

    [ModParam("ka_mode", Pinging, Ignored = true)]
    public int KeepAliveMode { get; set; }

    [ModParam("ka_from", Pinging, Ignored = true)]
    public string KeepAliveFrom { get; set; } = "";

    [ModParam("ka_domain", Pinging, Ignored = true)]
    public string KeepAliveDomain { get; set; } = "";

    [ModParam("ka_method", Pinging, Ignored = true)]
    public string KeepAliveMethod { get; set; } = "";

    [ModParam("ka_interval", Pinging, Ignored = true)]
    public int KeepAliveInterval { get; set; }
}
