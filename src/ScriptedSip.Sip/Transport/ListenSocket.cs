using System.Globalization;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transport;

/// <summary>
/// One address the proxy listens on, with everything that is written into messages leaving through it prepared as bytes.
/// Immutable; the operating-system sockets behind it belong to the workers.
/// </summary>
public sealed class ListenSocket
{
    /// <summary>Default port of UDP and TCP (RFC 3261 19.1.2).</summary>
    public const int DefaultPort = 5060;

    /// <param name="index">Position among the program's sockets, from 0.</param>
    /// <param name="endpoint">The address bound.</param>
    /// <param name="advertisedHost">Host to write into Via and Record-Route instead of the address; null for the address.</param>
    /// <param name="advertisedPort">Port to write; 0 for the bound one.</param>
    /// <param name="name">Name of the socket in scripts; null for none.</param>
    public ListenSocket(int index, SipEndpoint endpoint, string? advertisedHost = null, int advertisedPort = 0, string? name = null)
    {
        Index = index;
        Endpoint = endpoint;
        Name = name;
        Span<byte> text = stackalloc byte[64];
        var length = endpoint.FormatAddress(text, brackets: true);
        AddressText = Utf8Text.CopyOf(text[..length]);
        HostText = advertisedHost is null ? AddressText : Utf8Text.From(advertisedHost);
        Port = advertisedPort == 0 ? endpoint.Port : advertisedPort;
        PortText = Utf8Text.From(Port.ToString(CultureInfo.InvariantCulture));
        var protocol = endpoint.Protocol.ToString().ToUpperInvariant();
        var isDefaultPort = Port == (endpoint.Protocol == TransportProtocol.Tls ? 5061 : DefaultPort);
        var hostPort = isDefaultPort ? HostText.ToString() : $"{HostText}:{Port}";
        HostPortText = Utf8Text.From(hostPort);
        ViaPrefix = Utf8Text.From($"Via: SIP/2.0/{protocol} {hostPort};branch=");
        ProtocolText = Utf8Text.From(protocol.ToLowerInvariant());
        SocketText = Utf8Text.From($"{ProtocolText}:{AddressText}:{endpoint.Port}");
    }

    public int Index { get; }

    /// <summary>The bound address.</summary>
    public SipEndpoint Endpoint { get; }

    public TransportProtocol Protocol => Endpoint.Protocol;

    /// <summary>Name given with <c>listen=… name "x"</c>, or null.</summary>
    public string? Name { get; }

    /// <summary>The bound address as text, IPv6 in brackets.</summary>
    public Utf8Text AddressText { get; }

    /// <summary>Host written into messages: the advertised one, else the address.</summary>
    public Utf8Text HostText { get; }

    /// <summary>Port written into messages.</summary>
    public int Port { get; }

    /// <summary><see cref="Port"/> as text.</summary>
    public Utf8Text PortText { get; }

    /// <summary>Host, and port unless it is the default one: what Via and Record-Route carry.</summary>
    public Utf8Text HostPortText { get; }

    /// <summary>"Via: SIP/2.0/UDP host:port;branch=".</summary>
    public Utf8Text ViaPrefix { get; }

    /// <summary>"udp", "tcp" …</summary>
    public Utf8Text ProtocolText { get; }

    /// <summary>"udp:10.0.0.1:5060", the form of <c>$fs</c>.</summary>
    public Utf8Text SocketText { get; }

    /// <inheritdoc/>
    public override string ToString() => SocketText.ToString();
}
