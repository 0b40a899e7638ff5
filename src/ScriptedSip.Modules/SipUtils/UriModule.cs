using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>The uri module: functions on URIs, and in early servers what became uri_db.</summary>
[NotOffered("get_auth_id db_get_auth_id", "the user whose credentials were accepted is $au")]
[NotOffered("aaa_does_uri_exist aaa_does_uri_user_exist", "there is no RADIUS or Diameter here; does_uri_exist() asks a table")]
internal sealed class UriModule : UriFunctions, IDatabaseUser
{
    /// <summary>What it asks about users, with its parameters.</summary>
    [SharedParameters]
    public UriTables Tables { get; } = new();

    /// <inheritdoc/>
    public string? DatabaseInUse => Tables.DatabaseInUse;

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        Tables.MayUseDefault = script.Settings.DefaultDatabase.Length > 0;
        return null;
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        base.Started(host);
        Tables.Start(host);
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [ResultMatters]
    [SipFunction("check_to", RouteKinds.Request, "1 when the user of To is the one whose credentials were accepted, or one of his names in the table uri; else -1.", Aliases = "db_check_to")]
    public Outcome CheckTo(Frame frame) => Tables.IsUserOf(frame, frame.Message.To.Uri);

    [ResultMatters]
    [SipFunction("check_from", RouteKinds.Request, "1 when the user of From is the one whose credentials were accepted, or one of his names in the table uri; else -1.", Aliases = "db_check_from")]
    public Outcome CheckFrom(Frame frame) => Tables.IsUserOf(frame, frame.Message.From.Uri);

    [ResultMatters]
    [SipFunction("does_uri_exist", RouteKinds.Request | RouteKinds.Local, "1 when the Request-URI is that of a user in the table, else -1.", Aliases = "db_does_uri_exist")]
    public Outcome DoesUriExist(Frame frame) => Tables.Exists(frame);
}
