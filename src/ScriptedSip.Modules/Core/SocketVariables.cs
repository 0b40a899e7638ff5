using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>The sockets of a message as OpenSIPS 3 names their parts.</summary>
internal sealed class SocketVariables : ScriptModule
{
    private SocketTable _sockets = null!;

    public override void Start(ModuleHost host) => _sockets = host.Sockets;

    [SipVariable("socket_in", "Of the socket the message arrived at: ip, port, proto, advertised_ip, advertised_port, tag, or nothing for proto:ip:port.")]
    public Value In(Frame frame, Utf8Text part, int index) => Part(frame.Message.Local, part);

    [SipVariable("socket_in", "The socket the message arrived at as proto:ip:port.")]
    public Value In(Frame frame) => Value.FromText(frame.Message.Local.SocketText);

    [SipVariable("socket_out", "The same of the socket the request is forced to leave through; null for free choice.")]
    public Value Out(Frame frame, Utf8Text part, int index) => frame.SendSocket is { } socket ? Part(socket, part) : Value.Null;

    [SipVariable("socket_out", "The socket the request is forced to leave through; null for free choice.", Setter = nameof(SetOut))]
    public Value Out(Frame frame) => frame.SendSocket is { } socket ? Value.FromText(socket.SocketText) : Value.Null;

    public bool SetOut(Frame frame, in Value value) => SocketNames.TrySet(_sockets, frame, value);

    private static Value Part(ListenSocket socket, Utf8Text part)
    {
        if (part.EqualsIgnoreCase("ip"u8))
            return Value.FromText(socket.AddressText);
        if (part.EqualsIgnoreCase("port"u8))
            return Value.FromInt(socket.Endpoint.Port);
        if (part.EqualsIgnoreCase("proto"u8))
            return Value.FromText(socket.ProtocolText);
        if (part.EqualsIgnoreCase("advertised_ip"u8))
            return Value.FromText(socket.HostText);
        if (part.EqualsIgnoreCase("advertised_port"u8))
            return Value.FromBoth(socket.Port, socket.PortText);
        return part.EqualsIgnoreCase("tag"u8) && socket.Name is not null ? Value.FromText(SocketNames.NameText(socket)) : Value.Null;
    }
}
