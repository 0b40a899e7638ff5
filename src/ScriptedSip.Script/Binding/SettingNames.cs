using ScriptedSip.Script.Syntax;

namespace ScriptedSip.Script.Binding;

internal enum SettingKind
{
    Unknown,
    Number,
    Text,
    Listen,
    Alias,
    AvpAliases,

    /// <summary>Of another server's making: read, kept for those who look, and without effect.</summary>
    Ignored,
}

/// <summary>The core settings of all dialects.</summary>
internal static class SettingNames
{
    private static readonly Dictionary<string, (SettingKind Kind, string Canonical, int Lowest, int Highest)> Known = Build();

    public static IEnumerable<string> All => Known.Keys;

    public static SettingKind KindOf(string name) => Known.TryGetValue(name, out var setting) ? setting.Kind
        : IsOfFamily(name) ? SettingKind.Ignored
        : SettingKind.Unknown;

    /// <summary>The one name of settings that have several.</summary>
    public static string Canonical(string name) => Known[name].Canonical;

    public static (int Lowest, int Highest) RangeOf(string name) => (Known[name].Lowest, Known[name].Highest);

    /// <summary>
    /// True when a setting without effect asks for what the program does anyway (stay in the foreground, write to standard error, look up nothing
    /// behind the script's back): then there is nothing to note.
    /// </summary>
    public static bool AsksForWhatIs(string name, object? value)
    {
        var number = value switch
        {
            long given => given,
            string text => Literals.YesNo(text),
            _ => (long?)null,
        };
        return name switch
        {
            "log_stderror" or "stderror_enabled" => number == 1,
            "log_stdout" or "log_color" or "enable_sctp" or "use_dst_blacklist" => number == 0,
            "disable_sctp" or "disable_dns_blacklist" or "disable_dns_blocklist" => number == 1,
            "tcp_async" or "tcp_accept_no_cl" => number == 1,
            "fork" or "syslog_enabled" or "dns" or "rev_dns" or "auto_aliases" or "sip_warning" => number == 0,
            _ => false,
        };
    }

    /// <summary>Why a setting without effect has none, as the end of a sentence; null when there is nothing more to say than that.</summary>
    public static string? ReasonFor(string name) => name switch
    {
        "tcp_async" or "tcp_conn_wq_max" or "tcp_wq_max" or "tcp_wq_blk_size" or "tcp_wq_timeout" or "fwd_tcp_blocking" =>
            "sending never waits, and each connection has a queue of its own",
        "tcp_rd_buf_size" or "tcp_buf_size" or "tcp_max_msg_chunks" or "tcp_msg_data_timeout" or "tcp_msg_read_timeout" or "tcp_parallel_handling" =>
            "a buffer grows with its message, up to 64 KB",
        "tcp_children" or "tcp_workers" or "tcp_main_pkg_mem" or "tcp_socket_backlog" or "tcp_parallel_read_on_workers" or "tcp_main_threads" =>
            "connections share the threads of the program",
        "tcp_accept_no_cl" => "a message without Content-Length has no body",
        "tcp_poll_method" or "tcp_max_fd_no" or "poll_method" => "the system's best is used",
        "tcp_source_ipv4" or "tcp_source_ipv6" => "connections leave from the address of their socket",
        "tcp_defer_accept" or "tcp_delayed_ack" or "tcp_syncnt" or "tcp_linger2" or "tcp_linger" or "tcp_reuse_port" or "tcp_fd_cache" or "tcp_wait_data" =>
            "the system's default holds",
        _ when name.StartsWith("fifo", StringComparison.Ordinal) || name.StartsWith("unix_sock", StringComparison.Ordinal) => "scriptedsip ctl has taken its place",
        "log_stdout" or "log_stderror" or "log_color" => "the log goes to standard error; options of the command line change that",
        "stderror_level_filter" or "syslog_level_filter" => "there is one log, and log_level is its level",
        "log_event_enabled" => "events are not passed on",
        "use_dst_blacklist" or "disable_dns_blacklist" or "disable_dns_blocklist" or "dst_blacklist" or "dst_blocklist" => "destinations that fail are tried again with the next request",
        "default_forward_uri" => "a request goes where the script relays it to",
        "xavp_via_params" or "xavp_via_reply_params" or "xavp_via_fields" => "the own Via takes parameters from add_local_rport() alone",
        "agname" => "any socket may answer; $fs chooses one",
        "tcp_max_tls_connections" => "TLS is not spoken here",
        _ => null,
    };

    // Whole families of tuning knobs, of which each release has a few more.
    private static bool IsOfFamily(string name) =>
        name.StartsWith("dns_", StringComparison.Ordinal) || name.StartsWith("tcp_", StringComparison.Ordinal) || name.StartsWith("tls_", StringComparison.Ordinal)
        || name.StartsWith("mem", StringComparison.Ordinal) || name.StartsWith("mcast_", StringComparison.Ordinal) || name.StartsWith("sctp_", StringComparison.Ordinal)
        || name.StartsWith("dst_blacklist", StringComparison.Ordinal) || name.StartsWith("dst_blocklist", StringComparison.Ordinal) || name.StartsWith("fifo", StringComparison.Ordinal) || name.StartsWith("stats_", StringComparison.Ordinal);

    private static Dictionary<string, (SettingKind, string, int, int)> Build()
    {
        var known = new Dictionary<string, (SettingKind, string, int, int)>(StringComparer.Ordinal);
        Number("port", 1, 65535);
        Number("children", 0, 4096, "udp_workers", "socket_workers");
        Number("debug", -10, 100, "log_level");
        Number("disable_tcp", 0, 1);
        Number("check_via", 0, 1);
        Number("mhomed", 0, 1);
        Number("reply_to_via", 0, 1);
        Number("server_signature", 0, 1);
        Number("return_mode", 0, 1);
        Number("max_while_loops", 0, int.MaxValue);
        Number("advertised_port", 0, 65535);
        Number("tcp_connection_lifetime", 0, int.MaxValue);
        Number("tcp_max_connections", 0, int.MaxValue);
        Number("tcp_accept_aliases", 0, 1);
        Number("tcp_accept_iplimit", 0, int.MaxValue);
        Number("tcp_connect_timeout", 1, int.MaxValue);
        Number("tcp_send_timeout", 1, int.MaxValue);
        Number("tcp_max_msg_time", 1, int.MaxValue);
        Number("tcp_no_connect", 0, 1);
        Number("tcp_connection_match", 0, 1);
        Number("tcp_crlf_ping", 0, 1, "tcp_crlf_pingpong");
        Number("tcp_keepalive", 0, 1);
        Number("tcp_keepidle", 0, 32767);
        Number("tcp_keepintvl", 0, 32767, "tcp_keepinterval");
        Number("tcp_keepcnt", 0, 127, "tcp_keepcount");
        Number("udp_mtu", 0, 65535);
        Add(SettingKind.Text, "server_header", "user_agent_header", "advertised_address", "udp_mtu_try_proto", "db_default_url");
        Add(SettingKind.Listen, "listen", "socket");
        Add(SettingKind.Alias, "alias", "domain");
        Add(SettingKind.AvpAliases, "avp_aliases");
        Add(SettingKind.Ignored,
            "mpath", "loadpath", "fork", "log_stderror", "stderror_enabled", "syslog_enabled", "log_facility", "log_name", "log_prefix", "log_prefix_mode",
            "log_engine_type", "log_engine_data", "dns", "rev_dns", "auto_aliases", "auto_bind_ipv6", "bind_ipv6_link_local", "enable_tls", "disable_tls", "enable_sctp",
            "sip_warning", "loop_checks", "syn_branch", "maxbuffer", "maxsndbuffer", "user", "uid", "group", "gid", "chroot", "workdir", "wdir", "disable_core_dump",
            "open_files_limit", "tos", "pmtu_discovery", "phone2tel", "phone2tel_mode", "server_id", "kill_timeout", "exit_timeout", "ser_kill_timeout", "real_time",
            "rt_prio", "rt_policy", "rt_timer1_prio", "rt_timer1_policy", "rt_timer2_prio", "rt_timer2_policy", "shm_force_alloc", "shm_mem_size", "mlock_pages", "pv_buffer_size",
            "pv_buffer_slots", "pv_cache_limit", "pv_cache_action", "use_dns_cache", "use_dns_failover", "disable_dns_failover", "disable_dns_blacklist", "disable_dns_blocklist", "use_dst_blacklist",
            "use_dst_blocklist", "log_stdout", "unix_sock",
            "unix_sock_user", "unix_sock_group", "unix_sock_mode", "unix_tx_timeout", "db_version_table", "db_max_async_connections", "xlog_level",
            "xlog_buf_size", "xlog_print_level", "xlog_force_color", "xlog_default_level", "enable_asserts", "abort_on_assert", "auto_scaling_profile", "auto_scaling_cycle", "poll_method",
            "timer_workers", "wait_worker1_mode", "wait_worker1_time", "wait_worker1_usleep", "modinit_delay", "udp4_raw", "udp4_raw_mtu",
            "udp4_raw_ttl", "max_branches", "msg_recv_max_size", "rpc_exec_delta", "sip_parser_mode", "sip_parser_log", "async_workers", "async_workers_group",
            "async_usleep", "async_nonblock", "async_tkv_gname", "onsend_route_reply", "http_reply_parse", "force_rport", "fwd_tcp_blocking", "reply_route_mode", "local_rport", "latency_cfg_log",
            "latency_log", "latency_limit_action", "latency_limit_db", "exec_msg_threshold", "exec_dns_threshold", "corelog", "cfgengine", "verbose_startup",
            "version_table", "mode_print", "timer_partitions", "drop_root", "event_pkg_threshold", "event_shm_threshold", "tcp_children", "tcp_workers", "advertise",
            "disable_stateless_fwd", "disable_503_translation", "query_buffer_size", "query_flush_time", "restart_persistency_cache_file", "restart_persistency_size",
            "rev_dns_timeout", "shm_hash_split_percentage", "shm_secondary_hash_size", "sl_fwd_disabled", "use_workers", "route_locks_size", "request_route_callback",
            "reply_route_callback", "onsend_route_callback", "event_callback", "pre_routing_callback", "uri_host_extra_chars", "hdr_name_extra_chars", "ip_free_bind", "tls_port_no",
            "pkg_mem", "bl_threshold", "bl_period", "socket_timeout", "allow_dup_headers", "check_headers", "log_console", "syslog_facility", "debug_mode", "log_level_names", "rundir", "cfg_child_timer",
            "sql_buffer_size", "disable_dns_blocklist", "use_dst_blacklist", "dst_blocklist", "log_stdout", "log_color", "log_event_enabled", "stderror_level_filter",
            "syslog_level_filter", "log_mem_level", "log_json_buf_size", "log_msg_buf_size", "default_forward_uri", "xavp_via_params", "xavp_via_reply_params", "xavp_via_fields", "disable_sctp", "agname",
            "kemi.onsend_route_callback");
        return known;

        void Number(string name, int lowest, int highest, params ReadOnlySpan<string> synonyms)
        {
            known[name] = (SettingKind.Number, name, lowest, highest);
            foreach (var synonym in synonyms)
                known[synonym] = (SettingKind.Number, name, lowest, highest);
        }

        void Add(SettingKind kind, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
                known[name] = (kind, name, 0, 0);
        }
    }
}
