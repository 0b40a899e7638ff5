namespace ScriptedSip.Script.Binding;

/// <summary>Pseudo-variables other servers have and this one has not: their scripts are told so, and why, instead of being asked what they mean.</summary>
public static class VariablesElsewhere
{
    private static readonly (string Module, string Reason, string[] Names)[] Known =
    [
        ("tmx", "of a transaction there are $T_branch_idx, $T_reply_code, $T_reply_last and $T_reply_reason", ["T", "T_branch", "Tsm"]),
        ("tcpops", "a connection is known by $conid, its ends by $si and $sp, $Ri and $Rp", ["tcp"]),
        ("corex", "bytes are cut out with $(mb{s.substr,n,1})", ["msgbuf"]),
        ("tmx", "an INVITE is not looked at from its CANCEL here; what it left is in its AVPs", ["T_inv"]),
        ("", "values of a single branch are kept in its flags here", ["bavp", "msg.branch.uri", "msg.branch.attr", "sbranch"]),
        ("dialog", "dialogs have no such part here", ["dlg_ctx", "DLG_did", "DLG_end_reason", "TH_callee_callid", "rdir"]),
        ("topoh", "topology is not hidden here, so tags and Call-IDs are those of the message: $ft, $tt, $ci", ["fti", "tti"]),
        ("uac", "scripts send no requests of their own here", ["uac_req"]),
        ("http_async_client", "scripts send no requests of their own here",
            ["http_req", "http_req_id", "http_rs", "http_rr", "http_rb", "http_bs", "http_mb", "http_ml", "http_ok", "http_err", "http_hdr", "http_time"]),
        ("xhttp", "HTTP is not served here", ["hu", "http_method", "http_body"]),
        ("rtp_relay", "media are not relayed here", ["rtp_relay", "rtp_relay_peer"]),
        ("rtpproxy", "media statistics come with the answer of the proxy and are not kept here", ["rtpstat"]),
        ("msrp", "MSRP is not spoken here", ["msrp"]),
        ("json", "JSON is not kept in variables here; $(name{json.parse,path}) reads a member", ["json", "json_pretty", "json_compact", "jsonrpl"]),
        ("xml", "XML is not read here", ["xml"]),
        ("websocket", "WebSocket is not spoken here", ["ws_conid"]),
        ("sqlops", "results of SQL queries are not kept here; avp_db_query() puts them into AVPs", ["dbr", "sqlrows"]),
        ("tls", "TLS is not spoken here", ["tls", "tls_version", "tls_description", "tls_cipher_info", "tls_cipher_bits", "tls_peer_version", "tls_my_version",
            "tls_peer_serial", "tls_my_serial", "tls_peer_verified", "tls_peer_revoked", "tls_peer_expired", "tls_peer_selfsigned", "tls_peer_notBefore", "tls_peer_notAfter",
            "tls_peer_subject", "tls_my_subject", "tls_peer_issuer", "tls_my_issuer", "tls_peer_subject_cn", "tls_peer_issuer_cn", "tls_my_subject_cn", "tls_my_issuer_cn",
            "tls_peer_subject_locality", "tls_peer_issuer_locality", "tls_my_subject_locality", "tls_my_issuer_locality", "tls_peer_subject_country", "tls_peer_issuer_country",
            "tls_my_subject_country", "tls_my_issuer_country", "tls_peer_subject_state", "tls_peer_issuer_state", "tls_my_subject_state", "tls_my_issuer_state",
            "tls_peer_subject_organization", "tls_peer_issuer_organization", "tls_my_subject_organization", "tls_my_issuer_organization", "tls_peer_subject_unit",
            "tls_peer_issuer_unit", "tls_my_subject_unit", "tls_my_issuer_unit", "tls_peer_san_email", "tls_my_san_email", "tls_peer_san_hostname", "tls_my_san_hostname",
            "tls_peer_san_uri", "tls_my_san_uri", "tls_peer_san_ip", "tls_my_san_ip"]),
        ("acc", "extra values are given with log_extra and db_extra, as variables", ["acc_extra", "acc_leg"]),
        ("sdpops", "SDP is read with $(rb{sdp.line,m}) and {line.sw,a=}", ["sdp", "sdpitval"]),
        ("sipcapture", "packets are not captured here", ["hep"]),
        ("sipdump", "packets are not captured here", ["sipdump"]),
        ("registrar", "contacts are seen through lookup() only", ["ulc", "ulcp", "ruid", "T_reply_ruid"]),
        ("ndb_redis", "there is no Redis here", ["redis", "redisd"]),
        ("memcached", "there is no memcached here", ["mct", "mcinc", "mcdec", "mctex"]),
        ("mqueue", "there are no message queues here", ["mqk", "mqv"]),
        ("uuid", "$(RANDOM) and $ci tell messages apart here", ["uuid"]),
        ("geoip", "places of addresses are not known here", ["gip", "gip2"]),
        ("ipops", "names are not resolved by scripts here", ["dns", "ptr", "srvquery", "naptrquery", "HN"]),
        ("phonenum", "phone numbers are not analysed here", ["phn"]),
        ("siprec", "calls are not recorded here", ["siprec"]),
        ("app", "scripts in other languages are not run here", ["ki", "kpi"]),
        ("kazoo", "there is no AMQP here", ["kzE", "kzR", "kzRK", "kqv"]),
        ("smsops", "SMS are not read here", ["tpdu", "smsack", "smsbody", "rpdata"]),
        ("ims_registrar", "IMS is not spoken here", ["pcscf_asserted_identity", "ipsec", "ipsec_ue", "xcapuri"]),
        ("", "the level of the log is a setting here: log_level", ["xlog_level"]),
    ];

    private static readonly Dictionary<string, (string Module, string Reason)> Reasons =
        Known.SelectMany(static group => group.Names.Select(name => (name, group.Module, group.Reason)))
            .ToDictionary(static row => row.name, static row => (row.Module, row.Reason), StringComparer.Ordinal);

    /// <summary>Why the variable is not offered, or what to write instead; null when nobody has it.</summary>
    public static string? ReasonAgainst(string name) => Reasons.TryGetValue(name, out var known) ? known.Reason : null;

    /// <summary>The module of other servers that has it; empty for their cores.</summary>
    internal static string ModuleWith(string name) => Reasons.TryGetValue(name, out var known) ? known.Module : "";
}
