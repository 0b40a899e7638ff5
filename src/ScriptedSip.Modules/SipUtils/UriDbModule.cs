using ScriptedSip.Data;
using ScriptedSip.Modules.Attributes;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>uri_db: who a URI belongs to.</summary>
internal sealed class UriDbModule : ScriptModule, IDatabaseUser
{
    private static readonly int CallerId = SerAttributes.ToWrite("fu", "uid");
    private static readonly int CalleeId = SerAttributes.ToWrite("tu", "uid");

    private UserLookup? _users;

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
        _users = DatabaseInUse is { } url ? new UserLookup(host.Import<Databases>()!.Open(url), host, Tables.UriTable) : null;
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [ResultMatters]
    [SipFunction("check_to", RouteKinds.Request, "1 when the user of To is the one whose credentials were accepted, or one of his names in the table uri; else -1.")]
    public Outcome CheckTo(Frame frame) => Tables.IsUserOf(frame, frame.Message.To.Uri);

    [ResultMatters]
    [SipFunction("check_from", RouteKinds.Request, "1 when the user of From is the one whose credentials were accepted, or one of his names in the table uri; else -1.")]
    public Outcome CheckFrom(Frame frame) => Tables.IsUserOf(frame, frame.Message.From.Uri);

    [ResultMatters]
    [SipFunction("does_uri_exist", RouteKinds.Request | RouteKinds.Local, "1 when the Request-URI is that of a user in the table, else -1.")]
    public Outcome DoesUriExist(Frame frame) => Tables.Exists(frame);

    [SipFunction("lookup_user", RouteKinds.Request | RouteKinds.Failure, "Finds the user of From, To or Request-URI in SER's tables and sets $fu.uid or $tu.uid to his id; -1 when the URI is nobody's.")]
    public Outcome LookupUser(Frame frame, [Literal] Utf8Text which)
    {
        var message = frame.Message;
        var asCaller = which.EqualsIgnoreCase("from"u8);
        var uri = asCaller ? message.Text(message.From.Uri) : which.EqualsIgnoreCase("to"u8) ? message.Text(message.To.Uri) : frame.RequestUri;
        return Outcome.From(SetUser(frame, uri, asCaller, asCaller ? CallerId : CalleeId));
    }

    [SipFunction("lookup_user", RouteKinds.Request | RouteKinds.Failure, "Finds the user of a URI (a select such as @ruri, or an attribute) in SER's tables and sets an attribute to his id; -1 when the URI is nobody's.")]
    public Outcome LookupUser(Frame frame, AttributeArgument attribute, SourceArgument uri)
    {
        var asCaller = attribute.Class is not { } @class || @class[0] == 'f';
        return Outcome.From(SetUser(frame, uri.Read(frame), asCaller, SerAttributes.ToWrite(attribute.Class, attribute.Name)));
    }

    private bool SetUser(Frame frame, Utf8Text uri, bool asCaller, int attribute)
    {
        var user = _users is null ? default : _users.Find(frame, uri, asCaller);
        if (user.IsEmpty)
            return false;
        frame.Avps.Remove(attribute, all: true);
        frame.Avps.Add(attribute, Value.FromText(user));
        return true;
    }
}
