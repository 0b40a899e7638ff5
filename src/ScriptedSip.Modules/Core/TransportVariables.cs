using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of where a message came from and where it arrived.</summary>
internal sealed class TransportVariables : ScriptModule
{
    private SocketTable _sockets = null!;

    public override void Start(ModuleHost host) => _sockets = host.Sockets;

    [SipVariable("si src_ip", "Address the message came from.")]
    public Value SourceAddress(Frame frame) => Address(frame.Arena, frame.Message.Source, brackets: false);

    [SipVariable("siz", "Address the message came from, an IPv6 one in brackets.")]
    public Value SourceAddressInBrackets(Frame frame) => Address(frame.Arena, frame.Message.Source, brackets: true);

    [SipVariable("sp", "Port the message came from.")]
    public Value SourcePort(Frame frame) => Number(frame.Arena, frame.Message.Source.Port);

    [SipVariable("pr proto", "Protocol the message came over: udp, tcp, tls.")]
    public Value Protocol(Frame frame) => Value.FromText(frame.Message.Local.ProtocolText);

    [SipVariable("prid", "Protocol the message came over as a number: 1 UDP, 2 TCP, 3 TLS.")]
    public Value ProtocolNumber(Frame frame) => Value.FromInt((int)frame.Message.Local.Protocol);

    [SipVariable("sas", "Source as proto:address:port.")]
    public Value SourceSocket(Frame frame)
    {
        Span<byte> address = stackalloc byte[47];
        var length = frame.Message.Source.FormatAddress(address, brackets: true);
        var writer = new SpanWriter(frame.Arena.Reserve(64));
        writer.Write(frame.Message.Local.ProtocolText);
        writer.Write((byte)':');
        writer.Write(address[..length]);
        writer.Write((byte)':');
        writer.Write(frame.Message.Source.Port);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    [SipVariable("su", "Source as a URI; the transport is named when it is not UDP.")]
    public Value SourceUri(Frame frame) => EndpointUri(frame, frame.Message.Source, frame.Message.Source.Protocol != TransportProtocol.Udp);

    [SipVariable("sut", "Source as a URI with transport.")]
    public Value SourceUriWithTransport(Frame frame) => EndpointUri(frame, frame.Message.Source, withTransport: true);

    [SipVariable("Ri", "Address of the socket the message arrived at.")]
    public Value ReceivedAddress(Frame frame) => Value.FromText(frame.Message.Local.AddressText);

    [SipVariable("Rp", "Port of the socket the message arrived at.")]
    public Value ReceivedPort(Frame frame) => Number(frame.Arena, frame.Message.Local.Endpoint.Port);

    [SipVariable("Rn", "Name of the socket the message arrived at; null when it has none.")]
    public Value ReceivedName(Frame frame) => Name(frame.Message.Local);

    [SipVariable("Ru", "The socket the message arrived at as a URI; the transport is named when it is not UDP.")]
    public Value ReceivedUri(Frame frame) => EndpointUri(frame, frame.Message.Local.Endpoint, frame.Message.Local.Protocol != TransportProtocol.Udp);

    [SipVariable("Rut", "The socket the message arrived at as a URI with transport.")]
    public Value ReceivedUriWithTransport(Frame frame) => EndpointUri(frame, frame.Message.Local.Endpoint, withTransport: true);

    [SipVariable("RAu", "The same as $Ru with the advertised host and port.")]
    public Value AdvertisedUri(Frame frame) => AdvertisedUri(frame, frame.Message.Local.Protocol != TransportProtocol.Udp);

    [SipVariable("RAut", "The same as $Rut with the advertised host and port.")]
    public Value AdvertisedUriWithTransport(Frame frame) => AdvertisedUri(frame, withTransport: true);

    private static Value AdvertisedUri(Frame frame, bool withTransport)
    {
        var socket = frame.Message.Local;
        return Uri(frame.Arena, socket.HostText.Span, socket.Port, withTransport ? socket.ProtocolText.Span : default);
    }

    [SipVariable("RAi", "Advertised host of the socket the message arrived at.")]
    public Value AdvertisedHost(Frame frame) => Value.FromText(frame.Message.Local.HostText);

    [SipVariable("RAp", "Advertised port of the socket the message arrived at.")]
    public Value AdvertisedPort(Frame frame) => Value.FromBoth(frame.Message.Local.Port, frame.Message.Local.PortText);

    [SipVariable("af", "Address family the message came over: IPv4 or IPv6, 4 or 6.")]
    public Value AddressFamily(Frame frame) => frame.Message.Source.IsIPv4 ? ConstantVariables.IPv4 : ConstantVariables.IPv6;

    [SipVariable("conid", "Number of the connection the message came over; null for datagrams.")]
    public Value Connection(Frame frame) => frame.Message.Source.Connection == 0 ? Value.Null : Value.FromInt(frame.Message.Source.Connection);

    [SipVariable("fs", "Socket the request is forced to leave through, as proto:address:port; null for free choice.", Setter = nameof(SetSocket))]
    public Value ForcedSocket(Frame frame) => frame.SendSocket is null ? Value.Null : Value.FromText(frame.SendSocket.SocketText);

    public bool SetSocket(Frame frame, in Value value) => SocketNames.TrySet(_sockets, frame, value);

    [SipVariable("fsn", "Name of the socket the request is forced to leave through.", Setter = nameof(SetSocketByName))]
    public Value ForcedSocketName(Frame frame) => frame.SendSocket is null ? Value.Null : Name(frame.SendSocket);

    public bool SetSocketByName(Frame frame, in Value value)
    {
        var name = value.ToText(frame.Arena);
        foreach (var socket in _sockets.All)
        {
            if (socket.Name is null || !name.Equals(SocketNames.NameText(socket)))
                continue;
            frame.SendSocket = socket;
            return true;
        }
        return false;
    }

    private static Value Name(ListenSocket socket) => socket.Name is null ? Value.Null : Value.FromText(SocketNames.NameText(socket));

    private static Value Number(Arena arena, int number) => Value.FromBoth(number, Value.FromInt(number).ToText(arena));

    private static Value Address(Arena arena, in SipEndpoint endpoint, bool brackets) =>
        Value.FromText(arena.Commit(endpoint.FormatAddress(arena.Reserve(47), brackets)));

    private static Value EndpointUri(Frame frame, in SipEndpoint endpoint, bool withTransport)
    {
        Span<byte> address = stackalloc byte[47];
        var length = endpoint.FormatAddress(address, brackets: true);
        return Uri(frame.Arena, address[..length], endpoint.Port, withTransport ? frame.Message.Local.ProtocolText.Span : default);
    }

    private static Value Uri(Arena arena, ReadOnlySpan<byte> host, int port, ReadOnlySpan<byte> transport)
    {
        var writer = new SpanWriter(arena.Reserve(host.Length + 32));
        writer.Write("sip:"u8);
        writer.Write(host);
        writer.Write((byte)':');
        writer.Write(port);
        if (!transport.IsEmpty)
        {
            writer.Write(";transport="u8);
            writer.Write(transport);
        }
        return Value.FromText(arena.Commit(writer.Length));
    }
}
