using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>The siputils module of Kamailio: what uri and options hold elsewhere, and more tests.</summary>
[NotOffered("append_rpid_hf is_rpid_user_e164", "Remote-Party-ID is not read or written by itself here; append_hf() adds it")]
[NotOffered("contact_param_encode contact_param_decode contact_param_decode_ruri contact_param_rm contact_param_encode_alias contact_param_check", "addresses are not hidden in Contacts here; nathelper keeps the way to a phone with set_contact_alias()")]
[NotOffered("sip_p_charging_vector", "P-Charging-Vector belongs to IMS networks")]
[NotOffered("ring_insert_callid", "provisional replies of branches are not changed here")]
[NotOffered("hdr_date_check", "Date is not checked here")]
internal sealed class SipUtilsModule : UriFunctions
{
    private readonly OptionsAnswer _options = new();
    private LocalNames _names = null!;

    [ModParam("options_accept", "Value of Accept in answers to OPTIONS; empty leaves the header out.")]
    public string Accept { get; set; } = "*/*";

    [ModParam("options_accept_encoding", "Value of Accept-Encoding in answers to OPTIONS; empty leaves the header out.")]
    public string AcceptEncoding { get; set; } = "";

    [ModParam("options_accept_language", "Value of Accept-Language in answers to OPTIONS; empty leaves the header out.")]
    public string AcceptLanguage { get; set; } = "en";

    [ModParam("options_support", "Value of Supported in answers to OPTIONS; empty leaves the header out.")]
    public string Supported { get; set; } = "";

    [ModParam("e164_max_len", "Longest E.164 number is_e164 accepts, '+' included.")]
    public int MaxE164Length { get; set; } = 16;

    public override string? TakeOver(ScriptModule running) => null;

    public override void Start(ModuleHost host)
    {
        _names = host.LocalNames;
        _options.Prepare(Accept, AcceptEncoding, AcceptLanguage, Supported);
    }

    public override void Started(ModuleHost host)
    {
        base.Started(host);
        _options.Connect(host);
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("options_reply", RouteKinds.Request, "Answers an OPTIONS whose Request-URI has no user or whose Max-Forwards is 0 with 200 and what is supported; -1 for any other request.")]
    public Outcome OptionsReply(Frame frame) => _options.Reply(frame);

    [ResultMatters]
    [SipFunction("is_request", RouteKinds.Any, "1 for a request, -1 for a reply.")]
    public Outcome IsRequest(Frame frame) => Outcome.From(frame.Message.IsRequest);

    [ResultMatters]
    [SipFunction("is_reply", RouteKinds.Any, "1 for a reply, -1 for a request.")]
    public Outcome IsReply(Frame frame) => Outcome.From(!frame.Message.IsRequest);

    [ResultMatters]
    [SipFunction("is_first_hop", RouteKinds.Any,
        "1 when a request comes straight from its sender (one Via), or a reply from the party that made it (our Record-Route on top, not sent by ourselves), else -1.")]
    public Outcome IsFirstHop(Frame frame)
    {
        var message = frame.Message;
        if (message.IsRequest)
            return Outcome.From(!message.Via.IsFollowed && message.Header(message.Via.Row).NextSame < 0);
        var top = message.FirstValue(HeaderId.RecordRoute);
        if (!top.IsPresent || !NameAddrParser.TryParse(message.Buffer, top.Offset, top.End, out var route))
            return Outcome.False;
        var uri = message[route.Uri];
        if (!UriParser.TryParse(uri, out var parts) || !_names.IsMyself(parts.Host.In(uri), parts.Port, TransportNames.OfUri(parts, uri)))
            return Outcome.False;
        return Outcome.From(!message.Source.Equals(message.Local.Endpoint));
    }

    [SipFunction("tel2sip", RouteKinds.Any, "Writes a tel URI as a SIP URI at the given host into a variable; a URI that is no tel URI as it is; -1 when it is no URI.")]
    public Outcome TelToSip(Frame frame, Utf8Text uri, Utf8Text host, VariableRef result)
    {
        if (!UriParser.TryParse(uri.Span, out var parts) || host.IsEmpty)
            return Outcome.False;
        var sip = parts.Scheme == UriScheme.Tel ? TelUri.ToSip(frame.Arena, uri, parts, host.Span) : uri;
        return Outcome.From(result.Set(frame, AssignKind.Set, Value.FromText(sip)));
    }

    [ResultMatters]
    [SipFunction("uri_param_any", Requests, "1 when the Request-URI has a parameter of that name, with or without value, else -1.")]
    public Outcome HasAnyParameter(Frame frame, Utf8Text name) => Outcome.From(TryFindParameter(frame, name, out _, out _));

    [SipFunction("get_uri_param", Requests, "Writes the value of a parameter of the Request-URI into a variable; -1 when it is missing.")]
    public Outcome GetParameter(Frame frame, Utf8Text name, VariableRef result) =>
        Outcome.From(TryFindParameter(frame, name, out var parameters, out var value)
            && result.Set(frame, AssignKind.Set, Value.FromText(parameters[value])));

    [SipFunction("uri_param_rm", Requests, "Removes a parameter from the Request-URI; -1 when it is missing.")]
    public Outcome RemoveParameter(Frame frame, Utf8Text name)
    {
        var uri = frame.RequestUri;
        if (!UriParser.TryParse(uri.Span, out var parts))
            return Outcome.False;
        var parameters = parts.Parameters.In(uri.Span);
        var at = 0;
        while (at < parameters.Length)
        {
            // at stands on a ';'; the parameter reaches to the next one.
            var length = parameters[(at + 1)..].IndexOf((byte)';');
            var end = length < 0 ? parameters.Length : at + 1 + length;
            var equals = parameters[at..end].IndexOf((byte)'=');
            var nameEnd = equals < 0 ? end : at + equals;
            if (name.EqualsIgnoreCase(parameters[(at + 1)..nameEnd]))
            {
                frame.NewUri = UriEditor.Splice(frame.Arena, uri, Slice.Between(at, end).Shift(parts.Parameters.Offset), default, default);
                return Outcome.True;
            }
            at = end;
        }
        return Outcome.False;
    }

    [ResultMatters]
    [SipFunction("is_uri", RouteKinds.Any, "1 when a text is a URI, else -1.")]
    public Outcome IsUri(Frame frame, Utf8Text text) => Outcome.From(UriParser.TryParse(text.Span, out _));

    [ResultMatters]
    [SipFunction("is_e164", RouteKinds.Any, "1 when a text is an E.164 number, '+' and digits, else -1.")]
    public Outcome IsE164(Frame frame, Utf8Text text) => Outcome.From(text.Length <= MaxE164Length && TelUri.IsE164(text.Span));

    [ResultMatters]
    [SipFunction("is_tel_number", RouteKinds.Any, "1 when a text is digits with an optional '+' in front, else -1.")]
    public Outcome IsTelephoneNumber(Frame frame, Utf8Text text) => Outcome.From(TelUri.IsNumber(text.Span));

    [ResultMatters]
    [SipFunction("is_numeric", RouteKinds.Any, "1 when a text is digits only, else -1.")]
    public Outcome IsNumeric(Frame frame, Utf8Text text) => Outcome.From(TelUri.IsDigits(text.Span));

    [ResultMatters]
    [SipFunction("is_alphanum", RouteKinds.Any, "1 when a text is letters and digits only, else -1.")]
    public Outcome IsAlphanumeric(Frame frame, Utf8Text text) => IsAlphanumeric(frame, text, default);

    [ResultMatters]
    [SipFunction("is_alphanumex", RouteKinds.Any, "1 when a text is letters, digits and the given further characters only, else -1.")]
    public Outcome IsAlphanumeric(Frame frame, Utf8Text text, Utf8Text others)
    {
        foreach (var letter in text.Span)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && !others.Span.Contains(letter))
                return Outcome.False;
        }
        return Outcome.From(!text.IsEmpty);
    }

    [ResultMatters]
    [SipFunction("cmp_uri", RouteKinds.Any, "1 when two URIs are equal (RFC 3261 19.1.4), else -1.")]
    public Outcome AreEqualUris(Frame frame, Utf8Text first, Utf8Text second) => Outcome.From(SipUriComparer.AreEqual(first.Span, second.Span));

    [ResultMatters]
    [SipFunction("cmp_aor", RouteKinds.Any, "1 when two URIs have the same user, host and port, else -1.")]
    public Outcome AreSameAddress(Frame frame, Utf8Text first, Utf8Text second) => Outcome.From(
        UriParser.TryParse(first.Span, out var a) && UriParser.TryParse(second.Span, out var b)
        && a.Scheme == b.Scheme && a.Port == b.Port
        && first[a.User] == second[b.User] && first[a.Host].EqualsIgnoreCase(second[b.Host].Span));

    [ResultMatters]
    [SipFunction("cmp_hdr_name", RouteKinds.Any, "1 when two texts name the same header, compact form or not, else -1.")]
    public Outcome IsSameHeader(Frame frame, Utf8Text first, Utf8Text second)
    {
        var id = HeaderNames.Parse(first.Span);
        return Outcome.From(id == HeaderId.Other ? first.EqualsIgnoreCase(second.Span) : id == HeaderNames.Parse(second.Span));
    }

    [ResultMatters]
    [SipFunction("is_supported", RouteKinds.Any, "1 when Supported names an option tag, else -1.")]
    public Outcome IsSupported(Frame frame, Utf8Text option)
    {
        var message = frame.Message;
        for (var row = message.First(HeaderId.Supported); row >= 0; row = message.Header(row).NextSame)
        {
            if (TextOps.Tokens.Contains(message[message.Header(row).Value], option.Span, (byte)',', ignoreCase: true))
                return Outcome.True;
        }
        return Outcome.False;
    }
}
