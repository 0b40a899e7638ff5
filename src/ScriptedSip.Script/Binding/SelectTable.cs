namespace ScriptedSip.Script.Binding;

/// <summary>The selects of SER 2.0: which pseudo-variable each begins as, and why the others are not offered.</summary>
public static class SelectTable
{
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["ruri"] = "$ru",
        ["uri"] = "$ru",
        ["ruri.user"] = "$rU",
        ["ruri.host"] = "$rd",
        ["ruri.port"] = "$rp",
        ["dst_uri"] = "$du",
        ["from"] = "$hdr(From)",
        ["from.uri"] = "$fu",
        ["from.tag"] = "$ft",
        ["from.name"] = "$fn",
        ["f"] = "$hdr(From)",
        ["f.uri"] = "$fu",
        ["f.tag"] = "$ft",
        ["f.name"] = "$fn",
        ["to"] = "$hdr(To)",
        ["to.uri"] = "$tu",
        ["to.tag"] = "$tt",
        ["to.name"] = "$tn",
        ["t"] = "$hdr(To)",
        ["t.uri"] = "$tu",
        ["t.tag"] = "$tt",
        ["t.name"] = "$tn",
        ["contact"] = "$ct",
        ["m"] = "$ct",
        ["call_id"] = "$ci",
        ["callid"] = "$ci",
        ["cseq"] = "$hdr(CSeq)",
        ["cseq.num"] = "$cs",
        ["cseq.method"] = "$rm",
        ["method"] = "$rm",
        ["user_agent"] = "$ua",
        ["content_type"] = "$cT",
        ["reason"] = "$hdr(Reason)",
        ["max_forwards"] = "$hdr(Max-Forwards)",
        ["expires"] = "$hdr(Expires)",
        ["event"] = "$hdr(Event)",
        ["subject"] = "$hdr(Subject)",
        ["date"] = "$hdr(Date)",
        ["identity"] = "$hdr(Identity)",
        ["identity_info"] = "$hdr(Identity-Info)",
        ["content_disposition"] = "$hdr(Content-Disposition)",
        ["content_length"] = "$cl",
        ["refer_to"] = "$hdr(Refer-To)",
        ["refer_to.uri"] = "$rt",
        ["rpid"] = "$hdr(Remote-Party-ID)",
        ["rpid.uri"] = "$re",
        ["p_asserted_identity"] = "$hdr(P-Asserted-Identity)",
        ["p_asserted_identity.uri"] = "$ai",
        ["route"] = "$hdr(Route)",
        ["record_route"] = "$hdr(Record-Route)",
        ["rr"] = "$hdr(Record-Route)",
        ["next_hop"] = "$nh(u)",
        ["next_hop.host"] = "$nh(d)",
        ["next_hop.port"] = "$nh(p)",
        ["sys.pid"] = "$pp",
        ["sys.now"] = "$Ts",
        ["src.ip"] = "$si",
        ["src.port"] = "$sp",
        ["src.proto"] = "$pr",
        ["src.ip_port"] = "$_s($si:$sp)",
        ["src.proto_ip_port"] = "$_s($pr:$si:$sp)",
        ["received.ip"] = "$Ri",
        ["received.port"] = "$Rp",
        ["received.proto"] = "$pr",
        ["received.ip_port"] = "$_s($Ri:$Rp)",
        ["received.proto_ip_port"] = "$_s($pr:$Ri:$Rp)",
        ["dst.ip"] = "$Ri",
        ["dst.port"] = "$Rp",
        ["dst.ip_port"] = "$_s($Ri:$Rp)",
        ["dst.proto_ip_port"] = "$_s($pr:$Ri:$Rp)",
        ["msg"] = "$mb",
        ["msg.body"] = "$rb",
        ["msg.len"] = "$ml",
        ["msg.response.code"] = "$rs",
        ["msg.response.reason"] = "$rr",
        ["msg.request.method"] = "$rm",
        ["msg.request.uri"] = "$ru",
        ["msg.id"] = "$mi",
        ["msg.flags"] = "$mf",
        ["msg.first_line"] = "$(mb{line.at,0})",
    };

    // The digest credentials of a request are read alike, whichever header brings them.
    private static readonly Dictionary<string, string> Credentials = new(StringComparer.Ordinal)
    {
        ["username"] = "$aU",
        ["username.user"] = "$au",
        ["username.domain"] = "$ad",
        ["realm"] = "$ar",
        ["nonce"] = "$adn",
        ["uri"] = "$adu",
        ["algorithm"] = "$aa",
    };

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["db"] = "databases are asked with avp_db_query()",
        ["eval"] = "there is no stack of values; use $var(name)",
        ["tls"] = "TLS is not spoken here",
        ["sendto"] = "an onsend_route has to_ip, to_port and snd_proto",
        ["branch"] = "branches are $(branch(uri)[n])",
        ["xmlrpc"] = "there is no XML-RPC here",
        ["timer"] = "timer_route[name, seconds] runs by time",
        ["sys"] = "of the system a script sees @sys.pid and @sys.now",
        ["server_id"] = "a server has no number here",
        ["avp"] = "write $avp(name)",
        ["msg"] = "of the message there are @msg.header[\"Name\"], @msg.body, @msg.len, @msg.id, @msg.flags and @msg.first_line",
        ["authorization"] = "of the credentials there are username, realm, nonce, uri and algorithm",
    };

    /// <summary>All that a select may begin as.</summary>
    public static IEnumerable<string> Names => Variables.Keys;

    /// <summary>The variable a select of that dotted name is; null when there is none.</summary>
    public static string? VariableOf(string name) => Variables.GetValueOrDefault(name);

    internal static bool IsCredentials(string name) => name is "authorization" or "proxy_authorization" or "www_authorization" or "auth" or "proxy_auth";

    internal static string? CredentialOf(string part) => Credentials.GetValueOrDefault(part);

    internal static string? ReasonAgainst(string name) => Reasons.GetValueOrDefault(IsCredentials(name) ? "authorization" : name);
}
