using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Core actions that send a request on without a transaction, and those that say how requests are sent.</summary>
internal sealed class ForwardingActions : ScriptModule, IStatelessForward
{
    private const RouteKinds Requests = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Error | RouteKinds.Local | RouteKinds.Event;

    private StatelessForwarder _forwarder = null!;
    private SocketTable _sockets = null!;
    private AdvertisedSockets _advertised = null!;
    private ConnectionTable? _connections;

    public override void Start(ModuleHost host)
    {
        _forwarder = new StatelessForwarder(host);
        _sockets = host.Sockets;
        _connections = host.Connections;
        _advertised = new AdvertisedSockets();
        host.Export<IStatelessForward>(this);
    }

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward", Requests, "Forwards the request without state to its next hop, else to its Request-URI; 1, or -1 when that leads nowhere.")]
    public Outcome Forward(Frame frame) => ToRequestUri(frame, TransportProtocol.None);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward", Requests, "Forwards the request without state to a host or URI; 1, or -1 when that leads nowhere.")]
    public Outcome Forward(Frame frame, Utf8Text host) => ToHost(frame, host, default, TransportProtocol.None);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward", Requests, "Forwards the request without state to a host and port; uri:host and uri:port stand for those of the Request-URI.")]
    public Outcome Forward(Frame frame, Utf8Text host, Utf8Text port) => ToHost(frame, host, port, TransportProtocol.None);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_udp", Requests, "Like forward(), over UDP.")]
    public Outcome ForwardUdp(Frame frame) => ToRequestUri(frame, TransportProtocol.Udp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_udp", Requests, "Like forward(host), over UDP.")]
    public Outcome ForwardUdp(Frame frame, Utf8Text host) => ToHost(frame, host, default, TransportProtocol.Udp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_udp", Requests, "Like forward(host, port), over UDP.")]
    public Outcome ForwardUdp(Frame frame, Utf8Text host, Utf8Text port) => ToHost(frame, host, port, TransportProtocol.Udp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_tcp", Requests, "Like forward(), over TCP.")]
    public Outcome ForwardTcp(Frame frame) => ToRequestUri(frame, TransportProtocol.Tcp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_tcp", Requests, "Like forward(host), over TCP.")]
    public Outcome ForwardTcp(Frame frame, Utf8Text host) => ToHost(frame, host, default, TransportProtocol.Tcp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_tcp", Requests, "Like forward(host, port), over TCP.")]
    public Outcome ForwardTcp(Frame frame, Utf8Text host, Utf8Text port) => ToHost(frame, host, port, TransportProtocol.Tcp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_tls", Requests, "Like forward(), over TLS.")]
    public Outcome ForwardTls(Frame frame) => ToRequestUri(frame, TransportProtocol.Tls);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_tls", Requests, "Like forward(host), over TLS.")]
    public Outcome ForwardTls(Frame frame, Utf8Text host) => ToHost(frame, host, default, TransportProtocol.Tls);

    [Fate(RequestFate.SentOn)]
    [SipFunction("forward_tls", Requests, "Like forward(host, port), over TLS.")]
    public Outcome ForwardTls(Frame frame, Utf8Text host, Utf8Text port) => ToHost(frame, host, port, TransportProtocol.Tls);

    [Fate(RequestFate.SentOn)]
    [SipFunction("send", Requests, "Sends the message as received, without a Via of ours, to a host; 1, or -1 when that leads nowhere.", Aliases = "send_udp")]
    public Outcome Send(Frame frame, Utf8Text host) => SendAsReceived(frame, host, default, TransportProtocol.None);

    [Fate(RequestFate.SentOn)]
    [SipFunction("send", Requests, "Sends the message as received, without a Via of ours, to a host and port; 1, or -1 when that leads nowhere.", Aliases = "send_udp")]
    public Outcome Send(Frame frame, Utf8Text host, Utf8Text port) => SendAsReceived(frame, host, port, TransportProtocol.None);

    [Fate(RequestFate.SentOn)]
    [SipFunction("send_tcp", Requests, "Like send(host), over TCP.")]
    public Outcome SendTcp(Frame frame, Utf8Text host) => SendAsReceived(frame, host, default, TransportProtocol.Tcp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("send_tcp", Requests, "Like send(host, port), over TCP.")]
    public Outcome SendTcp(Frame frame, Utf8Text host, Utf8Text port) => SendAsReceived(frame, host, port, TransportProtocol.Tcp);

    [SipFunction("force_rport", RouteKinds.Any, "Sends replies to the port the request came from, as if its Via had asked for it (RFC 3581); 1.", Aliases = "add_rport")]
    public Outcome ForceRport(Frame frame)
    {
        if (frame.Message.IsRequest)
            frame.Message.Stamp |= ViaStamp.Received | ViaStamp.Rport;
        return Outcome.True;
    }

    [SipFunction("add_local_rport", RouteKinds.Any, "Asks the next hop to answer to the port it sees: an empty rport goes into our Via (RFC 3581); 1.")]
    public Outcome AddLocalRport(Frame frame)
    {
        if (ParameterList.Find(frame.ViaParameters.Span, "rport"u8).IsPresent)
            return Outcome.True;
        frame.ViaParameters = frame.Arena.Concat(frame.ViaParameters.Span, ";rport"u8);
        return Outcome.True;
    }

    [SipFunction("force_tcp_alias", RouteKinds.Any,
        "Sends requests for the sender's sent-by port over the connection this message came by (RFC 5923); -1 when another connection has that name.",
        Aliases = "add_tcp_alias")]
    public Outcome ForceTcpAlias(Frame frame) => Alias(frame, frame.Message.Via.Port > 0 ? frame.Message.Via.Port : ListenSocket.DefaultPort);

    [SipFunction("force_tcp_alias", RouteKinds.Any,
        "Sends requests for this port of the sender over the connection this message came by; -1 when another connection has that name.",
        Aliases = "add_tcp_alias")]
    public Outcome ForceTcpAlias(Frame frame, int port) => Alias(frame, port);

    [SipFunction("force_send_socket", RouteKinds.Any, "Sends the request through the socket given as [proto:]address[:port]; -1 when none listens there.")]
    public Outcome ForceSendSocket(Frame frame, Utf8Text socket)
    {
        if (SocketNames.Find(_sockets, socket.Span, frame.Message.Local.Protocol) is not { } found)
            return Outcome.False;
        frame.SendSocket = found;
        return Outcome.True;
    }

    [SipFunction("set_advertised_address", RouteKinds.Any, "Writes another host into the Via and Record-Route of this request; 1.")]
    public Outcome SetAdvertisedAddress(Frame frame, Utf8Text host)
    {
        if (host.IsEmpty)
            return Outcome.False;
        var socket = frame.SendSocket ?? frame.Message.Local;
        frame.SendSocket = _advertised.With(socket, host, socket.Port);
        return Outcome.True;
    }

    [SipFunction("set_advertised_port", RouteKinds.Any, "Writes another port, 1 to 65535, into the Via and Record-Route of this request; 1.")]
    public Outcome SetAdvertisedPort(Frame frame, int port)
    {
        if (port is < 1 or > 65535)
            return Outcome.False;
        var socket = frame.SendSocket ?? frame.Message.Local;
        frame.SendSocket = _advertised.With(socket, socket.HostText, port);
        return Outcome.True;
    }

    Outcome IStatelessForward.Forward(Frame frame, TransportProtocol protocol) => ToRequestUri(frame, protocol);

    Outcome IStatelessForward.Forward(Frame frame, in NextHop hop) => _forwarder.Forward(frame, hop);

    private Outcome ToRequestUri(Frame frame, TransportProtocol protocol)
    {
        var uri = frame.DestinationUri;
        if (!frame.Path.IsEmpty)
            uri = RouteAlongPath(frame, uri);
        if (uri.IsEmpty)
            uri = frame.RequestUri;
        return NextHop.TryFromUri(uri.Span, protocol, out var hop) ? _forwarder.Forward(frame, hop) : Unresolvable(frame);
    }

    // RFC 3327 5.3: the path of a registration becomes the route, and its first entry the next hop unless the script names one.
    private static Utf8Text RouteAlongPath(Frame frame, Utf8Text destination)
    {
        var message = frame.Message;
        var path = frame.Path;
        var row = message.First(HeaderId.Route);
        var at = row >= 0 ? message.Header(row).Line.Offset : message.Header(message.Last(HeaderId.Via)).Line.End;
        frame.Edits.Insert(at, frame.Arena.Concat("Route: "u8, path.Span).Span, "\r\n"u8);
        if (!destination.IsEmpty || !NameAddrParser.TryParse(path.Array!, path.Offset, path.Offset + path.Length, out var first))
            return destination;
        return new Utf8Text(path.Array!, first.Uri.Offset, first.Uri.Length);
    }

    private Outcome ToHost(Frame frame, Utf8Text host, Utf8Text port, TransportProtocol protocol) =>
        TryGetHop(frame, host, port, protocol, out var hop) ? _forwarder.Forward(frame, hop) : Unresolvable(frame);

    private Outcome SendAsReceived(Frame frame, Utf8Text host, Utf8Text port, TransportProtocol protocol) =>
        TryGetHop(frame, host, port, protocol, out var hop) ? _forwarder.SendAsReceived(frame, hop) : Unresolvable(frame);

    private static bool TryGetHop(Frame frame, Utf8Text host, Utf8Text portText, TransportProtocol protocol, out NextHop hop)
    {
        if (portText.IsEmpty && NextHop.TryFromUri(host.Span, protocol, out hop))
            return true;
        hop = default;
        var uri = frame.RequestUri;
        if (host.Span.SequenceEqual("uri:host"u8))
            host = UriParts.Host(uri).Text;
        var port = 0L;
        if (portText.Span.SequenceEqual("uri:port"u8))
            port = UriParts.Port(uri).Number;
        else if (!portText.IsEmpty && (!Value.TryParseInt(portText.Span, out port) || port is < 0 or > 65535))
            return false;
        hop = new NextHop(host.Span, (int)port, protocol);
        return !host.IsEmpty;
    }

    private Outcome Alias(Frame frame, int port)
    {
        var source = frame.Message.Source;
        return source.Protocol == TransportProtocol.Udp || !frame.Message.IsRequest || _connections is null ? Outcome.True : Outcome.From(_connections.AddAlias(source, port));
    }

    private static Outcome Unresolvable(Frame frame)
    {
        frame.ErrorCode = 478;
        return Outcome.False;
    }
}
