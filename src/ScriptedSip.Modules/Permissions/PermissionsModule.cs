using ScriptedSip.Data;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Permissions;

/// <summary>
/// The permissions module: who may call or register whom by rules in files, and which addresses belong to a group or to a trusted peer.
/// </summary>
internal sealed partial class PermissionsModule : ScriptModule, IDatabaseUser
{
    private const RouteKinds Requests = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Local;

    private readonly Dictionary<string, RuleFiles> _named = new(StringComparer.Ordinal);
    private readonly RuleFiles _default = new();
    private AddressTable _listed = Permissions.AddressTable.Empty;
    private TableSnapshot<AddressTable>? _addresses;
    private TableSnapshot<TrustedTable>? _trusted;
    private int _peerTag;
    private bool _mayUseDefault;

    public override void Start(ModuleHost host)
    {
        _peerTag = AvpReference.Parse(PeerTagAvp);
        if (DatabaseInUse is not { } url)
            return;
        var tables = new PermissionTables(this, host.Import<Databases>()!.Open(url), host);
        if (AddressFile.Length == 0 && (Backends & LoadsAddresses) != 0)
            _addresses = tables.Addresses();
        if ((Backends & LoadsTrusted) != 0)
            _trusted = tables.Trusted();
    }

    [ResultMatters]
    [SipFunction("allow_routing", Requests, "1 when the default rule files let the From URI call the Request-URI and all branches: the first allows it or the second does not deny it; else -1.")]
    public Outcome AllowRouting(Frame frame) => AllowRouting(frame, _default, null);

    [ResultMatters]
    [SipFunction("allow_routing", Requests, "As allow_routing(), with the rule files of that name and the suffixes of allow_suffix and deny_suffix.")]
    public Outcome AllowRouting(Frame frame, RuleFileName files) => AllowRouting(frame, files.Files, null);

    [ResultMatters]
    [SipFunction("allow_routing", Requests, "As allow_routing(), with a file of what is allowed and one of what is denied.")]
    public Outcome AllowRouting(Frame frame, RuleFileName allow, RuleFileName deny) => AllowRouting(frame, allow.Files, deny.Files);

    [ResultMatters]
    [SipFunction("allow_register", Requests, "1 when the rule files of that name let the To URI of a REGISTER be bound to each of its contacts, else -1.")]
    public Outcome AllowRegister(Frame frame, RuleFileName files) => AllowRegister(frame, files.Files, null);

    [ResultMatters]
    [SipFunction("allow_register", Requests, "As allow_register(), with a file of what is allowed and one of what is denied.")]
    public Outcome AllowRegister(Frame frame, RuleFileName allow, RuleFileName deny) => AllowRegister(frame, allow.Files, deny.Files);

    [ResultMatters]
    [SipFunction("allow_refer_to", Requests, "1 when the rule files of that name let the From URI refer to the URI in Refer-To, else -1.")]
    public Outcome AllowReferTo(Frame frame, RuleFileName files) => AllowReferTo(frame, files.Files, null);

    [ResultMatters]
    [SipFunction("allow_refer_to", Requests, "As allow_refer_to(), with a file of what is allowed and one of what is denied.")]
    public Outcome AllowReferTo(Frame frame, RuleFileName allow, RuleFileName deny) => AllowReferTo(frame, allow.Files, deny.Files);

    [ResultMatters]
    [SipFunction("allow_uri", RouteKinds.Any, "1 when the rule files of that name let the From URI have to do with a URI, else -1.")]
    public Outcome AllowUri(Frame frame, RuleFileName files, Utf8Text uri) =>
        Outcome.From(PlainUri.TryMake(frame, FromUri(frame), out var from) && Allows(frame, files.Files, null, from, uri));

    /// <summary>The rules of a name the script uses.</summary>
    public RuleFiles FilesNamed(string name)
    {
        lock (_named)
        {
            if (!_named.TryGetValue(name, out var files))
                _named.Add(name, files = new RuleFiles());
            return files;
        }
    }

    private void ReadFiles(ScriptVersion script)
    {
        if ((Backends & LoadsRuleFiles) != 0)
            _default.Read("", DefaultAllowFile, DefaultDenyFile, script);
        lock (_named)
        {
            foreach (var (name, files) in _named)
            {
                if (!files.Read(name, name + AllowSuffix, name + DenySuffix, script))
                    throw new FileNotFoundException($"there is no rule file {name}, {name}{AllowSuffix} or {name}{DenySuffix}");
            }
        }
        if (AddressFile.Length > 0 && !File.Exists(AddressFile))
            throw new FileNotFoundException($"there is no file {AddressFile} (parameter address_file)");
        if (AddressFile.Length > 0)
            Volatile.Write(ref _listed, new AddressTable(Permissions.AddressTable.ParseFile(File.ReadLines(AddressFile)), SubnetMatchMode == 1));
    }

    private Outcome AllowRouting(Frame frame, RuleFiles files, RuleFiles? denied)
    {
        if (!PlainUri.TryMake(frame, FromUri(frame), out var from) || !Allows(frame, files, denied, from, frame.RequestUri))
            return Outcome.False;
        if (!ChecksAllBranches)
            return Outcome.True;
        foreach (ref readonly var branch in frame.Branches)
        {
            if (!Allows(frame, files, denied, from, branch.Uri))
                return Outcome.False;
        }
        return Outcome.True;
    }

    private static Outcome AllowRegister(Frame frame, RuleFiles files, RuleFiles? denied)
    {
        var message = frame.Message;
        if (!PlainUri.TryMake(frame, message.Text(message.To.Uri), out var user))
            return Outcome.False;
        for (var row = message.First(HeaderId.Contact); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message.Header(row).Value;
            for (var at = value.Offset; at < value.End;)
            {
                if (!NameAddrParser.TryParse(message.Buffer, at, value.End, out var contact))
                    return Outcome.False;
                at = contact.End + 1;
                // "*" takes bindings away (RFC 3261 10.2.2): nobody is bound to anything by it.
                if (!contact.IsStar && !Allows(frame, files, denied, user, message.Text(contact.Uri)))
                    return Outcome.False;
            }
        }
        return Outcome.True;
    }

    private static Outcome AllowReferTo(Frame frame, RuleFiles files, RuleFiles? denied)
    {
        var message = frame.Message;
        var value = message.Find("Refer-To"u8) is >= 0 and var row ? message.Header(row).Value : Slice.None;
        return Outcome.From(value.IsPresent && NameAddrParser.TryParse(message.Buffer, value.Offset, value.End, out var target)
            && PlainUri.TryMake(frame, FromUri(frame), out var from) && Allows(frame, files, denied, from, message.Text(target.Uri)));
    }

    private static bool Allows(Frame frame, RuleFiles files, RuleFiles? denied, Utf8Text from, Utf8Text target) =>
        PlainUri.TryMake(frame, target, out var plain) && (denied is null
            ? files.IsAllowed(frame, from.Span, plain.Span)
            : RuleFiles.IsAllowed(frame, files.Alone, denied.Alone, from.Span, plain.Span));

    private static Utf8Text FromUri(Frame frame) => frame.Message.Text(frame.Message.From.Uri);
}
