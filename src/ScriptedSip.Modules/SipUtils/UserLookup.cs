using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>Finds the id of the user a URI belongs to, in the tables uri and domain as SER 2.0 has them.</summary>
internal sealed class UserLookup(Database database, ModuleHost host, string table)
{
    // The id of a domain the table does not have.
    private const string NoDomain = "_default";

    private const long Disabled = 2;
    private const long IsTo = 8;
    private const long IsFrom = 16;

    private readonly LookupCache _domains = new(database, new SelectShape("domain", ["did"], ["domain"]), host.Clock, 10_000);
    private readonly LookupCache _users = new(database, new SelectShape(table, ["uid", "flags"], ["username", "did", "scheme"]), host.Clock, 10_000);

    /// <summary>The id of the user a URI belongs to as a caller or as a callee; empty when it belongs to nobody.</summary>
    public Utf8Text Find(Frame frame, Utf8Text uri, bool asCaller)
    {
        if (!UriParser.TryParse(uri.Span, out var parts))
            return default;
        var domain = uri[parts.Host].ToString().ToLowerInvariant();
        var did = _domains.Find(frame, domain) is [[string { Length: > 0 } id], ..] ? id : NoDomain;
        foreach (var row in _users.Find(frame, uri[parts.User].ToString(), did, uri[parts.SchemeText].ToString().ToLowerInvariant()) ?? [])
        {
            var flags = row[1] is long number ? number : IsTo | IsFrom;
            if (row[0] is string { Length: > 0 } user && (flags & Disabled) == 0 && (flags & (asCaller ? IsFrom : IsTo)) != 0)
                return frame.Arena.Copy(Utf8Text.From(user).Span);
        }
        return default;
    }
}
