using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Tm;

/// <summary>Writes the requests of this server's own and starts their transactions.</summary>
internal sealed class LocalRequests(ModuleHost host) : ILocalRequests
{
    private readonly TransactionEngine _engine = host.Transactions;

    /// <inheritdoc/>
    public bool Send(ScriptContext context, in LocalRequest request)
    {
        var next = request.NextHop.IsEmpty ? request.Uri : request.NextHop;
        if (!NextHop.TryFromUri(next.Span, TransportProtocol.None, out var hop) || host.Sockets.All.Count == 0)
            return false;
        var socket = request.Socket ?? host.Sockets.All[0];
        var transaction = _engine.Originate(context, request.Method, socket, request.Requester);
        if (request.Timeout > 0)
            transaction.NoReplyTimeout = request.Timeout;
        var branch = TransactionEngine.AddBranch(transaction)!;
        var isSent = false;
        try
        {
            isSent = Start(context, transaction, branch, request, hop, socket);
        }
        finally
        {
            if (!isSent)
                TransactionEngine.Abandon(transaction);
            _engine.Leave(context, transaction);
        }
        return isSent;
    }

    private bool Start(ScriptContext context, Transaction transaction, ClientBranch branch, in LocalRequest request, NextHop hop, ListenSocket socket)
    {
        var ticket = TransactionEngine.TicketOf(transaction, branch);
        var status = host.Resolver.Resolve(hop.Host, hop.Port, hop.Protocol, out var endpoint, out var targets, _engine, ticket);
        if (status == ResolveStatus.Failed)
            return false;
        if (status == ResolveStatus.Pending)
        {
            if (RunLocalRoute(context, Write(context, transaction, request, socket), socket) is not { } held)
                return false;
            TransactionEngine.Hold(context, transaction, branch, held, socket);
            return true;
        }
        if (host.Sockets.Choose(endpoint, socket) is not { } chosen)
            return false;
        if (RunLocalRoute(context, Write(context, transaction, request, chosen), chosen) is not { } bytes)
            return false;
        branch.Targets = targets;
        _engine.Send(context, transaction, branch, bytes, chosen, endpoint);
        return true;
    }

    /// <summary>
    /// Lets the script see and change the headers of a request of ours; null when it drops it. Where it goes has been decided by whoever sends it.
    /// </summary>
    private MessageBuffer? RunLocalRoute(ScriptContext context, MessageBuffer bytes, ListenSocket socket)
    {
        var script = host.CurrentScript();
        if (script.FindRoute(RouteKinds.Local, "") is not { } route)
            return bytes;
        var message = context.RentMessage();
        MessageParser.Parse(message, bytes.Bytes, bytes.Length, isStream: true);
        message.Source = socket.Endpoint;
        message.Local = socket;
        var frame = context.Rent(message, RouteKinds.Local, script);
        MessageBuffer? outgoing = null;
        try
        {
            route.Run(frame);
            if (!frame.Dropped)
                outgoing = frame.Edits.Count == 0 ? bytes : Rewrite(context, message, frame.Edits, socket);
            return outgoing;
        }
        finally
        {
            if (!ReferenceEquals(outgoing, bytes))
                bytes.Release();
            context.Return(frame);
            context.Return(message);
        }
    }

    private static MessageBuffer Rewrite(ScriptContext context, SipMessage message, MessageEdits edits, ListenSocket socket)
    {
        var changed = context.Buffers.Rent(Math.Min(MessageWriter.UpperBound(message, edits, 0), MessageBufferPool.LargestSize));
        var writer = new SpanWriter(changed.Bytes);
        MessageWriter.WriteOwn(ref writer, message, edits, socket);
        changed.Length = writer.Length;
        return changed;
    }

    private static MessageBuffer Write(ScriptContext context, Transaction transaction, in LocalRequest request, ListenSocket socket)
    {
        var to = request.To.IsEmpty ? request.Uri : request.To;
        var size = request.Uri.Length + request.From.Length + to.Length + request.Route.Length + request.Headers.Length + request.Body.Length
            + request.CallId.Length + request.FromTag.Length + request.ToTag.Length + socket.ViaPrefix.Length + socket.HostText.Length + 384;
        var bytes = context.Buffers.Rent(Math.Min(size, MessageBufferPool.LargestSize));
        var writer = new SpanWriter(bytes.Bytes);
        writer.Write(SipMethods.NameOf(request.Method));
        writer.Write((byte)' ');
        writer.Write(request.Uri);
        writer.Write(" SIP/2.0\r\n"u8);
        writer.Write(socket.ViaPrefix);
        TransactionEngine.WriteBranchId(ref writer, transaction, 0);
        writer.Write("\r\n"u8);
        if (!request.Route.IsEmpty)
            WriteLine(ref writer, "Route: "u8, request.Route, default);
        WriteIdentity(ref writer, context, request, to, socket);
        writer.Write(SipMethods.NameOf(request.Method));
        writer.Write("\r\nMax-Forwards: 70\r\n"u8);
        writer.Write(request.Headers);
        writer.Write("Content-Length: "u8);
        writer.Write(request.Body.Length);
        writer.Write("\r\n\r\n"u8);
        writer.Write(request.Body);
        bytes.Length = writer.Length;
        return bytes;
    }

    private static void WriteIdentity(ref SpanWriter writer, ScriptContext context, in LocalRequest request, Utf8Text to, ListenSocket socket)
    {
        var isWithin = !request.CallId.IsEmpty;
        writer.Write("To: <"u8);
        writer.Write(to);
        writer.Write(isWithin ? ">;tag="u8 : ">"u8);
        writer.Write(request.ToTag);
        writer.Write("\r\nFrom: <"u8);
        writer.Write(request.From);
        writer.Write(">;tag="u8);
        if (isWithin)
        {
            writer.Write(request.FromTag);
            WriteLine(ref writer, "\r\nCall-ID: "u8, request.CallId, default);
        }
        else
        {
            writer.WriteHex(context.NextRandom());
            writer.Write("\r\nCall-ID: "u8);
            writer.WriteHex(context.NextRandom());
            writer.Write((byte)'@');
            WriteLine(ref writer, default, socket.HostText, default);
        }
        writer.Write("CSeq: "u8);
        writer.Write(isWithin ? request.CSeq : 1L);
        writer.Write((byte)' ');
    }

    private static void WriteLine(ref SpanWriter writer, scoped ReadOnlySpan<byte> name, Utf8Text value, scoped ReadOnlySpan<byte> end)
    {
        writer.Write(name);
        writer.Write(value);
        writer.Write(end);
        writer.Write("\r\n"u8);
    }
}
