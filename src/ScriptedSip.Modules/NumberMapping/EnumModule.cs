using System.Collections.Concurrent;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.NumberMapping;

/// <summary>enum: finds URIs for telephone numbers in DNS (RFC 6116). While a name server is asked only this request waits.</summary>
internal sealed class EnumModule : ScriptModule
{
    private const int WaitMilliseconds = 5000;
    private const int MostExpressions = 1000;
    private const int HighestQ = 1000;
    private const int QStep = 10;

    private readonly ConcurrentDictionary<string, Substitution?> _expressions = new(StringComparer.Ordinal);
    private ModuleHost _host = null!;

    [ModParam("domain_suffix", "The domain numbers are under.")]
    public string DomainSuffix { get; set; } = "e164.arpa.";

    [ModParam("tel_uri_params", "Parameters that are put behind each URI found, with their ';'.")]
    public string UriParameters { get; set; } = "";

    [ModParam("i_enum_suffix", "The domain i_enum_query() looks under.")]
    public string CarrierSuffix { get; set; } = "e164.arpa.";

    [ModParam("branchlabel", "The label in front of the country code under which carriers keep their numbers.")]
    public string CarrierLabel { get; set; } = "i";

    [ModParam("bl_algorithm", "Where that label stands: \"cc\", behind the country code; the others are not offered.")]
    public string LabelPlace { get; set; } = "cc";

    [ModParam("isn_suffix", "The domain isn_query() looks under.")]
    public string SubscriberSuffix { get; set; } = "freenum.org.";

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        if (LabelPlace != "cc")
            return "enum: bl_algorithm must be \"cc\"; the place of the label is not looked up in DNS";
        return UriParameters.Length == 0 || UriParser.TryParse(Utf8Text.From("sip:a@b" + UriParameters).Span, out _) ? null : "enum: tel_uri_params must be URI parameters, as \";npdi\"";
    }

    /// <inheritdoc/>
    public override void Start(ModuleHost host) => _host = host;

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("enum_query", RouteKinds.Request | RouteKinds.Failure,
        "Looks the number in the Request-URI (+digits), or the one given, up in DNS: the best URI found replaces the Request-URI, others become branches with lower q. A domain and a service (\"voice\"; \"+sip+video:sip\") may be given. 1, or -1 when nothing was found.")]
    public Outcome Query(Frame frame, Utf8Text suffix = default, Utf8Text service = default, Utf8Text number = default) =>
        QueryNumber(frame, number.IsEmpty ? UriParts.User(frame.RequestUri).Text : number, suffix, service);

    [SipFunction("enum_fquery", RouteKinds.Request | RouteKinds.Failure, "enum_query() for the number in From.")]
    public Outcome QueryFrom(Frame frame, Utf8Text suffix = default, Utf8Text service = default) => QueryNumber(frame, Caller(frame), suffix, service);

    [SipFunction("enum_pv_query", RouteKinds.Request | RouteKinds.Failure, "enum_query() for a number: number, domain, service.")]
    public Outcome QueryNumber(Frame frame, Utf8Text number, Utf8Text suffix = default, Utf8Text service = default) =>
        Outcome.From(NumberName.IsNumber(number.ToString()) && TryTake(frame, number, NumberName.OfNumber(number.ToString(), SuffixOf(suffix)), service));

    [SipFunction("i_enum_query", RouteKinds.Request | RouteKinds.Failure, "enum_query() in the tree of the carriers, which branches off behind the country code.")]
    public Outcome QueryCarriers(Frame frame, Utf8Text suffix = default, Utf8Text service = default)
    {
        var number = UriParts.User(frame.RequestUri).Text;
        var text = number.ToString();
        return Outcome.From(NumberName.IsNumber(text)
            && TryTake(frame, number, NumberName.OfCarriers(text, CarrierLabel, suffix.IsEmpty ? CarrierSuffix : suffix.ToString()), service));
    }

    [SipFunction("isn_query", RouteKinds.Request | RouteKinds.Failure, "enum_query() for an ITAD subscriber number (digits*digits) in the Request-URI.")]
    public Outcome QuerySubscriber(Frame frame, Utf8Text suffix = default, Utf8Text service = default)
    {
        var user = UriParts.User(frame.RequestUri).Text;
        return Outcome.From(NumberName.OfSubscriber(user.ToString(), suffix.IsEmpty ? SubscriberSuffix : suffix.ToString()) is { } name && TryTake(frame, user, name, service));
    }

    [ResultMatters]
    [SipFunction("is_from_user_enum", RouteKinds.Request | RouteKinds.Failure, "1 when DNS knows a URI for the number in From; domain and service as for enum_query(). Else -1.")]
    public Outcome IsCallerKnown(Frame frame, Utf8Text suffix = default, Utf8Text service = default)
    {
        var caller = Caller(frame);
        if (!NumberName.IsNumber(caller.ToString()))
            return Outcome.False;
        foreach (var rule in Ask(frame, NumberName.OfNumber(caller.ToString(), SuffixOf(suffix)), service.ToString()))
        {
            if (TryApply(frame, rule, caller, out _))
                return Outcome.True;
        }
        return Outcome.False;
    }

    [ResultMatters]
    [SipFunction("is_from_user_e164", RouteKinds.Request | RouteKinds.Failure, "1 when the user in From is a telephone number, + and digits; else -1.")]
    public Outcome IsCallerNumber(Frame frame) => Outcome.From(NumberName.IsNumber(Caller(frame).ToString()));

    private bool TryTake(Frame frame, Utf8Text number, string name, Utf8Text service)
    {
        var isFound = false;
        var q = HighestQ;
        (int, int)? last = null;
        foreach (var rule in Ask(frame, name, service.ToString()))
        {
            if (!TryApply(frame, rule, number, out var uri))
                continue;
            // Those of one order and preference are as good as each other.
            if (last is not null && last != (rule.Order, rule.Preference))
                q = Math.Max(0, q - QStep);
            last = (rule.Order, rule.Preference);
            if (!isFound)
            {
                frame.NewUri = uri;
                frame.Q = q;
            }
            else if (!frame.AppendBranch(new BranchTarget { Uri = uri, Q = q, Socket = frame.SendSocket, Flags = frame.BranchFlags }))
            {
                break;
            }
            isFound = true;
        }
        return isFound;
    }

    private IEnumerable<NaptrRule> Ask(Frame frame, string name, string service) =>
        (frame.Await(_ => _host.Resolver.FindRulesAsync(name), WaitMilliseconds).Answer ?? [])
            .Where(rule => rule.Flags == "U" && NumberService.Matches(rule.Services, service)).OrderBy(rule => rule.Order).ThenBy(rule => rule.Preference);

    // Expressions come from strangers: what is malformed or too large, does not match, or makes no URI is passed over.
    private bool TryApply(Frame frame, in NaptrRule rule, Utf8Text number, out Utf8Text uri)
    {
        uri = default;
        if (!TrySubstitute(frame, rule.Substitution, number, out var found))
            return false;
        uri = UriParameters.Length == 0 ? found : frame.Arena.Concat(found.Span, System.Text.Encoding.UTF8.GetBytes(UriParameters));
        return UriParser.TryParse(uri.Span, out _);
    }

    private bool TrySubstitute(Frame frame, string substitution, Utf8Text number, out Utf8Text found)
    {
        found = default;
        if (_expressions.Count > MostExpressions)
            _expressions.Clear();
        try
        {
            var expression = _expressions.GetOrAdd(substitution, static (text, host) => host.CurrentScript().CompileSubstitution(text), _host);
            return expression is not null && expression.TryMatch(frame, number.Span, 0, out _, out found);
        }
        catch (NotSupportedException)
        {
            // A few letters of repetitions can ask for an expression of any size; that it is one is known when it is first applied.
            _expressions[substitution] = null;
            return false;
        }
    }

    private string SuffixOf(Utf8Text suffix) => suffix.IsEmpty ? DomainSuffix : suffix.ToString();

    private static Utf8Text Caller(Frame frame) => UriParts.User(frame.Message.Text(frame.Message.From.Uri)).Text;
}
