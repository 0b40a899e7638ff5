using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.CarrierRoute;

/// <content>The functions of the module's first versions (OpenSER 1.3), which say less and mean the same.</content>
internal sealed partial class CarrierRouteModule
{
    [SipFunction("cr_rewrite_uri", Routes, "cr_route() in the default tree for the user of the Request-URI: domain, source of the hash.")]
    public Outcome RewriteUri(Frame frame, Utf8Text domain, HashSource source) => RouteInDefault(frame, domain, UserOf(frame.RequestUri), source, Spreading.ByShare);

    [SipFunction("cr_prime_balance_uri", Routes, "cr_prime_route() in the default tree for the user of the Request-URI: domain, source of the hash.")]
    public Outcome BalanceUri(Frame frame, Utf8Text domain, HashSource source) => RouteInDefault(frame, domain, UserOf(frame.RequestUri), source, Spreading.ByHash);

    [SipFunction("cr_rewrite_by_to", Routes, "As cr_rewrite_uri(), with prefixes of the user in To.")]
    public Outcome RewriteByTo(Frame frame, Utf8Text domain, HashSource source) => RouteInDefault(frame, domain, UserOf(To(frame)), source, Spreading.ByShare);

    [SipFunction("cr_prime_balance_by_to", Routes, "As cr_prime_balance_uri(), with prefixes of the user in To.")]
    public Outcome BalanceByTo(Frame frame, Utf8Text domain, HashSource source) => RouteInDefault(frame, domain, UserOf(To(frame)), source, Spreading.ByHash);

    [SipFunction("cr_rewrite_by_from", Routes, "As cr_rewrite_uri(), with prefixes of the user in From.")]
    public Outcome RewriteByFrom(Frame frame, Utf8Text domain, HashSource source) => RouteInDefault(frame, domain, UserOf(From(frame)), source, Spreading.ByShare);

    [SipFunction("cr_prime_balance_by_from", Routes, "As cr_prime_balance_uri(), with prefixes of the user in From.")]
    public Outcome BalanceByFrom(Frame frame, Utf8Text domain, HashSource source) => RouteInDefault(frame, domain, UserOf(From(frame)), source, Spreading.ByHash);

    [SipFunction("cr_user_rewrite_uri", Routes, "cr_route() in the tree a subscriber prefers, by Call-ID: his URI, domain.")]
    public Outcome RewriteForUser(Frame frame, Utf8Text uri, Utf8Text domain)
    {
        if (!TryFindCarrier(frame, UserOf(uri), UriParts.Host(uri).Text, out var carrier))
            return Outcome.False;
        var user = UserOf(frame.RequestUri);
        return Route(frame, carrier.ToText(frame.Arena), domain, user, user, HashSource.CallId, null, Spreading.ByShare);
    }

    [SipFunction("cr_tree_rewrite_uri", Routes, "cr_route() in a tree, by Call-ID: tree, domain.")]
    public Outcome RewriteInTree(Frame frame, Utf8Text tree, Utf8Text domain)
    {
        var user = UserOf(frame.RequestUri);
        return Route(frame, tree, domain, user, user, HashSource.CallId, null, Spreading.ByShare);
    }

    private Outcome RouteInDefault(Frame frame, Utf8Text domain, Utf8Text number, HashSource source, Spreading spreading) =>
        Route(frame, Utf8Text.From(DefaultTree), domain, number, UserOf(frame.RequestUri), source, null, spreading);

    private static Utf8Text To(Frame frame) => frame.Message.Text(frame.Message.To.Uri);

    private static Utf8Text From(Frame frame) => frame.Message.Text(frame.Message.From.Uri);

    private static Utf8Text UserOf(Utf8Text uri) => UriParts.User(uri).Text;
}
