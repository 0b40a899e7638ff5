using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Rr;

/// <summary>What became of the Route header of a request.</summary>
internal enum RoutingOutcome
{
    /// <summary>There is none, or it cannot be read.</summary>
    NoRoute,

    /// <summary>The topmost value is not ours and the script wants nothing done then.</summary>
    NotOurs,

    /// <summary>Only our own values were there and the request begins a dialog: the caller's outbound proxy is us, the target is yet to be found.</summary>
    OwnRouteOnly,

    /// <summary>The request goes where its routes say.</summary>
    Routed,
}

/// <summary>Where the parameters of our own route came from; a slot of the frame holds one of these two.</summary>
internal sealed class RoutedBy
{
    public static readonly RoutedBy Route = new();

    public static readonly RoutedBy RequestUri = new();
}

/// <summary>Route processing of a proxy: RFC 3261 16.4 and 16.6 step 6.</summary>
internal sealed class LooseRouter(LocalNames names, SocketTable sockets, Utf8Text ignoredUser)
{
    /// <summary>Routes a request; <paramref name="routedBy"/> tells whose parameters are ours, null when none are.</summary>
    public RoutingOutcome Process(Frame frame, bool onlyOwn, out RoutedBy? routedBy)
    {
        routedBy = null;
        var message = frame.Message;
        if (!message.Has(HeaderId.Route))
            return RoutingOutcome.NoRoute;
        Span<RouteEntry> entries = stackalloc RouteEntry[RouteSet.Capacity];
        var routes = new RouteSet(entries);
        if (!routes.TryRead(message) || routes.Count == 0)
            return RoutingOutcome.NoRoute;

        var target = frame.RequestUri;
        var restored = -1;
        var isInDialog = message.To.Tag.IsPresent;
        if (IsOwnRecordRoute(target, isInDialog))
        {
            // RFC 3261 16.4: a strict router sent us our own value as Request-URI; the target is the last Route.
            restored = routes.Count - 1;
            target = message.Text(routes[restored].Uri);
            routes.Remove(restored);
            routedBy = RoutedBy.RequestUri;
        }
        var first = routes.First();
        var isOwn = first >= 0 && IsOurs(message.Text(routes[first].Uri), out _);
        if (!isOwn && restored < 0 && onlyOwn)
            return RoutingOutcome.NotOurs;
        if (isOwn)
        {
            routedBy ??= RoutedBy.Route;
            RemoveOwn(frame, ref routes, first);
        }
        if (restored >= 0)
            frame.NewUri = target;
        var next = routes.First();
        if (next >= 0)
            GoTo(frame, ref routes, next, target, restored);
        routes.Apply(message, frame.Edits);
        return next < 0 && restored < 0 && !isInDialog ? RoutingOutcome.OwnRouteOnly : RoutingOutcome.Routed;
    }

    /// <summary>URI parameters of the route that is ours, from the first semicolon.</summary>
    public static Utf8Text OwnParameters(SipMessage message, RoutedBy routedBy)
    {
        var uri = message.Text(message.RequestUri);
        if (ReferenceEquals(routedBy, RoutedBy.Route))
        {
            var route = message.FirstValue(HeaderId.Route);
            if (!NameAddrParser.TryParse(message.Buffer, route.Offset, route.End, out var value))
                return default;
            uri = message.Text(value.Uri);
        }
        return UriParser.TryParse(uri.Span, out var parts) ? uri[parts.Parameters] : default;
    }

    private void RemoveOwn(Frame frame, ref RouteSet routes, int first)
    {
        var message = frame.Message;
        routes.Remove(first);
        if (!IsDouble(message.Text(routes[first].Uri)))
            return;
        // RFC 5658: the second value of the pair names the socket the request leaves through.
        var second = routes.First();
        if (second < 0)
            return;
        var uri = message.Text(routes[second].Uri);
        if (!IsDouble(uri) || !IsOurs(uri, out var parts))
            return;
        routes.Remove(second);
        if (FindSocket(uri.Span, parts) is { } socket)
            frame.SendSocket = socket;
    }

    private static void GoTo(Frame frame, ref RouteSet routes, int next, Utf8Text target, int restored)
    {
        var message = frame.Message;
        var uri = message.Text(routes[next].Uri);
        if (UriParser.TryParse(uri.Span, out var parts) && parts.HasLooseRoute)
        {
            frame.DestinationUri = uri;
            return;
        }
        // RFC 3261 16.6 step 6: a strict router finds itself in the Request-URI and the target behind the other routes.
        routes.Remove(next);
        frame.NewUri = uri;
        if (restored >= 0)
        {
            routes.Keep(restored);
            return;
        }
        var room = frame.Arena.Reserve(target.Length + 16);
        var writer = new SpanWriter(room);
        writer.Write("Route: <"u8);
        writer.Write(target);
        writer.Write(">\r\n"u8);
        frame.Edits.Insert(message.Header(message.Last(HeaderId.Route)).Line.End, writer.Written);
    }

    // The values we write carry lr, which nothing else does that names us. A strict router may drop the parameters; within a dialog our bare address is
    // still such a value, since no phone has it as its contact, but at its beginning it is the address of a request for ourselves.
    private bool IsOwnRecordRoute(Utf8Text uri, bool isInDialog) =>
        IsOurs(uri, out var parts) && (parts.HasLooseRoute || (isInDialog && parts.User.IsEmpty));

    private bool IsOurs(Utf8Text uri, out SipUri parts)
    {
        var text = uri.Span;
        if (!UriParser.TryParse(text, out parts) || parts.Scheme is not (UriScheme.Sip or UriScheme.Sips))
            return false;
        if (!ignoredUser.IsEmpty && parts.User.In(text).SequenceEqual(ignoredUser.Span))
            return false;
        return names.IsMyself(parts.Host.In(text), PortOf(parts, text), TransportProtocol.None);
    }

    private static bool IsDouble(Utf8Text uri) =>
        UriParser.TryParse(uri.Span, out var parts) && UriParser.TryGetParameter(parts.Parameters.In(uri.Span), "r2"u8, out _);

    private ListenSocket? FindSocket(ReadOnlySpan<byte> uri, in SipUri parts)
    {
        var port = PortOf(parts, uri);
        var host = parts.Host.In(uri);
        foreach (var socket in sockets.All)
        {
            if (socket.Protocol != ProtocolOf(parts, uri))
                continue;
            if ((socket.Port == port && socket.HostText.EqualsIgnoreCase(host))
                || (socket.Endpoint.Port == port && socket.AddressText.EqualsIgnoreCase(host)))
                return socket;
        }
        return null;
    }

    // RFC 3261 19.1.2: without a port it is 5061 for TLS, else 5060.
    private static int PortOf(in SipUri parts, ReadOnlySpan<byte> uri)
    {
        if (parts.Port != 0)
            return parts.Port;
        return ProtocolOf(parts, uri) == TransportProtocol.Tls ? ListenSocket.DefaultPort + 1 : ListenSocket.DefaultPort;
    }

    private static TransportProtocol ProtocolOf(in SipUri parts, ReadOnlySpan<byte> uri)
    {
        var transport = parts.Transport.In(uri);
        if (System.Text.Ascii.EqualsIgnoreCase(transport, "tls"u8) || parts.Scheme == UriScheme.Sips)
            return TransportProtocol.Tls;
        return System.Text.Ascii.EqualsIgnoreCase(transport, "tcp"u8) ? TransportProtocol.Tcp : TransportProtocol.Udp;
    }
}
