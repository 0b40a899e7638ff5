using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>The uri module: functions on URIs, and in early servers what became uri_db.</summary>
[NotOffered("get_auth_id db_get_auth_id", "the user whose credentials were accepted is $au")]
[NotOffered("aaa_does_uri_exist aaa_does_uri_user_exist", "there is no RADIUS or Diameter here; does_uri_exist() asks a table")]
internal sealed class UriModule : UriFunctions, IDatabaseUser
{
    private UriTables _tables = null!;

    [ModParam("db_url", "The database with the tables uri and subscriber; needed for use_uri_table and does_uri_exist.")]
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

    /// <inheritdoc/>
    public string? DatabaseInUse => DbUrl.Length > 0 ? DbUrl : UsesUriTable ? DatabaseModule.StandardUrl : null;

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        base.Started(host);
        var database = DatabaseInUse is { } url ? host.Import<Databases>()!.Open(url) : null;
        _tables = new UriTables(host, database, new UriTableNames(UriTable, UriUserColumn, UriDomainColumn, UriUserNameColumn, SubscriberTable, SubscriberUserColumn, SubscriberDomainColumn),
            UsesUriTable, UsesDomain);
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [ResultMatters]
    [SipFunction("check_to", RouteKinds.Request, "1 when the user of To is the one whose credentials were accepted, or one of his names in the table uri; else -1.", Aliases = "db_check_to")]
    public Outcome CheckTo(Frame frame) => _tables.IsUserOf(frame, frame.Message.To.Uri);

    [ResultMatters]
    [SipFunction("check_from", RouteKinds.Request, "1 when the user of From is the one whose credentials were accepted, or one of his names in the table uri; else -1.", Aliases = "db_check_from")]
    public Outcome CheckFrom(Frame frame) => _tables.IsUserOf(frame, frame.Message.From.Uri);

    [ResultMatters]
    [SipFunction("does_uri_exist", RouteKinds.Request | RouteKinds.Local, "1 when the Request-URI is that of a user in the table, else -1.")]
    public Outcome DoesUriExist(Frame frame) => _tables.Exists(frame);
}
