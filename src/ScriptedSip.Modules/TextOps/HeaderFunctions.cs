using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>
/// Functions on header fields and message types, which textops and sipmsgops share. What they change is seen in what is sent, not by later
/// look-ups of the same run.
/// </summary>
internal abstract class HeaderFunctions : HeaderValueFunctions
{
    protected const RouteKinds Requests = RouteKinds.RequestOrFailureOrBranch | RouteKinds.Local | RouteKinds.Error | RouteKinds.BranchFailure | RouteKinds.Event;

    [SipFunction("append_hf", RouteKinds.Any, "Adds a header line behind the others; 1. A missing line end is added.")]
    public Outcome AppendHeader(Frame frame, Utf8Text line) => Insert(frame, frame.Message.HeadersEnd, line);

    [SipFunction("append_hf", RouteKinds.Any, "Adds a header line behind the first one of the given name, at the end when there is none; 1.")]
    public Outcome AppendHeader(Frame frame, Utf8Text line, HeaderName after)
    {
        var message = frame.Message;
        var row = message.FindNext(after.Id, after.Name.Span, -1);
        return Insert(frame, row < 0 ? message.HeadersEnd : message.Header(row).Line.End, line);
    }

    [SipFunction("insert_hf", RouteKinds.Any, "Adds a header line in front of the others; 1. A missing line end is added.")]
    public Outcome InsertHeader(Frame frame, Utf8Text line) => Insert(frame, FirstHeader(frame.Message), line);

    [SipFunction("insert_hf", RouteKinds.Any, "Adds a header line in front of the first one of the given name, in front of all when there is none; 1.")]
    public Outcome InsertHeader(Frame frame, Utf8Text line, HeaderName before)
    {
        var message = frame.Message;
        var row = message.FindNext(before.Id, before.Name.Span, -1);
        return Insert(frame, row < 0 ? FirstHeader(message) : message.Header(row).Line.Offset, line);
    }

    [SipFunction("append_urihf", Requests, "Adds a header line made of a prefix, the Request-URI as received and a suffix with the line end; 1.")]
    public Outcome AppendUriHeader(Frame frame, Utf8Text prefix, Utf8Text suffix)
    {
        var message = frame.Message;
        var line = frame.Arena.Concat(frame.Arena.Concat(prefix.Span, message[message.RequestUri]).Span, suffix.Span);
        return Insert(frame, message.HeadersEnd, line);
    }

    [SipFunction("remove_hf", RouteKinds.Any, "Removes all header lines of a name, in which '*' stands for any text; 1 when there was one, else -1.", Aliases = "remove_hf_glob")]
    public Outcome RemoveHeader(Frame frame, HeaderName name)
    {
        var message = frame.Message;
        var removed = false;
        if (name.Id == HeaderId.Other && name.Name.Span.Contains((byte)'*'))
        {
            for (var row = 0; row < message.HeaderCount; row++)
            {
                ref readonly var header = ref message.Header(row);
                if (Glob.IsMatch(name.Name.Span, message[header.Name]))
                    removed |= frame.Edits.Delete(header.Line);
            }
            return Outcome.From(removed);
        }
        for (var row = message.FindNext(name.Id, name.Name.Span, -1); row >= 0; row = message.FindNext(name.Id, name.Name.Span, row))
            removed |= frame.Edits.Delete(message.Header(row).Line);
        return Outcome.From(removed);
    }

    [SipFunction("remove_hf_re", RouteKinds.Any, "Removes all header lines whose name matches a regular expression; 1 when there was one, else -1.")]
    public Outcome RemoveMatchingHeaders(Frame frame, BytePattern name)
    {
        var message = frame.Message;
        var removed = false;
        for (var row = 0; row < message.HeaderCount; row++)
        {
            ref readonly var header = ref message.Header(row);
            if (name.IsMatch(frame, message[header.Name]))
                removed |= frame.Edits.Delete(header.Line);
        }
        return Outcome.From(removed);
    }

    [ResultMatters]
    [SipFunction("is_present_hf", RouteKinds.Any, "1 when the message came with a header of that name, else -1.")]
    public Outcome IsPresent(Frame frame, HeaderName name) => Outcome.From(frame.Message.FindNext(name.Id, name.Name.Span, -1) >= 0);

    [SipFunction("append_to_reply", Requests, "Adds a header line to the replies made here for this request; 1. A missing line end is added.")]
    public Outcome AppendToReply(Frame frame, Utf8Text line)
    {
        frame.ReplyHeaders = frame.Arena.Concat(frame.ReplyHeaders.Span, WithLineEnd(frame, line).Span);
        return Outcome.True;
    }

    [SipFunction("append_time", Requests, "Adds a Date header to the replies made here for this request; 1.")]
    public Outcome AppendTime(Frame frame)
    {
        // RFC 3261 20.17: always GMT, in the form of RFC 1123.
        Span<byte> line = stackalloc byte[48];
        var writer = new SpanWriter(line);
        writer.Write("Date: "u8);
        frame.Context.Clock.UtcNow.TryFormat(writer.Rest, out var written, "r", CultureInfo.InvariantCulture);
        writer.Advance(written);
        writer.Write("\r\n"u8);
        frame.ReplyHeaders = frame.Arena.Concat(frame.ReplyHeaders.Span, writer.Written);
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("is_method", RouteKinds.Any, "1 when the method (in a reply that of its CSeq) is one of those given with '|' between them, else -1.")]
    public Outcome IsMethod(Frame frame, Utf8Text methods) =>
        Outcome.From(Tokens.Contains(methods.Span, frame.Message[frame.Message.MethodText], (byte)'|', ignoreCase: false));

    [ResultMatters]
    [SipFunction("has_body", RouteKinds.Any, "1 when the message has a body, of the given Content-Type if one is given, else -1.")]
    public Outcome HasBody(Frame frame, Utf8Text type = default)
    {
        var message = frame.Message;
        if (message.Body.IsEmpty)
            return Outcome.False;
        return Outcome.From(type.IsEmpty || ContentTypes.IsOfType(message[message.FirstValue(HeaderId.ContentType)], type.Span));
    }

    [ResultMatters]
    [SipFunction("is_privacy", RouteKinds.Any, "1 when the Privacy header names the given type (RFC 3323: user, header, session, none, critical, id), else -1.")]
    public Outcome IsPrivacy(Frame frame, Utf8Text type)
    {
        var message = frame.Message;
        for (var row = message.First(HeaderId.Privacy); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message[message.Header(row).Value];
            if (Tokens.Contains(value, type.Span, (byte)';', ignoreCase: true) || Tokens.Contains(value, type.Span, (byte)',', ignoreCase: true))
                return Outcome.True;
        }
        return Outcome.False;
    }

    /// <summary>Adds a header line at an offset, with a line end if it comes without.</summary>
    protected static Outcome Insert(Frame frame, int at, Utf8Text line)
    {
        var span = line.Span;
        if (span.IsEmpty)
            return Outcome.False;
        if (span.EndsWith("\n"u8))
            frame.Edits.Insert(at, span);
        else
            frame.Edits.Insert(at, span, "\r\n"u8);
        return Outcome.True;
    }

    private static Utf8Text WithLineEnd(Frame frame, Utf8Text line) =>
        line.IsEmpty || line.Span.EndsWith("\n"u8) ? line : frame.Arena.Concat(line.Span, "\r\n"u8);

    private static int FirstHeader(SipMessage message) => message.HeaderCount == 0 ? message.HeadersEnd : message.Header(0).Line.Offset;
}
