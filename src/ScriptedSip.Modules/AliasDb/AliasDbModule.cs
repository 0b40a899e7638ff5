using System.Collections.Concurrent;
using ScriptedSip.Data;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.AliasDb;

/// <summary>alias_db: other names of users, from a table.</summary>
internal sealed class AliasDbModule : DatabaseModule
{
    private readonly ConcurrentDictionary<(string Table, bool WithDomain, bool Reverse), LookupCache> _caches = new();
    private ModuleHost _host = null!;

    [ModParam("use_domain", "1: an alias is user and domain; 0: the user alone.")]
    public bool UsesDomain { get; set; }

    [ModParam("user_column", "Column with the user an alias stands for.")]
    public string UserColumn { get; set; } = "username";

    [ModParam("domain_column", "Column with its domain.")]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("alias_user_column", "Column with the user of the alias.")]
    public string AliasUserColumn { get; set; } = "alias_username";

    [ModParam("alias_domain_column", "Column with the domain of the alias.")]
    public string AliasDomainColumn { get; set; } = "alias_domain";

    [ModParam("domain_prefix", "Text taken off the front of a domain before it is looked for.")]
    public string DomainPrefix { get; set; } = "";

    [ModParam("append_branches", "1: an alias of several users makes branches of the others.")]
    public bool AppendsBranches { get; set; }

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _host = host;
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("alias_db_lookup", RouteKinds.Request | RouteKinds.Failure,
        "Replaces a Request-URI that is an alias with the URI of its user, from a table; flag d leaves the domain out of account, u takes it in. 1, or -1 when it is no alias.")]
    public Outcome Lookup(Frame frame, Utf8Text table, Utf8Text flags = default)
    {
        if (Find(frame, table, frame.RequestUri, flags, reverse: false) is not { Count: > 0 } rows)
            return Outcome.False;
        frame.NewUri = UriOf(frame, rows[0]);
        for (var i = 1; AppendsBranches && i < rows.Count; i++)
            frame.AppendBranch(new BranchTarget { Uri = UriOf(frame, rows[i]), Q = BranchTarget.NoQ });
        return Outcome.True;
    }

    [SipFunction("alias_db_find", RouteKinds.Any,
        "Looks a URI up as an alias and writes the URI of its user into a variable; flag r looks for the alias of a user instead. 1, or -1 when there is none.")]
    public Outcome FindAlias(Frame frame, Utf8Text table, Utf8Text uri, VariableRef result, Utf8Text flags = default)
    {
        if (Find(frame, table, uri, flags, flags.Span.Contains((byte)'r')) is not { Count: > 0 } rows)
            return Outcome.False;
        return Outcome.From(result.Set(frame, AssignKind.Set, Value.FromText(UriOf(frame, rows[0]))));
    }

    private List<object?[]>? Find(Frame frame, Utf8Text table, Utf8Text uri, Utf8Text flags, bool reverse)
    {
        var user = UriParts.User(uri).Text;
        if (user.IsEmpty)
            return null;
        var withDomain = flags.Span.Contains((byte)'u') || (UsesDomain && !flags.Span.Contains((byte)'d'));
        var cache = _caches.GetOrAdd((table.ToString(), withDomain, reverse), NewCache);
        if (!withDomain)
            return cache.Find(frame, user.ToString());
        var domain = UriParts.Host(uri).Text.ToString().ToLowerInvariant();
        if (DomainPrefix.Length > 0 && domain.StartsWith(DomainPrefix, StringComparison.OrdinalIgnoreCase))
            domain = domain[DomainPrefix.Length..];
        return cache.Find(frame, user.ToString(), domain);
    }

    private LookupCache NewCache((string Table, bool WithDomain, bool Reverse) use)
    {
        string[] alias = [AliasUserColumn, AliasDomainColumn];
        string[] user = [UserColumn, DomainColumn];
        var (wanted, given) = use.Reverse ? (alias, user) : (user, alias);
        return new LookupCache(Database!, new SelectShape(use.Table, wanted, use.WithDomain ? given : given[..1]), _host.Clock, 10_000);
    }

    private static Utf8Text UriOf(Frame frame, object?[] row) =>
        frame.Arena.Copy(System.Text.Encoding.UTF8.GetBytes($"sip:{row[0]}@{row[1]}"));
}
