namespace ScriptedSip.Data;

/// <summary>The tables of the dialect, under the names scripts and existing data have for them.</summary>
public static class StandardSchema
{
    private static readonly Column Id = new("id", ColumnKind.Serial);

    /// <summary>The bindings of the registrar; <c>ruid</c> names a binding.</summary>
    public static TableSchema Location { get; } = new("location", 9,
    [
        Id, Text("ruid"), Text("username"), Optional("domain"), Text("contact"), Optional("received"), Optional("path"),
        new("expires", ColumnKind.Time), new("q", ColumnKind.Number, 1.0), Text("callid"), Int("cseq", 1), new("last_modified", ColumnKind.Time), Int("flags"), Int("cflags"),
        Text("user_agent"), Optional("socket"), new("methods", ColumnKind.Integer), Optional("instance"), Int("reg_id"), Int("server_id"), Int("connection_id"),
        Int("keepalive"), Int("partition"),
    ], "ruid", "username,domain", "expires", "last_modified");

    /// <summary>Users and their secrets; <c>ha1</c> is H(user:realm:password), <c>ha1b</c> the same with user@domain, by MD5, <c>ha1_sha256</c> by SHA-256.</summary>
    public static TableSchema Subscriber { get; } = new("subscriber", 7,
    [
        Id, Text("username"), Text("domain"), Text("password"), Text("ha1"), Text("ha1b"), Text("ha1_sha256"), Text("email_address"), Optional("rpid"),
    ], "username,domain", "username");

    /// <summary>Accounted transactions.</summary>
    public static TableSchema Acc { get; } = new("acc", 5, AccountColumns(), "", "callid");

    /// <summary>Calls nobody answered.</summary>
    public static TableSchema MissedCalls { get; } = new("missed_calls", 4, AccountColumns(), "", "callid");

    /// <summary>Answered calls; <c>vars</c> and <c>profiles</c> are what the script has said of them.</summary>
    public static TableSchema Dialog { get; } = new("dialog", 7,
    [
        Id, Int("hash_entry"), Int("hash_id"), Text("callid"), Text("from_uri"), Text("from_tag"), Text("to_uri"), Text("to_tag"), Text("caller_cseq"), Text("callee_cseq"),
        Optional("caller_route_set"), Optional("callee_route_set"), Text("caller_contact"), Text("callee_contact"), Text("caller_sock"), Text("callee_sock"), Int("state"), Int("start_time"),
        Int("timeout"), Int("sflags"), Int("iflags"), Optional("toroute_name"), Optional("req_uri"), Optional("xdata"), Optional("vars"), Optional("profiles"),
    ], "", "callid,from_tag");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TableSchema> Tables { get; } =
    [
        Location,
        Subscriber,
        Acc,
        MissedCalls,
        Dialog,
        new("aliases", 9, Location.Columns, "ruid", "username,domain", "expires", "last_modified"),
        new("dbaliases", 1, [Id, Text("alias_username"), Text("alias_domain"), Text("username"), Text("domain")], "alias_username,alias_domain", "username,domain"),
        new("speed_dial", 2, [Id, Text("username"), Text("domain"), Text("sd_username"), Text("sd_domain"), Text("new_uri"), Text("fname"), Text("lname"),
            Text("description")], "username,domain,sd_domain,sd_username"),
        new("domain", 2, [Id, Text("domain"), Optional("did"), new("last_modified", ColumnKind.Time)], "domain"),
        new("domain_attrs", 1, [Id, Text("did"), Text("name"), Int("type"), Text("value"), new("last_modified", ColumnKind.Time)], "", "did"),
        new("grp", 4, [Id, Text("username"), Text("domain"), Text("grp"), new("last_modified", ColumnKind.Time)], "username,domain,grp"),
        new("re_grp", 1, [Id, Text("reg_exp"), Int("group_id")], "", "group_id"),
        new("uri", 1, [Id, Text("username"), Text("domain"), Text("uri_user"), new("last_modified", ColumnKind.Time)], "username,domain,uri_user"),
        new("usr_preferences", 2, [Id, Text("uuid"), Text("username"), Text("domain"), Text("attribute"), Int("type"), Text("value"), new("last_modified", ColumnKind.Time)], "",
            "uuid,attribute", "username,domain,attribute"),
        new("user_attrs", 3, [Id, Text("uid"), Text("name"), Text("value"), Int("type"), Int("flags")], "", "uid"),
        new("uri_attrs", 2, [Id, Text("username"), Text("did"), Text("scheme"), Text("name"), Text("value"), Int("type"), Int("flags")], "", "username,did"),
        new("global_attrs", 1, [Id, Text("name"), Text("value"), Int("type"), Int("flags")], "", "name"),
        new("trusted", 6, [Id, Text("src_ip"), Text("proto"), Optional("from_pattern"), Optional("ruri_pattern"), Optional("tag"), Int("priority")], "", "src_ip"),
        new("address", 6, [Id, Int("grp", 1), Text("ip_addr"), Int("mask", 32), Int("port"), Optional("tag")], ""),
        new("dispatcher", 4, [Id, Int("setid"), Text("destination"), Int("flags"), Int("priority"), Text("attrs"), Text("description")], "", "setid"),
        new("silo", 8, [Id, Text("src_addr"), Text("dst_addr"), Text("username"), Text("domain"), Int("inc_time"), Int("exp_time"), Int("snd_time"),
            Text("ctype"), Text("body"), Text("extra_hdrs"), Text("callid"), Int("status")], "", "username,domain"),
        new("pdt", 1, [Id, new("sdomain", ColumnKind.Text, "*"), Text("prefix"), Text("domain")], "sdomain,prefix"),
        new("route_tree", 2, [Id, Text("carrier")], "carrier"),
        new("carrierroute", 3, [Id, Int("carrier"), Text("domain"), Text("scan_prefix"), Int("flags"), Int("mask"), new("prob", ColumnKind.Number, 1.0), Int("strip"),
            Text("rewrite_host"), Text("rewrite_prefix"), Text("rewrite_suffix"), Optional("description")], "", "carrier,domain"),
        new("carrierfailureroute", 2, [Id, Int("carrier"), Text("domain"), Text("scan_prefix"), Text("host_name"), Text("reply_code"), Int("flags"), Int("mask"),
            Text("next_domain"), Optional("description")], "", "carrier,domain"),
        new("version", 1, [Text("table_name"), Int("table_version")], "table_name"),
    ];

    /// <summary>A table of the standard schema by name; null when there is none.</summary>
    public static TableSchema? Find(string name) => Tables.FirstOrDefault(t => t.Name == name);

    private static Column[] AccountColumns() =>
    [
        Id, Text("method"), Text("from_tag"), Text("to_tag"), Text("callid"), Text("sip_code"), Text("sip_reason"), new("time", ColumnKind.Time),
        // Beyond the standard's own columns: with them a call can be billed without looking elsewhere.
        Text("caller"), Text("callee"), Text("request_uri"),
    ];

    private static Column Text(string name) => new(name, ColumnKind.Text, "");

    private static Column Optional(string name) => new(name, ColumnKind.Text);

    private static Column Int(string name, long standard = 0) => new(name, ColumnKind.Integer, standard);
}
