using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Sl;

/// <summary>
/// Replies that leave no state behind. Their To tag is computed from the request, so a retransmission gets the same one (RFC 3261 8.2.7) and the
/// ACK to a failure is known again.
/// </summary>
internal sealed class StatelessReplies(ModuleHost host) : IStatelessReplies
{
    // Start line, Content-Type, Content-Length and tag, beyond what is copied from the request.
    private const int RoomForOwnText = 512;

    public bool Send(Frame frame, int code, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> headers = default)
    {
        var request = frame.Message;
        if (!request.IsRequest || request.Method == SipMethod.Ack || code is < 100 or > 699)
            return false;
        var extra = DestinationSet.ReplyHeaders(frame, code, headers);
        var server = host.Transactions.ServerHeader.Span;
        var size = request.Length + reason.Length + extra.Length + frame.ReplyContentType.Length + frame.ReplyBody.Length + server.Length + RoomForOwnText;
        if (size > MessageBufferPool.LargestSize)
            return false;
        Span<byte> tag = stackalloc byte[ReplyTags.Length];
        ReplyTags.Write(request, tag);
        var reply = frame.Context.Buffers.Rent(size);
        var writer = new SpanWriter(reply.Bytes);
        // RFC 3261 8.2.6.2: a 100 may do without a To tag, and as it is hop by hop it does.
        ReplyBuilder.Write(ref writer, request, code, reason, code == 100 ? default : tag, extra.Span, frame.ReplyContentType.Span,
            frame.ReplyBody.Span, server);
        reply.Length = writer.Length;
        if (!writer.Overflowed)
        {
            frame.Context.Outbox.Add(request.Local, ReplyDestination.For(request), reply);
            host.Counters.Add(Counter.StatelessReplies);
            frame.Handled = true;
            frame.Answered |= code >= 200;
        }
        reply.Release();
        return !writer.Overflowed;
    }

    public bool IsAckToOwnReply(SipMessage ack)
    {
        Span<byte> tag = stackalloc byte[ReplyTags.Length];
        ReplyTags.Write(ack, tag);
        return ack.Method == SipMethod.Ack && ack[ack.To.Tag].SequenceEqual(tag);
    }
}
