using ScriptedSip.Modules.Sl;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Registrar;

/// <summary>The registrar module: binds the contacts of REGISTER requests to their address-of-record and finds them again.</summary>
[NotOffered("reg_fetch_contacts reg_free_contacts lookup_branches lookup_to_dset lookup_xavp", "contacts are not handed to scripts here; lookup() makes branches of them")]
[NotOffered("is_registered is_other_contact is_contact_registered is_ip_registered", "single contacts are not asked for here; registered() tells whether there is one")]
[NotOffered("remove remove_ip_port", "single contacts end with their time or by REGISTER here; unregister() removes all of a user")]
[NotOffered("reg_send_reply reg_from_user", "save() answers the REGISTER it works on")]
[RequiresModule("usrloc")]
internal sealed partial class RegistrarModule : ScriptModule
{
    private const RouteKinds Saving = RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply;
    private const RouteKinds Looking = RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply;

    private AddressOfRecord _key = null!;
    private ILocationStore? _store;
    private RegisterProcessor? _processor;
    private ContactLookup? _lookup;

    public override string? TakeOver(ScriptModule running) => null;

    public override void Started(ModuleHost host)
    {
        _store = host.Import<ILocationStore>() ?? throw new InvalidOperationException("registrar: the script must load usrloc as well");
        var rules = Rules(_store.UsesDomain || UsesDomain);
        _key = rules.Key;
        _processor = new RegisterProcessor(rules, host.Sockets, new RegisterReply(rules, host.Import<IReplies>()!));
        _lookup = new ContactLookup(rules);
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("save", Saving,
        "Binds the contacts of a REGISTER in a table and answers it: 200 with all contacts, or the refusal. Flags: 2 no reply, 4 replace other contacts; or letters r, cN, f, pN, o. 1 when done, -1 when refused; in Kamailio scripts 1 inserted, 2 updated, 3 deleted, 4 nothing asked for, -2 too many contacts.",
        Aliases = "save_contacts")]
    public Outcome Save(Frame frame, Utf8Text table, Utf8Text flags = default, Utf8Text uri = default) =>
        Save(frame, table, SaveOptions.Parse(flags.Span), uri);

    [SipFunction("save_noreply", Saving, "save() without an answer.", Aliases = "save_contacts_noreply save_mem_nr")]
    public Outcome SaveSilently(Frame frame, Utf8Text table, Utf8Text uri = default) => Save(frame, table, new SaveOptions { IsSilent = true }, uri);

    [Fate(RequestFate.Answered)]
    [SipFunction("save_memory", Saving, "save() that leaves the database alone.", Aliases = "save_mem")]
    public Outcome SaveInMemory(Frame frame, Utf8Text table, Utf8Text uri = default) => Save(frame, table, new SaveOptions { IsForMemoryOnly = true }, uri);

    [SipFunction("lookup", Looking,
        "Finds the contacts of the Request-URI, or of a URI given: the best becomes the Request-URI, the others branches. The second argument may be flags instead: m only contacts that take the method, b no branches. 1 found, -1 none, -2 none takes the method, -3 the URI has no user.",
        Aliases = "lookup_contacts")]
    public Outcome Lookup(Frame frame, Utf8Text table, Utf8Text uriOrFlags = default, Utf8Text uri = default)
    {
        // No flag has a colon, every URI has.
        var flags = uriOrFlags.Span;
        if (flags.Contains((byte)':'))
            return _lookup!.Find(frame, _store!.Table(table.Span), uriOrFlags, FiltersMethods, AppendsBranches);
        return _lookup!.Find(frame, _store!.Table(table.Span), uri, FiltersMethods || flags.Contains((byte)'m'), AppendsBranches && !flags.Contains((byte)'b'));
    }

    [ResultMatters]
    [SipFunction("registered", RouteKinds.Any, "1 when the Request-URI, or the URI given, has a contact in the table, else -1.")]
    public Outcome IsRegistered(Frame frame, Utf8Text table, Utf8Text uri = default) =>
        Outcome.From(_lookup!.Exists(frame, _store!.Table(table.Span), uri));

    [SipFunction("unregister", RouteKinds.Any, "Removes all contacts of a URI from a table; 1, or -1 when there were none.")]
    public Outcome Unregister(Frame frame, Utf8Text table, Utf8Text uri)
    {
        var key = _key.Of(frame.Arena, uri.Span);
        var location = _store!.Table(table.Span);
        if (key.IsEmpty || !location.CanKeep)
            return Outcome.False;
        location.Prepare(frame, key.Span);
        return Outcome.From(location.Remove(key.Span, default, frame.Context.Now) > 0 && location.Keep(frame, isRepeated: false));
    }

    [SipFunction("add_sock_hdr", RouteKinds.Any, "Adds a header with the socket the request came in at, for a registrar behind this proxy; 1.")]
    public Outcome AddSocketHeader(Frame frame, [Literal] Utf8Text name)
    {
        var message = frame.Message;
        var writer = new SpanWriter(frame.Arena.Reserve(name.Length + message.Local.SocketText.Length + 4));
        writer.Write(name);
        writer.Write(": "u8);
        writer.Write(message.Local.SocketText);
        writer.Write("\r\n"u8);
        frame.Edits.Insert(message.HeadersEnd, writer.Written);
        return Outcome.True;
    }

    private Outcome Save(Frame frame, Utf8Text table, in SaveOptions options, Utf8Text uri)
    {
        var result = _processor!.Save(frame, _store!.Table(table.Span), options, uri);
        if (frame.Script.Settings.Dialect == ScriptDialect.Kamailio)
            return new Outcome((int)result);
        return Outcome.From(result > 0);
    }
}
