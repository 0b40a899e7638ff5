using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Transports by their names in URIs and scripts.</summary>
public static class TransportNames
{
    /// <summary>The transport of a name in any case; None for an unknown one.</summary>
    public static TransportProtocol Parse(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "udp"u8))
            return TransportProtocol.Udp;
        if (Ascii.EqualsIgnoreCase(name, "tcp"u8))
            return TransportProtocol.Tcp;
        return Ascii.EqualsIgnoreCase(name, "tls"u8) ? TransportProtocol.Tls : TransportProtocol.None;
    }

    /// <summary>The transport a URI asks for: its parameter, TLS for sips; None when it leaves the choice (RFC 3263 4.1).</summary>
    public static TransportProtocol OfUri(in SipUri uri, ReadOnlySpan<byte> text)
    {
        var named = Parse(uri.Transport.In(text));
        // RFC 3261 26.2.2: sips over TCP means TLS over TCP.
        return uri.Scheme == UriScheme.Sips && named != TransportProtocol.Udp ? TransportProtocol.Tls : named;
    }

    /// <summary>"UDP", "TCP", "TLS"; empty for None.</summary>
    public static ReadOnlySpan<byte> UpperCase(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Udp => "UDP"u8,
        TransportProtocol.Tcp => "TCP"u8,
        TransportProtocol.Tls => "TLS"u8,
        _ => default,
    };

    /// <summary>"udp", "tcp", "tls"; empty for None.</summary>
    public static ReadOnlySpan<byte> LowerCase(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Udp => "udp"u8,
        TransportProtocol.Tcp => "tcp"u8,
        TransportProtocol.Tls => "tls"u8,
        _ => default,
    };
}
