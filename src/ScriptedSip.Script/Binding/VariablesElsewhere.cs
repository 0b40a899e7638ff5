namespace ScriptedSip.Script.Binding;

/// <summary>Pseudo-variables other servers have and this one has not: their scripts are told so, and why, instead of being asked what they mean.</summary>
public static class VariablesElsewhere
{
    private static readonly (string Reason, string[] Names)[] Known =
    [
        ("there are no structured values here; use $avp(name)", ["xavp", "xavu", "xavi"]),
        ("write the defined name itself", ["def", "defn"]),
        ("the environment is read by #!defenv", ["env"]),
        ("variables are those of the message at hand here", ["T_req", "T_rpl", "T_inv", "T", "Tsm", "bavp"]),
        ("an onsend_route has snd_ip, snd_port, to_ip and to_port, other routes $si, $sp, $Ri and $Rp", ["snd", "sndto", "rcv"]),
        ("the message is $mb, its body $rb, its length $ml", ["msg"]),
        ("its lists are read with $(hdr(name)[n]) and {s.select,n,\\,}", ["hfl"]),
        ("dialogs have no such part here", ["dlg_ctx", "DLG_did", "DLG_end_reason", "fti"]),
        ("scripts send no requests of their own here", ["uac_req", "http_req", "http_rs", "http_rb", "http_ok", "http_err", "http_hdr", "http_time"]),
        ("HTTP is not served here", ["hu", "http_method", "http_body"]),
        ("media are not relayed here", ["rtpstat", "rtp_relay", "rtp_relay_peer", "msrp"]),
        ("JSON and XML are not read here", ["json", "json_pretty", "json_compact", "xml", "jsonrpl"]),
        ("WebSocket is not spoken here", ["ws_conid"]),
        ("results of SQL queries are not kept here", ["dbr", "sqlrows"]),
        ("use $conid", ["tcp"]),
        ("a script cannot see its own text", ["cfg", "cfg_line", "cfg_file"]),
        ("packets are not captured here", ["hep"]),
        ("contacts are seen through lookup() only", ["ulc", "ulcp"]),
        ("there is no Redis here", ["redis", "redisd"]),
        ("IMS is not spoken here", ["pcscf_asserted_identity"]),
    ];

    private static readonly Dictionary<string, string> Reasons =
        Known.SelectMany(static group => group.Names.Select(name => (name, group.Reason))).ToDictionary(static pair => pair.name, static pair => pair.Reason, StringComparer.Ordinal);

    /// <summary>Why the variable is not offered, or what to write instead; null when nobody has it.</summary>
    public static string? ReasonAgainst(string name) => Reasons.GetValueOrDefault(name);
}
