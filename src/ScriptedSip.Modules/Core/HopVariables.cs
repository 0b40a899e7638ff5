using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>The two ends of the hop a message came over, and in an onsend route of the one it is about to take, by the names of their parts.</summary>
internal sealed class HopVariables : ScriptModule
{
    [SipVariable("rcv", "Of how the message came: srcip, srcport, rcvip, rcvport, sproto, proto (as a number), af, buf and len.")]
    public Value Received(Frame frame, Utf8Text part, int index)
    {
        var message = frame.Message;
        if (part.EqualsIgnoreCase("srcip"u8))
            return Address(frame, message.Source);
        if (part.EqualsIgnoreCase("srcport"u8))
            return Value.FromInt(message.Source.Port);
        if (part.EqualsIgnoreCase("rcvip"u8))
            return Value.FromText(message.Local.AddressText);
        if (part.EqualsIgnoreCase("rcvport"u8))
            return Value.FromInt(message.Local.Endpoint.Port);
        return Common(frame, part, message.Local, message.Source);
    }

    [SipVariable("sndto snd", "In an onsend route, of where the message is about to go: ip, port, sproto, proto (as a number), af, buf and len; null elsewhere.")]
    public Value Destination(Frame frame, Utf8Text part, int index)
    {
        if (frame.SendSocket is not { } socket || frame.SendDestination.IsNone)
            return Value.Null;
        if (part.EqualsIgnoreCase("ip"u8))
            return Address(frame, frame.SendDestination);
        return part.EqualsIgnoreCase("port"u8) ? Value.FromInt(frame.SendDestination.Port) : Common(frame, part, socket, frame.SendDestination);
    }

    [SipVariable("sndfrom", "In an onsend route, the same of the socket the message is about to leave through; null elsewhere.")]
    public Value Departure(Frame frame, Utf8Text part, int index)
    {
        if (frame.SendSocket is not { } socket || frame.SendDestination.IsNone)
            return Value.Null;
        if (part.EqualsIgnoreCase("ip"u8))
            return Value.FromText(socket.AddressText);
        return part.EqualsIgnoreCase("port"u8) ? Value.FromInt(socket.Endpoint.Port) : Common(frame, part, socket, socket.Endpoint);
    }

    private static Value Common(Frame frame, Utf8Text part, ListenSocket socket, in SipEndpoint endpoint)
    {
        if (part.EqualsIgnoreCase("sproto"u8))
            return Value.FromText(socket.ProtocolText);
        if (part.EqualsIgnoreCase("proto"u8))
            return Value.FromInt((int)socket.Protocol);
        if (part.EqualsIgnoreCase("af"u8))
            return endpoint.IsIPv4 ? ConstantVariables.IPv4 : ConstantVariables.IPv6;
        if (part.EqualsIgnoreCase("len"u8))
            return Value.FromInt(frame.Message.Length);
        return part.EqualsIgnoreCase("buf"u8) ? Value.FromText(new Utf8Text(frame.Message.Buffer, 0, frame.Message.Length)) : Value.Null;
    }

    private static Value Address(Frame frame, in SipEndpoint endpoint) =>
        Value.FromText(frame.Arena.Commit(endpoint.FormatAddress(frame.Arena.Reserve(47), brackets: false)));
}
