using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Tm;

/// <summary>The many names under which the dialects relay and replicate to a place of the script's choice.</summary>
public sealed partial class TmModule
{
    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_tls", Relaying, "As t_relay(), over TLS whatever the URI says.")]
    public Outcome RelayToTls(Frame frame) => _relay.Run(frame, default, TransportProtocol.Tls);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_tls", Relaying, "Relays to a host and port over TLS.")]
    public Outcome RelayToTls(Frame frame, Utf8Text host, int port) => _relay.Run(frame, new Relay.Destination(host, port, TransportProtocol.Tls));

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_proxy", Relaying, "Relays to a destination \"[proto:]host[:port]\".")]
    public Outcome RelayToProxy(Frame frame, Utf8Text destination) => RelayOver(frame, TransportProtocol.None, destination);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_avp", Relaying, "Relays over a transport to the \"host[:port]\" a variable holds.")]
    public Outcome RelayToVariable(Frame frame, Utf8Text transport, Utf8Text destination) => RelayOver(frame, TransportNames.Parse(transport.Span), destination);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_forward_nonack_to", RouteKinds.Request, "Forwards a request other than ACK statefully over a transport to \"host[:port]\".")]
    public Outcome ForwardNonAckTo(Frame frame, Utf8Text transport, Utf8Text destination) =>
        frame is { Message.Method: SipMethod.Ack } ? Outcome.False : RelayOver(frame, TransportNames.Parse(transport.Span), destination);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_forward_nonack_uri", RouteKinds.Request, "Forwards a request other than ACK statefully to its Request-URI.")]
    public Outcome ForwardNonAckToUri(Frame frame) => ForwardNonAck(frame);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_forward_nonack_tls", RouteKinds.Request, "Forwards a request other than ACK statefully to a host and port over TLS.")]
    public Outcome ForwardNonAckTls(Frame frame, Utf8Text host, int port) =>
        frame is { Message.Method: SipMethod.Ack } ? Outcome.False : _relay.Run(frame, new Relay.Destination(host, port, TransportProtocol.Tls));

    [SipFunction("t_replicate", RouteKinds.Request | RouteKinds.Failure, "Sends a copy of the request to its next hop or Request-URI; its replies are discarded.")]
    public Outcome Replicate(Frame frame) => _relay.Replicate(frame, frame.DestinationUri);

    [SipFunction("t_replicate", RouteKinds.Request | RouteKinds.Failure, "Sends a copy of the request to a URI or \"[proto:]host[:port]\"; its replies are discarded.")]
    public Outcome Replicate(Frame frame, Utf8Text destination) => ReplicateOver(frame, TransportProtocol.None, destination);

    [SipFunction("t_replicate", RouteKinds.Request | RouteKinds.Failure,
        "Sends a copy of the request to a host and port, or to a URI with flags (OpenSIPS; they change nothing); its replies are discarded.", Aliases = "t_replicate_udp")]
    public Outcome Replicate(Frame frame, Utf8Text host, Utf8Text port) =>
        host.Span.Contains((byte)':') && !host.Span.StartsWith("["u8) ? Replicate(frame, host) : ReplicateTo(frame, host, port, TransportProtocol.Udp);

    [SipFunction("t_replicate_tcp", RouteKinds.Request, "Sends a copy of the request to a host and port over TCP; its replies are discarded.")]
    public Outcome ReplicateTcp(Frame frame, Utf8Text host, Utf8Text port) => ReplicateTo(frame, host, port, TransportProtocol.Tcp);

    [SipFunction("t_replicate_tls", RouteKinds.Request, "Sends a copy of the request to a host and port over TLS; its replies are discarded.")]
    public Outcome ReplicateTls(Frame frame, Utf8Text host, Utf8Text port) => ReplicateTo(frame, host, port, TransportProtocol.Tls);

    [SipFunction("t_replicate_to", RouteKinds.Request, "Sends a copy of the request over a transport to \"host[:port]\"; its replies are discarded.")]
    public Outcome ReplicateTo(Frame frame, Utf8Text transport, Utf8Text destination) => ReplicateOver(frame, TransportNames.Parse(transport.Span), destination);

    private Outcome RelayOver(Frame frame, TransportProtocol protocol, Utf8Text destination)
    {
        if (!TryParseDestination(destination, out var parsed))
            return Fail(frame, 478);
        return _relay.Run(frame, protocol == TransportProtocol.None ? parsed : parsed with { Protocol = protocol });
    }

    private Outcome ReplicateTo(Frame frame, Utf8Text host, Utf8Text port, TransportProtocol protocol) =>
        ReplicateOver(frame, protocol, frame.Arena.Concat(frame.Arena.Concat(host.Span, ":"u8).Span, port.Span));

    private Outcome ReplicateOver(Frame frame, TransportProtocol protocol, Utf8Text destination)
    {
        if (UriParser.TryParse(destination.Span, out var uri) && uri.Scheme is UriScheme.Sip or UriScheme.Sips)
            return _relay.Replicate(frame, destination);
        if (!TryParseDestination(destination, out var parsed))
            return Fail(frame, 478);
        if (protocol == TransportProtocol.None)
            protocol = parsed.Protocol;
        var arena = frame.Arena;
        var text = arena.Concat("sip:"u8, parsed.Host.Span);
        if (parsed.Port > 0)
            text = arena.Concat(arena.Concat(text.Span, ":"u8).Span, Value.FromInt(parsed.Port).ToText(arena).Span);
        if (protocol != TransportProtocol.None)
            text = arena.Concat(text.Span, protocol switch
            {
                TransportProtocol.Tcp => ";transport=tcp"u8,
                TransportProtocol.Tls => ";transport=tls"u8,
                _ => ";transport=udp"u8,
            });
        return _relay.Replicate(frame, text);
    }
}
