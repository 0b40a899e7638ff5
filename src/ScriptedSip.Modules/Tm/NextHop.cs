using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Tm;

/// <summary>Where a branch goes: the outcome of RFC 3261 16.6 step 7 with RFC 3263.</summary>
internal readonly ref struct NextHop
{
    public ResolveStatus Status { get; init; }

    public SipEndpoint Endpoint { get; init; }

    public ResolvedTargets? Targets { get; init; }

    /// <summary>The next hop over a given transport, or as its URI says.</summary>
    public static NextHop Find(IDestinationResolver resolver, ReadOnlySpan<byte> uriText, TransportProtocol forced, IResolutionWaiter waiter, long ticket)
    {
        if (!UriParser.TryParse(uriText, out var uri) || uri.Scheme is not (UriScheme.Sip or UriScheme.Sips) || uri.Host.IsEmpty)
            return new NextHop { Status = ResolveStatus.Failed };
        var protocol = forced != TransportProtocol.None ? forced : ProtocolOf(uri, uriText);
        var host = uri.Maddr.IsEmpty ? uri.Host : uri.Maddr;
        var status = resolver.Resolve(host.In(uriText), uri.Port, protocol, out var endpoint, out var targets, waiter, ticket);
        return new NextHop { Status = status, Endpoint = endpoint, Targets = targets };
    }

    private static TransportProtocol ProtocolOf(in SipUri uri, ReadOnlySpan<byte> text)
    {
        if (uri.Scheme == UriScheme.Sips)
            return TransportProtocol.Tls;
        var transport = uri.Transport.In(text);
        if (transport.IsEmpty)
            return TransportProtocol.None;
        return System.Text.Ascii.EqualsIgnoreCase(transport, "tcp"u8) ? TransportProtocol.Tcp
            : System.Text.Ascii.EqualsIgnoreCase(transport, "tls"u8) ? TransportProtocol.Tls
            : TransportProtocol.Udp;
    }
}
