using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Parts of a URI as values, with the defaults the dialect reads; null when there is no URI or it cannot be read.</summary>
internal static class UriParts
{
    private static readonly Value DefaultPort = Value.FromBoth(ListenSocket.DefaultPort, Utf8Text.From("5060"));
    private static readonly Value DefaultTlsPort = Value.FromBoth(5061, Utf8Text.From("5061"));
    private static readonly Value Udp = Value.FromText(Utf8Text.From("UDP"));
    private static readonly Value Tls = Value.FromText(Utf8Text.From("TLS"));

    public static Value User(Utf8Text uri) =>
        UriParser.TryParse(uri.Span, out var parts) && parts.User.IsPresent ? Value.FromText(uri[parts.User]) : Value.Null;

    public static Value Host(Utf8Text uri) =>
        UriParser.TryParse(uri.Span, out var parts) && parts.Host.IsPresent ? Value.FromText(uri[parts.Host]) : Value.Null;

    public static Value Port(Utf8Text uri)
    {
        if (!UriParser.TryParse(uri.Span, out var parts))
            return Value.Null;
        if (parts.Port != 0)
            return Value.FromBoth(parts.Port, uri[parts.PortText]);
        // RFC 3261 19.1.2: 5060, for sips and TLS 5061.
        return TransportNames.OfUri(parts, uri.Span) == TransportProtocol.Tls ? DefaultTlsPort : DefaultPort;
    }

    public static Value Protocol(Utf8Text uri)
    {
        if (!UriParser.TryParse(uri.Span, out var parts))
            return Value.Null;
        if (parts.Transport.IsPresent)
            return Value.FromText(uri[parts.Transport]);
        return parts.Scheme == UriScheme.Sips ? Tls : Udp;
    }

    public static Value Scheme(Utf8Text uri) =>
        UriParser.TryParse(uri.Span, out var parts) ? Value.FromText(uri[parts.SchemeText]) : Value.Null;
}
