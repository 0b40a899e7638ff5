using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>Tests and changes of URIs that the modules uri and siputils share.</summary>
internal abstract class UriFunctions : ScriptModule
{
    private IDigestAuthentication? _digest;

    /// <inheritdoc/>
    public override void Started(ModuleHost host) => _digest = host.Import<IDigestAuthentication>();

    protected const RouteKinds Requests = RouteKinds.RequestOrFailureOrBranch | RouteKinds.Local | RouteKinds.Error | RouteKinds.BranchFailure | RouteKinds.Event;

    [ResultMatters]
    [SipFunction("has_totag", RouteKinds.Any, "1 when To has a tag, so that the message belongs to a dialog, else -1.")]
    public Outcome HasToTag(Frame frame) => Outcome.From(!frame.Message.To.Tag.IsEmpty);

    [ResultMatters]
    [SipFunction("is_user", Requests, "1 when the credentials that were accepted are those of the given user, else -1.")]
    public Outcome IsUser(Frame frame, Utf8Text user)
    {
        var name = _digest?.AcceptedUser(frame) ?? default;
        return Outcome.From(!name.IsEmpty && name == user);
    }

    [ResultMatters]
    [SipFunction("uri_param", Requests, "1 when the Request-URI has a parameter of that name without value, else -1.")]
    public Outcome HasParameter(Frame frame, Utf8Text name) => Outcome.From(TryFindParameter(frame, name, out _, out var value) && value.IsEmpty);

    [ResultMatters]
    [SipFunction("uri_param", Requests, "1 when the Request-URI has a parameter of that name and value, in any case, else -1.")]
    public Outcome HasParameter(Frame frame, Utf8Text name, Utf8Text value) =>
        Outcome.From(TryFindParameter(frame, name, out var parameters, out var found) && parameters[found].EqualsIgnoreCase(value.Span));

    [SipFunction("add_uri_param", Requests, "Adds a parameter, name or name=value, to the Request-URI; -1 when the URI can have none.")]
    public Outcome AddParameter(Frame frame, Utf8Text parameter)
    {
        var uri = frame.RequestUri;
        if (parameter.IsEmpty)
            return Outcome.True;
        if (!UriParser.TryParse(uri.Span, out var parts) || parts.Scheme == UriScheme.Other)
            return Outcome.False;
        var end = parts.Headers.IsPresent ? parts.Headers.Offset - 1 : uri.Length;
        var longer = UriEditor.Splice(frame.Arena, uri, new Slice(end, 0), ";"u8, parameter.Span);
        if (!UriParser.TryParse(longer.Span, out _))
            return Outcome.False;
        frame.NewUri = longer;
        return Outcome.True;
    }

    [SipFunction("tel2sip", RouteKinds.Request, "Makes a tel Request-URI a SIP URI at the host of From (RFC 3261 19.1.6); 1 also when it is no tel URI, -1 when it cannot be done.")]
    public Outcome TelToSip(Frame frame)
    {
        var uri = frame.RequestUri;
        if (!UriParser.TryParse(uri.Span, out var parts))
            return Outcome.False;
        if (parts.Scheme != UriScheme.Tel)
            return Outcome.True;
        var host = UriParts.Host(frame.Message.Text(frame.Message.From.Uri));
        if (host.IsNull)
            return Outcome.False;
        frame.NewUri = TelUri.ToSip(frame.Arena, uri, parts, host.Text.Span);
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("is_uri_user_e164", RouteKinds.Any, "1 when the user of a URI is an E.164 number: '+' and 2 to 15 digits, else -1.")]
    public Outcome IsUserE164(Frame frame, Utf8Text uri) =>
        Outcome.From(UriParser.TryParse(uri.Span, out var parts) && TelUri.IsE164(parts.User.In(uri.Span)));

    /// <summary>A parameter of the Request-URI; the value is relative to <paramref name="parameters"/>.</summary>
    protected static bool TryFindParameter(Frame frame, Utf8Text name, out Utf8Text parameters, out Slice value)
    {
        var uri = frame.RequestUri;
        parameters = default;
        value = Slice.None;
        if (!UriParser.TryParse(uri.Span, out var parts))
            return false;
        parameters = uri[parts.Parameters];
        return UriParser.TryGetParameter(parameters.Span, name.Span, out value);
    }
}
