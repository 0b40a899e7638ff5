using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Messages;

/// <summary>Writes outgoing copies of a received message: original bytes plus edits, in a single forward pass.</summary>
public static class MessageWriter
{
    /// <summary>Room to ask for: the original, all inserted text, and what a Via, a stamp, a Content-Length and deferred texts may add.</summary>
    public static int UpperBound(SipMessage message, MessageEdits? edits, int extra) =>
        message.Length + extra + 192 + (edits is null ? 0 : edits.InsertedLength + (edits.Count * 256));

    /// <summary>Room to ask for when a reply goes on: its topmost Via goes, a Content-Length may come.</summary>
    public static int UpperBoundOfReply(SipMessage reply, MessageEdits? edits) => edits is { Count: > 0 } ? UpperBound(reply, edits, 0) : reply.Length + 32;

    /// <summary>
    /// Writes a request to be forwarded (RFC 3261 16.6): the Request-URI replaced when one is given, the own Via in front of the others, the received
    /// topmost Via stamped, edits applied, all else byte for byte.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="message">The request as received.</param>
    /// <param name="edits">Changes to it.</param>
    /// <param name="requestUri">New Request-URI; empty to keep the received one.</param>
    /// <param name="outbound">Socket it leaves through.</param>
    /// <param name="branch">Branch of the own Via.</param>
    /// <param name="viaParameters">Further parameters of the own Via, each with its ';'.</param>
    public static void WriteRequest(ref SpanWriter writer, SipMessage message, MessageEdits edits, Utf8Text requestUri, ListenSocket outbound,
        scoped ReadOnlySpan<byte> branch, scoped ReadOnlySpan<byte> viaParameters)
    {
        var copy = new Copy(message, edits, new SendingContext(message.Local, outbound));
        if (!requestUri.IsEmpty)
        {
            copy.UpTo(ref writer, message.RequestUri.Offset);
            writer.Write(requestUri);
            copy.SkipTo(message.RequestUri.End);
        }
        copy.UpTo(ref writer, message.Header(message.Via.Row).Line.Offset);
        writer.Write(outbound.ViaPrefix);
        writer.Write(branch);
        writer.Write(viaParameters);
        writer.Write("\r\n"u8);
        copy.UpToStamped(ref writer);
        copy.Headers(ref writer, needsLength: outbound.Protocol != TransportProtocol.Udp);
    }

    /// <summary>
    /// Writes a received reply for the hop it came from (RFC 3261 16.7, step 3): without its topmost Via value, edits applied, the rest byte for byte.
    /// A missing Content-Length is added, since the next hop may be a stream.
    /// </summary>
    public static void WriteReply(ref SpanWriter writer, SipMessage reply, MessageEdits? edits)
    {
        var copy = new Copy(reply, edits, new SendingContext(reply.Local, reply.Local));
        ref readonly var row = ref reply.Header(reply.Via.Row);
        if (reply.Via.IsFollowed)
        {
            copy.UpTo(ref writer, reply.Via.Whole.Offset);
            var rest = reply.Buffer.AsSpan(reply.Via.Whole.End, row.Value.End - reply.Via.Whole.End);
            var next = rest.IndexOf((byte)',') + 1;
            copy.SkipTo(reply.Via.Whole.End + SipChars.SkipWhiteSpace(rest, next, rest.Length));
        }
        else
        {
            copy.UpTo(ref writer, row.Line.Offset);
            copy.InsertionsAt(ref writer, row.Line.Offset);
            copy.SkipTo(row.Line.End);
        }
        copy.Headers(ref writer, needsLength: true);
    }

    /// <summary>Writes a request this server has made once more, with edits applied; its Via stays as it is.</summary>
    public static void WriteOwn(ref SpanWriter writer, SipMessage request, MessageEdits edits, ListenSocket outbound)
    {
        var copy = new Copy(request, edits, new SendingContext(outbound, outbound));
        copy.Headers(ref writer, needsLength: true);
    }

    /// <summary>The pass over the original: where it is, and which edit comes next.</summary>
    private ref struct Copy(SipMessage message, MessageEdits? edits, SendingContext sending)
    {
        // Empty lines in front of the start line stay behind: on a stream they would be a keep-alive.
        private int _at = message.StartLine.Offset;
        private int _edit;

        /// <summary>Copies up to an offset, with the edits before it.</summary>
        public void UpTo(ref SpanWriter writer, int end)
        {
            while (edits is not null && _edit < edits.Count && edits.All[_edit].At < end)
                Apply(ref writer, edits.All[_edit++]);
            if (_at >= end)
                return;
            writer.Write(message.Span[_at..end]);
            _at = end;
        }

        /// <summary>Applies what was inserted in front of a part that is about to be skipped.</summary>
        public void InsertionsAt(ref SpanWriter writer, int at)
        {
            for (; edits is not null && _edit < edits.Count && edits.All[_edit].At == at; _edit++)
            {
                if (edits.All[_edit].DeleteLength == 0)
                    Apply(ref writer, edits.All[_edit]);
            }
        }

        /// <summary>Leaves out what lies before an offset, edits included.</summary>
        public void SkipTo(int end)
        {
            while (edits is not null && _edit < edits.Count && edits.All[_edit].At < end)
                _edit++;
            _at = Math.Max(_at, end);
        }

        /// <summary>Copies the topmost Via with what the receiving side adds to it (RFC 3261 18.2.1, RFC 3581 4).</summary>
        public void UpToStamped(ref SpanWriter writer)
        {
            if (message.Stamp == ViaStamp.None)
                return;
            UpTo(ref writer, message.Via.Whole.Offset);
            if (_at > message.Via.Whole.Offset)
                return;
            ViaStamps.WriteStamped(ref writer, message);
            SkipTo(message.Via.Whole.End);
        }

        /// <summary>Copies the rest; Content-Length follows the body when edits have changed its length, and is added where a stream needs one.</summary>
        public void Headers(ref SpanWriter writer, bool needsLength)
        {
            var bodyLength = message.Body.Length + BodyGrowth();
            var row = message.First(HeaderId.ContentLength);
            if (row < 0)
            {
                // Edits at the end of the headers come first, so that the line stands behind them.
                UpTo(ref writer, message.HeadersEnd);
                while (edits is not null && _edit < edits.Count && edits.All[_edit].At == message.HeadersEnd)
                    Apply(ref writer, edits.All[_edit++]);
                if (needsLength)
                {
                    writer.Write("Content-Length: "u8);
                    writer.Write(bodyLength);
                    writer.Write("\r\n"u8);
                }
            }
            else if (bodyLength != message.Body.Length)
            {
                var value = message.Header(row).Value;
                UpTo(ref writer, value.Offset);
                if (_at == value.Offset)
                {
                    writer.Write(bodyLength);
                    SkipTo(value.End);
                }
            }
            UpTo(ref writer, message.Length);
            while (edits is not null && _edit < edits.Count)
                Apply(ref writer, edits.All[_edit++]);
        }

        private void Apply(ref SpanWriter writer, in Edit edit)
        {
            if (edit.At > _at)
            {
                writer.Write(message.Span[_at..edit.At]);
                _at = edit.At;
            }
            // What lies inside a part that is deleted already goes with it.
            else if (edit.At < _at)
            {
                _at = Math.Max(_at, edit.At + edit.DeleteLength);
                return;
            }
            if (edit.Deferred is null)
                writer.Write(edits!.TextOf(edit));
            else
                edit.Deferred.Write(ref writer, edits!.TextOf(edit), sending);
            _at += edit.DeleteLength;
        }

        private readonly int BodyGrowth()
        {
            if (edits is null)
                return 0;
            var growth = 0;
            var start = message.Body.IsPresent ? message.Body.Offset : message.Length;
            var at = start;
            foreach (ref readonly var edit in edits.All)
            {
                if (edit.At < start)
                    continue;
                // As in Apply: an edit inside a deleted part only deletes what it reaches beyond it.
                var isInside = edit.At < at;
                var end = Math.Max(at, edit.At + edit.DeleteLength);
                growth += isInside ? at - end : edit.Insert.Length - edit.DeleteLength;
                at = end;
            }
            return growth;
        }
    }
}
