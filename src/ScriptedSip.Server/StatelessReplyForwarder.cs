using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>Sends a reply that belongs to no transaction on by its second Via (RFC 3261 16.11, 18.2.2).</summary>
internal sealed class StatelessReplyForwarder(ModuleHost host)
{
    /// <summary>Forwards the reply without its topmost Via; a reply that has no other ends here.</summary>
    public void Forward(ScriptContext context, SipMessage reply, MessageEdits? edits)
    {
        if (!TryReadNextVia(reply, out var via))
        {
            host.Counters.Add(Counter.DroppedMessages);
            return;
        }
        var protocol = ProtocolOf(reply[via.Transport]);
        if (protocol == TransportProtocol.None)
        {
            host.Counters.Add(Counter.DroppedMessages);
            return;
        }
        var hop = via.Maddr.IsPresent ? via.Maddr : via.Received.IsPresent ? via.Received : via.Host;
        var port = via.Rport > 0 ? via.Rport : via.Port > 0 ? via.Port : ListenSocket.DefaultPort;
        var bytes = Write(context, reply, edits);
        if (SipEndpoint.TryParseAddress(reply[hop], protocol, port, out var endpoint))
            Send(context, reply.Local, endpoint, bytes);
        else
            SendToName(context, reply, hop, port, protocol, bytes);
        bytes.Release();
    }

    private void Post(ListenSocket local, SipEndpoint endpoint, MessageBuffer bytes) => host.Transactions.Post(context =>
    {
        Send(context, local, endpoint, bytes);
        bytes.Release();
    });

    private void Send(ProcessingContext context, ListenSocket local, in SipEndpoint endpoint, MessageBuffer bytes)
    {
        if (host.Sockets.Choose(endpoint, local) is { } socket)
            context.Outbox.Add(socket, endpoint, bytes);
        else
            host.Counters.Add(Counter.DroppedMessages);
    }

    private void SendToName(ScriptContext context, SipMessage reply, Slice name, int port, TransportProtocol protocol, MessageBuffer bytes)
    {
        var waiter = new Waiter(this, reply.Local, bytes.Retain());
        var status = host.Resolver.Resolve(reply[name], port, protocol, out var endpoint, out _, waiter, 0);
        if (status == ResolveStatus.Pending)
            return;
        bytes.Release();
        if (status == ResolveStatus.Resolved)
            Send(context, reply.Local, endpoint, bytes);
        else
            host.Counters.Add(Counter.DroppedMessages);
    }

    private static MessageBuffer Write(ScriptContext context, SipMessage reply, MessageEdits? edits)
    {
        var bytes = context.Buffers.Rent(Math.Min(MessageWriter.UpperBoundOfReply(reply, edits), MessageBufferPool.LargestSize));
        var writer = new SpanWriter(bytes.Bytes);
        MessageWriter.WriteReply(ref writer, reply, edits);
        bytes.Length = writer.Length;
        return bytes;
    }

    private static bool TryReadNextVia(SipMessage reply, out ViaView via)
    {
        ref readonly var row = ref reply.Header(reply.Via.Row);
        if (reply.Via.IsFollowed)
        {
            var comma = reply.Buffer.AsSpan(reply.Via.Whole.End, row.Value.End - reply.Via.Whole.End).IndexOf((byte)',');
            return ViaParser.TryParse(reply.Buffer, reply.Via.Whole.End + comma + 1, row.Value.End, out via);
        }
        via = default;
        if (row.NextSame < 0)
            return false;
        var next = reply.Header(row.NextSame).Value;
        return ViaParser.TryParse(reply.Buffer, next.Offset, next.End, out via);
    }

    private static TransportProtocol ProtocolOf(ReadOnlySpan<byte> transport) =>
        Ascii.EqualsIgnoreCase(transport, "UDP"u8) ? TransportProtocol.Udp
        : Ascii.EqualsIgnoreCase(transport, "TCP"u8) ? TransportProtocol.Tcp
        : Ascii.EqualsIgnoreCase(transport, "TLS"u8) ? TransportProtocol.Tls
        : TransportProtocol.None;

    private sealed class Waiter(StatelessReplyForwarder owner, ListenSocket local, MessageBuffer bytes) : IResolutionWaiter
    {
        public void OnResolved(long ticket, ResolvedTargets? targets)
        {
            if (targets is null)
                bytes.Release();
            else
                owner.Post(local, targets.Endpoints[0], bytes);
        }
    }
}
