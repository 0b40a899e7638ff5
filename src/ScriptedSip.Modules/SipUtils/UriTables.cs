using ScriptedSip.Data;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>
/// What uri and uri_db ask about users: whether the credentials that were accepted belong to the party a request names, and whether a URI is that
/// of a user. The table <c>uri</c> lists further names of users; without it names are compared.
/// </summary>
internal sealed class UriTables
{
    private const int FreshMilliseconds = 10_000;

    private IDigestAuthentication? _digest;
    private LookupCache? _aliases;
    private LookupCache? _users;

    [ModParam("db_url", "The database with the tables uri and subscriber; needed for use_uri_table and does_uri_exist; when not set, db_default_url.")]
    public string DbUrl { get; set; } = "";

    [ModParam("use_domain", "1: users are found by name and domain; 0: by name alone.")]
    public bool UsesDomain { get; set; }

    [ModParam("use_uri_table", "1: the table uri says which user names belong to whose credentials; 0: names are compared.")]
    public bool UsesUriTable { get; set; }

    [ModParam("uri_table", "Table of further names of users.")]
    public string UriTable { get; set; } = "uri";

    [ModParam("uri_user_column", "Column with the user whose name it is.")]
    public string UriUserColumn { get; set; } = "username";

    [ModParam("uri_domain_column", "Column with his domain.")]
    public string UriDomainColumn { get; set; } = "domain";

    [ModParam("uri_uriuser_column", "Column with the further name.")]
    public string UriUserNameColumn { get; set; } = "uri_user";

    [ModParam("uriuser_column", "The same, as Kamailio calls the parameter.")]
    public string UserNameColumn { get => UriUserNameColumn; set => UriUserNameColumn = value; }

    [ModParam("subscriber_table", "Table of users.")]
    public string SubscriberTable { get; set; } = "subscriber";

    [ModParam("db_table", "Table asked: that of users or, with use_uri_table, that of their names.")]
    public string DbTable
    {
        get => UsesUriTable ? UriTable : SubscriberTable;
        set => (UriTable, SubscriberTable) = (value, value);
    }

    [ModParam("subscriber_user_column", "Column with the user in it.")]
    public string SubscriberUserColumn { get; set; } = "username";

    [ModParam("subscriber_domain_column", "Column with the domain in it.")]
    public string SubscriberDomainColumn { get; set; } = "domain";

    [ModParam("user_column", "Column with the user, in both tables.")]
    public string UserColumn
    {
        get => SubscriberUserColumn;
        set => (SubscriberUserColumn, UriUserColumn) = (value, value);
    }

    [ModParam("domain_column", "Column with the domain, in both tables.")]
    public string DomainColumn
    {
        get => SubscriberDomainColumn;
        set => (SubscriberDomainColumn, UriDomainColumn) = (value, value);
    }

    /// <summary>The core has a database for modules that name none.</summary>
    public bool MayUseDefault { get; set; }

    /// <summary>The URL; null when no database is asked.</summary>
    public string? DatabaseInUse => DbUrl.Length > 0 ? DbUrl : UsesUriTable || MayUseDefault ? Databases.Standard : null;

    /// <summary>Opens the database, if there is one.</summary>
    public void Start(ModuleHost host)
    {
        _digest = host.Import<IDigestAuthentication>();
        if (DatabaseInUse is not { } url)
            return;
        var database = host.Import<Databases>()!.Open(url);
        string[] whose = UsesDomain ? [UriUserColumn, UriUserNameColumn, UriDomainColumn] : [UriUserColumn, UriUserNameColumn];
        string[] which = UsesUriTable ? [UriUserNameColumn, UriDomainColumn] : [SubscriberUserColumn, SubscriberDomainColumn];
        _aliases = new LookupCache(database, new SelectShape(UriTable, [UriUserColumn], whose), host.Clock, FreshMilliseconds);
        _users = new LookupCache(database, new SelectShape(DbTable, [UsesUriTable ? UriUserColumn : SubscriberUserColumn], UsesDomain ? which : which[..1]), host.Clock, FreshMilliseconds);
    }

    /// <summary>1 when the user of a URI is the one whose credentials were accepted; nobody's were where no auth module is loaded.</summary>
    public Outcome IsUserOf(Frame frame, Slice uri)
    {
        var name = _digest?.AcceptedUser(frame) ?? default;
        if (name.IsEmpty)
            return Outcome.False;
        var at = name.Span.IndexOf((byte)'@');
        var user = at < 0 ? name : name[new Slice(0, at)];
        var named = UriParts.User(frame.Message.Text(uri)).Text;
        if (!UsesUriTable || _aliases is null)
            return Outcome.From(!user.IsEmpty && named == user);
        var domain = UriParts.Host(frame.Message.Text(uri)).Text.ToString();
        return Outcome.From(_aliases.Find(frame, UsesDomain ? [user.ToString(), named.ToString(), domain] : [user.ToString(), named.ToString()]) is { Count: > 0 });
    }

    /// <summary>1 when the Request-URI is that of a user.</summary>
    public Outcome Exists(Frame frame)
    {
        var user = UriParts.User(frame.RequestUri).Text;
        if (_users is null || user.IsEmpty)
            return Outcome.False;
        var domain = UriParts.Host(frame.RequestUri).Text.ToString();
        return Outcome.From(_users.Find(frame, UsesDomain ? [user.ToString(), domain] : [user.ToString()]) is { Count: > 0 });
    }
}
