using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of the message as received: start line, headers, body.</summary>
internal sealed class MessageVariables : ScriptModule
{
    [SipVariable("rm", "The method; in a reply that of its CSeq.")]
    public Value Method(Frame frame) => Value.FromSlice(frame.Message, frame.Message.MethodText);

    [SipVariable("rs", "Status code of a reply; null in a request.")]
    public Value StatusCode(Frame frame)
    {
        var message = frame.Message;
        // A reply route may have changed it, so the bytes do not tell.
        return message.IsRequest ? Value.Null : Value.FromBoth(message.StatusCode, Value.FromInt(message.StatusCode).ToText(frame.Arena));
    }

    [SipVariable("rr", "Reason phrase of a reply; null in a request.")]
    public Value Reason(Frame frame) => frame.Message.IsRequest ? Value.Null : Value.FromText(frame.Message.Text(frame.Message.Reason));

    [SipVariable("mb", "The whole message as received.")]
    public Value Whole(Frame frame) => Value.FromText(new Utf8Text(frame.Message.Buffer, 0, frame.Message.Length));

    [SipVariable("ml", "Length of the message in bytes.")]
    public Value Length(Frame frame) => Value.FromInt(frame.Message.Length);

    [SipVariable("mi", "Running number of the message in this process.")]
    public Value Id(Frame frame) => Value.FromInt(frame.Message.Id);

    [SipVariable("mt", "1 for a request, 2 for a reply.")]
    public Value Type(Frame frame) => Value.FromInt(frame.Message.IsRequest ? 1 : 2);

    [SipVariable("rb", "The body; null when there is none.")]
    public Value Body(Frame frame) => frame.Message.Body.IsEmpty ? Value.Null : Value.FromText(frame.Message.Text(frame.Message.Body));

    [SipVariable("bs", "Length of the body in bytes.")]
    public Value BodySize(Frame frame) => Value.FromInt(frame.Message.Body.Length);

    [SipVariable("cl", "Content-Length as written; null when the header is missing.")]
    public Value ContentLength(Frame frame) => NumberHeader(frame.Message, frame.Message.ContentLength, HeaderId.ContentLength);

    [SipVariable("cT", "Content-Type; null when the header is missing.")]
    public Value ContentType(Frame frame) => First(frame, HeaderId.ContentType);

    [SipVariable("ci", "Call-ID.")]
    public Value CallId(Frame frame) => Value.FromSlice(frame.Message, frame.Message.CallId);

    [SipVariable("cs", "Sequence number of the CSeq.")]
    public Value CSeq(Frame frame)
    {
        ref readonly var cseq = ref frame.Message.CSeq;
        return cseq.NumberText.IsPresent ? Value.FromBoth(cseq.Number, frame.Message.Text(cseq.NumberText)) : Value.Null;
    }

    [SipVariable("csb", "CSeq as written: number and method.")]
    public Value CSeqBody(Frame frame) => First(frame, HeaderId.CSeq);

    [SipVariable("rv", "Version of SIP in the start line.")]
    public Value SipVersion(Frame frame)
    {
        var line = frame.Message.Text(frame.Message.StartLine);
        const int Length = 7;
        return line.Length < Length ? Value.Null : Value.FromText(line[frame.Message.IsRequest ? new Slice(line.Length - Length, Length) : new Slice(0, Length)]);
    }

    [SipVariable("mbu", "The whole message with the changes made to it so far.")]
    public Value Changed(Frame frame)
    {
        var message = frame.Message;
        if (frame.Edits.Count == 0)
            return Whole(frame);
        var writer = new SpanWriter(frame.Arena.Reserve(MessageWriter.UpperBound(message, frame.Edits, 0)));
        MessageWriter.WriteOwn(ref writer, message, frame.Edits, message.Local);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    [SipVariable("msg", "The message in parts: buf all of it, len its length, hdrs the headers, fline the start line, flen its length, body, body_len its length.")]
    public Value Part(Frame frame, Utf8Text part, int index)
    {
        var message = frame.Message;
        if (part.EqualsIgnoreCase("buf"u8))
            return Whole(frame);
        if (part.EqualsIgnoreCase("len"u8))
            return Length(frame);
        if (part.EqualsIgnoreCase("body"u8))
            return Body(frame);
        if (part.EqualsIgnoreCase("body_len"u8))
            return BodySize(frame);
        if (part.EqualsIgnoreCase("fline"u8))
            return Value.FromText(message.Text(message.StartLine));
        if (part.EqualsIgnoreCase("flen"u8))
            return Value.FromInt(message.StartLine.Length);
        if (!part.EqualsIgnoreCase("hdrs"u8) || message.HeaderCount == 0)
            return Value.Null;
        return Value.FromText(message.Text(Slice.Between(message.Header(0).Line.Offset, message.HeadersEnd)));
    }

    [SipVariable("ct", "The first Contact header; null when there is none.")]
    public Value Contact(Frame frame) => First(frame, HeaderId.Contact);

    [SipVariable("ctu", "URI of the first Contact; null when there is none.")]
    public Value ContactUri(Frame frame)
    {
        var value = frame.Message.FirstValue(HeaderId.Contact);
        return value.IsPresent && NameAddrParser.TryParse(frame.Message.Buffer, value.Offset, value.End, out var contact) && !contact.IsStar
            ? Value.FromSlice(frame.Message, contact.Uri)
            : Value.Null;
    }

    [SipVariable("cts", "1 when the Contact is *, else 0.")]
    public Value ContactIsStar(Frame frame) => Value.FromInt(First(frame, HeaderId.Contact).Text.EqualsIgnoreCase("*"u8) ? 1 : 0);

    [SipVariable("ua", "User-Agent; null when the header is missing.")]
    public Value UserAgent(Frame frame) => First(frame, HeaderId.UserAgent);

    [SipVariable("hdr", "The value of the header line of that name and index, counted from 0, from the last with a negative one; [*] is all of them with commas.")]
    public Value Header(Frame frame, HeaderName name, int index)
    {
        var message = frame.Message;
        if (index == SipVariableAttribute.AllValues)
            return AllHeaders(frame, name);
        if (index < 0)
            index += Count(message, name);
        if (index < 0)
            return Value.Null;
        var row = message.FindNext(name.Id, name.Name.Span, -1);
        while (row >= 0 && index-- > 0)
            row = message.FindNext(name.Id, name.Name.Span, row);
        return row < 0 ? Value.Null : Value.FromText(message.Text(message.Header(row).Value));
    }

    [SipVariable("hdrc", "Number of header lines of that name.")]
    public Value HeaderCount(Frame frame, HeaderName name, int index) => Value.FromInt(Count(frame.Message, name));

    private static Value First(Frame frame, HeaderId id) => Value.FromSlice(frame.Message, frame.Message.FirstValue(id));

    private static Value NumberHeader(SipMessage message, int number, HeaderId id) =>
        number < 0 ? Value.Null : Value.FromBoth(number, message.Text(message.FirstValue(id)));

    private static int Count(SipMessage message, HeaderName name)
    {
        var count = 0;
        for (var row = message.FindNext(name.Id, name.Name.Span, -1); row >= 0; row = message.FindNext(name.Id, name.Name.Span, row))
            count++;
        return count;
    }

    private static Value AllHeaders(Frame frame, HeaderName name)
    {
        var message = frame.Message;
        var length = 0;
        for (var row = message.FindNext(name.Id, name.Name.Span, -1); row >= 0; row = message.FindNext(name.Id, name.Name.Span, row))
            length += message.Header(row).Value.Length + 1;
        if (length == 0)
            return Value.Null;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        for (var row = message.FindNext(name.Id, name.Name.Span, -1); row >= 0; row = message.FindNext(name.Id, name.Name.Span, row))
        {
            if (writer.Length > 0)
                writer.Write((byte)',');
            writer.Write(message[message.Header(row).Value]);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }
}
