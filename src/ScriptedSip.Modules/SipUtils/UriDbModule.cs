using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>What the uri_db module does without a database: the user of the credentials must be that of the header.</summary>
internal sealed class UriDbModule : ScriptModule
{
    [ModParam("db_url", "Database of users; none is asked, names are compared.", Ignored = true)]
    public string DbUrl { get; set; } = "";

    [ModParam("use_domain", "1 compares domains in the table too; it has no meaning without one.", Ignored = true)]
    public int UseDomain { get; set; }

    [ModParam("use_uri_table", "Must be 0: names are compared, no table is asked.")]
    public int UseUriTable { get; set; }

    public override string? Validate(ScriptVersion script) =>
        UseUriTable != 0 ? "uri_db: use_uri_table asks a database table, which this version cannot" : null;

    [ResultMatters]
    [SipFunction("check_to", RouteKinds.Request, "1 when the user of the To URI is the user of the credentials, else -1.")]
    public Outcome CheckTo(Frame frame) => CredentialChecks.IsUserOf(frame, frame.Message.To.Uri);

    [ResultMatters]
    [SipFunction("check_from", RouteKinds.Request, "1 when the user of the From URI is the user of the credentials, else -1.")]
    public Outcome CheckFrom(Frame frame) => CredentialChecks.IsUserOf(frame, frame.Message.From.Uri);
}
