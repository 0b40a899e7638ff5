using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Forwards requests without state (RFC 3261 16.11). A request whose next hop must be looked up is parked until the answer is there.</summary>
internal sealed class StatelessForwarder(ModuleHost host)
{
    private const int Success = 0;
    private const int Unresolvable = 478;
    private const int NoSocket = 477;
    private const int TooManyHops = 483;
    private const int TooLarge = 513;
    private const int Overloaded = 503;

    // A name server that is silent must not make us keep messages without end.
    private const int MostParked = 10_000;

    private readonly ModuleHost _host = host;
    private int _parked;

    /// <summary>Sends the request of a frame to a next hop; on failure the frame's error code says why.</summary>
    public Outcome Forward(Frame frame, in NextHop hop)
    {
        var message = frame.Message;
        if (!message.IsRequest)
            return Outcome.False;
        if (!hop.MayCarry(frame.RequestUri.Span))
        {
            frame.ErrorCode = Unresolvable;
            return Outcome.False;
        }
        // RFC 3261 16.3, step 3: it has come to the end of its way, whether or not the script has looked.
        if (message.MaxForwards == 0)
        {
            frame.ErrorCode = TooManyHops;
            return Outcome.False;
        }
        var status = _host.Resolver.Resolve(hop.Host, hop.Port, hop.Protocol, out var endpoint, out _, null, 0);
        var error = status switch
        {
            ResolveStatus.Resolved => Send(frame.Context, message, frame.Edits, frame.NewUri, frame.ViaParameters, frame.SendSocket, endpoint),
            ResolveStatus.Pending => Park(frame, hop),
            _ => Unresolvable,
        };
        if (error != Success)
        {
            frame.ErrorCode = error;
            return Outcome.False;
        }
        frame.Handled = true;
        return Outcome.True;
    }

    /// <summary>Sends the bytes of a message as they came, without a Via of ours.</summary>
    public Outcome SendAsReceived(Frame frame, in NextHop hop)
    {
        var message = frame.Message;
        var status = _host.Resolver.Resolve(hop.Host, hop.Port, hop.Protocol, out var endpoint, out _, null, 0);
        if (status != ResolveStatus.Resolved || _host.Sockets.Choose(endpoint, frame.SendSocket, message.Local) is not { } socket)
        {
            frame.ErrorCode = status == ResolveStatus.Resolved ? NoSocket : Unresolvable;
            return Outcome.False;
        }
        var bytes = frame.Context.Buffers.Rent(message.Length);
        message.Span.CopyTo(bytes.Bytes);
        bytes.Length = message.Length;
        frame.Context.Outbox.Add(socket, endpoint, bytes);
        bytes.Release();
        frame.Handled = true;
        return Outcome.True;
    }

    /// <summary>Called on a resolver thread.</summary>
    internal void OnResolved(ParkedRequest request, ResolvedTargets? targets) =>
        _host.Transactions.Post(context => SendResolved(context, request, targets));

    private int Send(ProcessingContext context, SipMessage message, MessageEdits edits, Utf8Text uri, Utf8Text viaParameters, ListenSocket? forced,
        in SipEndpoint to)
    {
        // A wish, as in t_relay(): it may speak another protocol than the hop.
        var socket = _host.Sockets.Choose(to, forced, message.Local);
        if (socket is null)
            return NoSocket;
        var bytes = Write(context, message, edits, uri, viaParameters, socket);
        if (bytes is null)
            return TooLarge;
        var destination = to;
        var settings = _host.CurrentScript().Settings;
        if (settings.LargeRequestsTryTcp && settings.UdpMtu > 0 && bytes.Length > settings.UdpMtu && StreamTo(to, socket) is { } stream
            && Write(context, message, edits, uri, viaParameters, stream) is { } forStream)
        {
            bytes.Release();
            (bytes, socket, destination) = (forStream, stream, to.WithProtocol(TransportProtocol.Tcp));
        }
        var mayLeave = _host.Transactions.MaySend(context, new Departure(bytes, socket, destination, message.Source, message.Local));
        if (mayLeave)
            context.Outbox.Add(socket, destination, bytes);
        bytes.Release();
        return mayLeave ? Success : NoSocket;
    }

    // RFC 3261 18.1.1: large requests go over TCP, unless TCP did not reach the server a moment ago: then the client's next copy finds the way over UDP.
    private ListenSocket? StreamTo(in SipEndpoint to, ListenSocket preferred)
    {
        var stream = to.WithProtocol(TransportProtocol.Tcp);
        return to.Protocol == TransportProtocol.Udp && !_host.Resolver.IsUnreachable(stream) ? _host.Sockets.Choose(stream, preferred) : null;
    }

    /// <summary>The request as it leaves through a socket; null when it is too large.</summary>
    private static MessageBuffer? Write(ProcessingContext context, SipMessage message, MessageEdits edits, Utf8Text uri, Utf8Text viaParameters, ListenSocket socket)
    {
        Span<byte> branchText = stackalloc byte[StatelessBranch.MaxLength];
        var branch = new SpanWriter(branchText);
        StatelessBranch.Write(ref branch, message);
        var size = MessageWriter.UpperBound(message, edits, uri.Length + socket.ViaPrefix.Length + viaParameters.Length + branch.Length);
        if (size > MessageBufferPool.LargestSize)
            return null;
        var bytes = context.Buffers.Rent(size);
        var writer = new SpanWriter(bytes.Bytes);
        MessageWriter.WriteRequest(ref writer, message, edits, uri, socket, branch.Written, viaParameters.Span);
        bytes.Length = writer.Length;
        if (!writer.Overflowed)
            return bytes;
        bytes.Release();
        return null;
    }

    private int Park(Frame frame, in NextHop hop)
    {
        if (Interlocked.Increment(ref _parked) > MostParked)
        {
            Interlocked.Decrement(ref _parked);
            return Overloaded;
        }
        var parked = new ParkedRequest(this, frame);
        var status = _host.Resolver.Resolve(hop.Host, hop.Port, hop.Protocol, out var endpoint, out _, parked, 0);
        if (status == ResolveStatus.Pending)
            return Success;
        // The answer came between the two questions.
        Interlocked.Decrement(ref _parked);
        parked.Release();
        return status == ResolveStatus.Failed
            ? Unresolvable
            : Send(frame.Context, frame.Message, frame.Edits, frame.NewUri, frame.ViaParameters, frame.SendSocket, endpoint);
    }

    private void SendResolved(ProcessingContext context, ParkedRequest parked, ResolvedTargets? targets)
    {
        Interlocked.Decrement(ref _parked);
        var error = targets is null
            ? Unresolvable
            : Send(context, parked.Message, parked.Edits, parked.NewUri, parked.ViaParameters, parked.Socket, targets.Endpoints[0]);
        if (error != Success)
            _host.Counters.Add(Counter.SendErrors);
        parked.Release();
    }
}
