namespace ScriptedSip.Script.Binding;

/// <summary>Transformations other servers have and this one has not, with the reason.</summary>
public static class TransformationsElsewhere
{
    private static readonly (string Reason, string Names)[] Known =
    [
        ("SMS are not read here", "s.encode.7bit s.decode.7bit"),
        ("the hashes are those of the standards here: s.md5, s.sha1, s.sha256", "s.corehash"),
        ("{s.width,n} sets a length, {s.fill.left,c,n} and {s.fill.right,c,n} fill up to one", "s.widthleft s.widthright"),
        ("a text is not a script here; $_s(text) replaces the variables in one", "s.eval"),
        ("backslashes are told in patterns with [\\]", "s.escape.regex"),
        ("line ends are written \\r and \\n in a quoted text", "s.escape.crlf s.unescape.crlf"),
        ("streams are found with {sdp.line,m} and {line.sw,a=}", "sdp.stream sdp.stream-delete"),
        ("a look-up of a name would hold up the run; what is relayed is resolved then", "ip.resolve"),
        ("comments in Via are not kept", "via.comment"),
        ("MSRP is not spoken here", "msrpuri.user msrpuri.host msrpuri.port msrpuri.session msrpuri.userinfo msrpuri.params msrpuri.proto"),
        ("set_contact_alias() and handle_ruri_alias() write and read the alias", "urialias.encode urialias.decode"),
        ("XML is not read here", "xml.content"),
        ("HTTP is not spoken here", "rest.escape rest.unescape url.querystring url.path"),
        ("there is no AMQP here; {json.parse,path} reads JSON", "kz.encode kz.json kz.json.count kz.json.keys"),
    ];

    private static readonly Dictionary<string, string> Reasons =
        Known.SelectMany(static group => group.Names.Split(' ').Select(name => (name, group.Reason))).ToDictionary(static row => row.name, static row => row.Reason, StringComparer.Ordinal);

    /// <summary>Why the transformation is not offered, or what to write instead; null when nobody has it.</summary>
    public static string? ReasonAgainst(string name) => Reasons.GetValueOrDefault(name);
}
