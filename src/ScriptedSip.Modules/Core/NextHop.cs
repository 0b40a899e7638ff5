using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Where to send: a host, a port (0 when not given) and a transport (None: to be chosen).</summary>
internal readonly ref struct NextHop(ReadOnlySpan<byte> host, int port, TransportProtocol protocol)
{
    public ReadOnlySpan<byte> Host { get; } = host;

    public int Port { get; } = port;

    public TransportProtocol Protocol { get; } = protocol;

    /// <summary>The next hop of a SIP URI, over a transport of the caller's or the one the URI asks for; false for another or malformed URI.</summary>
    public static bool TryFromUri(ReadOnlySpan<byte> text, TransportProtocol forced, out NextHop hop)
    {
        hop = default;
        if (!UriParser.TryParse(text, out var uri) || uri.Scheme is not (UriScheme.Sip or UriScheme.Sips))
            return false;
        // A transport nobody here speaks leads nowhere; UDP instead of it would reach another server.
        if (forced == TransportProtocol.None && uri.Transport.IsPresent && TransportNames.Parse(uri.Transport.In(text)) == TransportProtocol.None)
            return false;
        // RFC 3261 26.2.2: sips is TLS on every hop, whatever else its transport or a script says.
        var protocol = forced == TransportProtocol.None ? TransportNames.OfUri(uri, text) : forced;
        if (uri.Scheme == UriScheme.Sips && protocol != TransportProtocol.Tls)
            return false;
        // RFC 3263 4: maddr takes the place of the host.
        var host = uri.Maddr.IsEmpty ? uri.Host : uri.Maddr;
        hop = new NextHop(host.In(text), uri.Port, protocol);
        return true;
    }

    /// <summary>False for a sips request that would leave unprotected (RFC 3261 16.6 step 7): the Request-URI rules, whichever URI leads to the hop.</summary>
    public bool MayCarry(ReadOnlySpan<byte> requestUri) =>
        Protocol == TransportProtocol.Tls || requestUri.Length < 5 || !Ascii.EqualsIgnoreCase(requestUri[..5], "sips:"u8);
}
