using System.Collections.Concurrent;
using ScriptedSip.Data;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SpeedDial;

/// <summary>speeddial: short numbers of each user, from a table.</summary>
internal sealed class SpeedDialModule : DatabaseModule
{
    private readonly ConcurrentDictionary<string, LookupCache> _caches = new();
    private ModuleHost _host = null!;

    [ModParam("use_domain", "1: users and short numbers have domains; 0: the user parts alone.")]
    public bool UsesDomain { get; set; }

    [ModParam("user_column", "Column with the user who dials.")]
    public string UserColumn { get; set; } = "username";

    [ModParam("domain_column", "Column with his domain.")]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("sd_user_column", "Column with the short number.")]
    public string NumberColumn { get; set; } = "sd_username";

    [ModParam("sd_domain_column", "Column with the domain of the short number.")]
    public string NumberDomainColumn { get; set; } = "sd_domain";

    [ModParam("new_uri_column", "Column with the URI it stands for.")]
    public string UriColumn { get; set; } = "new_uri";

    [ModParam("domain_prefix", "Text taken off the front of a domain before it is looked for.")]
    public string DomainPrefix { get; set; } = "";

    [ModParam("uid_column", "SER's users without names are not known.", Ignored = true)]
    public string UidColumn { get; set; } = "";

    [ModParam("dial_username_column", "sd_user_column is taken.", Ignored = true)]
    public string DialUserColumn { get; set; } = "";

    [ModParam("dial_did_column", "sd_domain_column is taken.", Ignored = true)]
    public string DialDomainColumn { get; set; } = "";

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _host = host;
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("sd_lookup", RouteKinds.Request,
        "Replaces a Request-URI that is a short number of the caller (From), or of the URI given, from a table; 1, or -1 when it is none.")]
    public Outcome Lookup(Frame frame, Utf8Text table, Utf8Text owner = default)
    {
        var caller = owner.IsEmpty ? frame.Message.Text(frame.Message.From.Uri) : owner;
        var user = UriParts.User(caller).Text;
        var number = UriParts.User(frame.RequestUri).Text;
        if (user.IsEmpty || number.IsEmpty)
            return Outcome.False;
        var cache = _caches.GetOrAdd(table.ToString(), name => new LookupCache(Database!, new SelectShape(name, [UriColumn],
            UsesDomain ? [UserColumn, DomainColumn, NumberColumn, NumberDomainColumn] : [UserColumn, NumberColumn]), _host.Clock, 10_000));
        var rows = UsesDomain
            ? cache.Find(frame, user.ToString(), DomainOf(caller), number.ToString(), DomainOf(frame.RequestUri))
            : cache.Find(frame, user.ToString(), number.ToString());
        if (rows is not [[string uri, ..], ..] || !UriParser.TryParse(System.Text.Encoding.UTF8.GetBytes(uri), out _))
            return Outcome.False;
        frame.NewUri = Utf8Text.From(uri);
        return Outcome.True;
    }

    private string DomainOf(Utf8Text uri)
    {
        var domain = UriParts.Host(uri).Text.ToString().ToLowerInvariant();
        return DomainPrefix.Length > 0 && domain.StartsWith(DomainPrefix, StringComparison.OrdinalIgnoreCase) ? domain[DomainPrefix.Length..] : domain;
    }
}
