using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Rr;

/// <summary>The rr module: keeps the proxy in the path of a dialog (Record-Route) and follows the path it is given (Route).</summary>
[NotOffered("record_route_strict", "strict routes ended with RFC 2543; record_route() makes loose ones")]
internal sealed class RrModule : ScriptModule, IRequestDirection, IRecordRoutes
{
    private const RouteKinds Routes = RouteKinds.RequestOrFailureOrBranch;

    private static readonly Utf8Text LooseOn = Utf8Text.From(";lr=on");
    private static readonly Utf8Text Loose = Utf8Text.From(";lr");

    private readonly int _routedBy = Frame.ReserveSlot();
    private bool? _fullLoose;
    private int _userAvp;
    private RecordRoute _recordRoute = null!;
    private LooseRouter _router = null!;
    private RouteCookies? _cookies;
    private byte[]? _secret;

    // Of each script its own: a module that a reload leaves out is no longer told, and one of a refused script never is.
    private readonly ConditionalWeakTable<ScriptVersion, IOwnRouteUser[]> _users = [];
    private Func<ScriptVersion> _script = null!;

    [ModParam("enable_double_rr", "1: two Record-Route values when a request leaves through another socket than it came in at.")]
    public bool EnableDoubleRecordRoute { get; set; } = true;

    [ModParam("append_fromtag", "1: the From tag goes into Record-Route as ftag, which is_direction() needs.")]
    public bool AppendFromTag { get; set; } = true;

    [ModParam("add_username", "1: the user part of the Request-URI goes into Record-Route.")]
    public bool AddUserName { get; set; }

    [ModParam("ignore_user", "A user part with which a URI of ours is not taken as ours in Route processing.")]
    public string IgnoredUser { get; set; } = "";

    [ModParam("custom_user_avp", "AVP whose value becomes the user part in Record-Route when it is set: \"$avp(name)\".")]
    public string CustomUserAvp { get; set; } = "";

    [ModParam("loose_route_mode", "0: loose_route() also follows a topmost Route that is not ours; 1: it does not.")]
    public int LooseRouteMode { get; set; }

    [ModParam("force_send_socket", "The socket that the second value of our Route pair names is always used.", Ignored = true)]
    public int ForceSendSocket { get; set; }

    [ModParam("enable_socket_mismatch_warning", "A Route that names no socket of ours is not reported.", Ignored = true)]
    public int WarnsOfSocketMismatch { get; set; } = 1;

    [ModParam("ignore_sips", "Record-Route values are written as sip URIs.", Ignored = true)]
    public int IgnoreSips { get; set; }

    [ModParam("cookie_secret", "What attributes in Record-Route (avpflag dialog_cookie) are signed with; a random secret when not set, so that those of another run do not count.")]
    public string CookieSecret { get; set; } = "";

    [ModParam("cookie_filter", "An expression: only attributes whose name (fr.name) matches are taken from a Route.")]
    public string CookieFilter { get; set; } = "";

    [ModParam("enable_full_lr", "1: the lr parameter is written as lr=on, 0: as lr. Without it the form is that of the script's family: SER and OpenSER lr=on, later ones lr.")]
    public void SetFullLoose(bool value) => _fullLoose = value;

    public override string? Validate(ScriptVersion script)
    {
        if (CookieFilter.Length > 0 && script.CompilePattern(CookieFilter, out var mistake) is null)
            return $"rr: cookie_filter is no regular expression: {mistake}";
        return CustomUserAvp.Length > 0 && AvpReference.Parse(CustomUserAvp) == 0 ? "rr: custom_user_avp must be of the form $avp(name)" : null;
    }

    public override string? TakeOver(ScriptModule running)
    {
        // Dialogs that are under way bring back what was signed with it.
        _secret = CookieSecret.Length == 0 ? ((RrModule)running)._secret : null;
        return null;
    }

    // The next script may be of another family.
    public override void Reloaded(ModuleHost host) => Start(host);

    public override void Start(ModuleHost host)
    {
        _script = host.CurrentScript;
        var isClassic = host.CurrentScript().Settings.Dialect is ScriptDialect.Ser or ScriptDialect.OpenSer;
        _recordRoute = new RecordRoute(new RecordRouteForm(_fullLoose ?? isClassic ? LooseOn : Loose, EnableDoubleRecordRoute, AppendFromTag));
        _router = new LooseRouter(host.LocalNames, host.Sockets, Utf8Text.From(IgnoredUser));
        _userAvp = AvpReference.Parse(CustomUserAvp);
        _secret ??= CookieSecret.Length > 0 ? Encoding.UTF8.GetBytes(CookieSecret) : RandomNumberGenerator.GetBytes(32);
        var script = host.CurrentScript();
        _cookies = script.FlagNumber(RouteCookies.FlagName) is { } flag
            ? new RouteCookies(1u << flag, _secret, CookieFilter.Length > 0 ? script.CompilePattern(CookieFilter, out _) : null, host.Log)
            : null;
        host.Export<IRequestDirection>(this);
        host.Export<IRecordRoutes>(this);
    }

    [SipFunction("record_route", Routes, "Adds a Record-Route that names this server, with further parameters when given; 1, or -1 when the request has it already.",
        Aliases = "addRecordRoute")]
    public Outcome AddRecordRoute(Frame frame, Utf8Text parameters = default) =>
        Outcome.From(frame.Message.IsRequest && _recordRoute.Add(frame, User(frame), default, WithCookies(frame, parameters).Span));

    [SipFunction("record_route_preset", Routes,
        "Adds a Record-Route with the given host[:port][;parameters]; with a second one two, the first for the outbound side; 1, or -1 when the request has it already.")]
    public Outcome AddPreset(Frame frame, Utf8Text outbound, Utf8Text inbound = default) =>
        Outcome.From(frame.Message.IsRequest && !outbound.IsEmpty && _recordRoute.AddPreset(frame, User(frame), outbound.Span, inbound.Span));

    [SipFunction("record_route_advertised_address", Routes,
        "Adds a Record-Route with the given host[:port] instead of that of the socket; 1, or -1 when the request has it already.")]
    public Outcome AddAdvertised(Frame frame, Utf8Text address) =>
        Outcome.From(frame.Message.IsRequest && !address.IsEmpty && _recordRoute.Add(frame, User(frame), address.Span, WithCookies(frame, default).Span));

    [SipFunction("add_rr_param", Routes | RouteKinds.OnReply, "Adds parameters such as \";nat=yes\" to the Record-Route of the request, whether it is there already or follows; 1, or -1 for a reply.")]
    public Outcome AddParameters(Frame frame, Utf8Text parameters)
    {
        // A route that requests and replies share may hold this behind is_request().
        if (!frame.Message.IsRequest)
            return Outcome.False;
        _recordRoute.AddParameters(frame, parameters.Span);
        return Outcome.True;
    }

    [SipFunction("remove_record_route", RouteKinds.Request | RouteKinds.Failure, "Removes all Record-Route lines the request came with; 1.")]
    public Outcome RemoveRecordRoute(Frame frame)
    {
        var message = frame.Message;
        for (var row = message.First(HeaderId.RecordRoute); row >= 0; row = message.Header(row).NextSame)
            frame.Edits.Delete(message.Header(row).Line);
        return Outcome.True;
    }

    [SipFunction("loose_route", RouteKinds.Request,
        "Follows the Route header: takes our own values out and sends the request to the next; 1, or -1 when there is no Route or, in a request that begins a dialog, only ours.",
        Aliases = "rewriteFromRoute")]
    public Outcome FollowRoute(Frame frame) => FollowRoute(frame, LooseRouteMode);

    [SipFunction("loose_route_mode", RouteKinds.Request, "loose_route() with a mode: 1 leaves a request alone whose topmost Route is not ours, -1 then.")]
    public Outcome FollowRoute(Frame frame, int mode)
    {
        var outcome = _router.Process(frame, (mode & 1) != 0, out var routedBy);
        frame.Slot(_routedBy) = routedBy;
        if (routedBy is not null)
        {
            var parameters = LooseRouter.OwnParameters(frame.Message, routedBy);
            if (_users.TryGetValue(frame.Script, out var users))
            {
                foreach (var user in users)
                    user.Routed(frame, parameters);
            }
            _cookies?.Read(frame, parameters.Span);
        }
        // SER calls a request routed as soon as it had a Route; its successors let a script find the target of a pre-loaded one.
        if (outcome == RoutingOutcome.OwnRouteOnly)
            return Outcome.From(frame.Script.Settings.Dialect == ScriptDialect.Ser);
        return Outcome.From(outcome == RoutingOutcome.Routed);
    }

    [ResultMatters]
    [SipFunction("check_route_param", Routes | RouteKinds.OnReply, "1 when the expression matches the parameters of our own Route that loose_route() took out, else -1.")]
    public Outcome CheckParameter(Frame frame, BytePattern pattern)
    {
        var parameters = OwnParameters(frame);
        return Outcome.From(!parameters.IsEmpty && pattern.IsMatch(frame, parameters.Span));
    }

    [ResultMatters]
    [SipFunction("is_direction", RouteKinds.Request,
        "Compares the ftag of our own Route with the From tag: 1 when the request goes in the given direction, \"downstream\" (as the first one) or \"upstream\".")]
    public Outcome IsDirection(Frame frame, Utf8Text direction)
    {
        var isUpstream = IsUpstream(frame);
        if (direction.EqualsIgnoreCase("upstream"u8))
            return Outcome.From(isUpstream);
        return Outcome.From(direction.EqualsIgnoreCase("downstream"u8) && !isUpstream);
    }

    /// <inheritdoc/>
    public bool IsUpstream(Frame frame)
    {
        var parameters = OwnParameters(frame);
        UriParser.TryGetParameter(parameters.Span, "ftag"u8, out var ftag);
        var fromTag = frame.Message[frame.Message.From.Tag];
        return !ftag.IsEmpty && !fromTag.IsEmpty && !ftag.In(parameters.Span).SequenceEqual(fromTag);
    }

    /// <inheritdoc/>
    public bool TakesParameters(Frame frame) => _recordRoute.TakesParameters(frame.Edits);

    /// <inheritdoc/>
    public void Set(Frame frame, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => _recordRoute.SetParameter(frame, name, value);

    /// <inheritdoc/>
    public Utf8Text Own(Frame frame) => OwnParameters(frame);

    /// <inheritdoc/>
    public void Tell(IOwnRouteUser user)
    {
        var script = _script();
        if (!script.Uses((ScriptModule)user))
            return;
        var others = _users.TryGetValue(script, out var users) ? users : [];
        _users.AddOrUpdate(script, [.. others.Where(u => u.GetType() != user.GetType()), user]);
    }

    private Utf8Text WithCookies(Frame frame, Utf8Text parameters)
    {
        var cookies = _cookies is null ? default : _cookies.Write(frame);
        return cookies.IsEmpty ? parameters : frame.Arena.Concat(parameters.Span, cookies.Span);
    }

    private Utf8Text OwnParameters(Frame frame) =>
        frame.Slot(_routedBy) is RoutedBy routedBy ? LooseRouter.OwnParameters(frame.Message, routedBy) : default;

    private ReadOnlySpan<byte> User(Frame frame)
    {
        if (_userAvp != 0 && frame.Avps.Get(_userAvp) is { IsNull: false } value)
            return value.ToText(frame.Arena).Span;
        if (!AddUserName)
            return default;
        var uri = frame.RequestUri.Span;
        return UriParser.TryParse(uri, out var parts) ? parts.User.In(uri) : default;
    }
}
