namespace ScriptedSip.Sip.Messages;

/// <summary>Builds replies to requests (RFC 3261 8.2.6). Works on requests whose parsing failed: what is there is copied.</summary>
public static class ReplyBuilder
{
    /// <param name="writer">Where to.</param>
    /// <param name="request">The request; its stamp is written into the topmost Via.</param>
    /// <param name="code">100–699.</param>
    /// <param name="reason">Reason phrase.</param>
    /// <param name="toTag">Tag to give the To when it has none; not used in a 100.</param>
    /// <param name="extraHeaders">Whole lines with CRLF.</param>
    /// <param name="contentType">Content-Type of the body; empty when there is none or the extra headers have it.</param>
    /// <param name="body">Body; empty for none.</param>
    /// <param name="serverHeader">A Server line with CRLF; empty for none.</param>
    public static void Write(ref SpanWriter writer, SipMessage request, int code, scoped ReadOnlySpan<byte> reason, scoped ReadOnlySpan<byte> toTag,
        scoped ReadOnlySpan<byte> extraHeaders = default, scoped ReadOnlySpan<byte> contentType = default, scoped ReadOnlySpan<byte> body = default,
        scoped ReadOnlySpan<byte> serverHeader = default)
    {
        writer.Write("SIP/2.0 "u8);
        writer.Write(code);
        writer.Write((byte)' ');
        // A reason may be made from text of the network; it ends where its line does.
        var lineEnd = reason.IndexOfAny((byte)'\r', (byte)'\n');
        writer.Write(lineEnd < 0 ? reason : reason[..lineEnd]);
        writer.Write("\r\n"u8);
        WriteVias(ref writer, request);
        // RFC 3261 12.1.1: the route set of the dialog a reply may create.
        if (code is > 100 and < 300)
            WriteLines(ref writer, request, HeaderId.RecordRoute);
        WriteFirst(ref writer, request, HeaderId.From);
        WriteTo(ref writer, request, code > 100 ? toTag : default);
        WriteFirst(ref writer, request, HeaderId.CallId);
        WriteFirst(ref writer, request, HeaderId.CSeq);
        // 8.2.6.1: a 100 carries the Timestamp of the request.
        if (code == 100)
            WriteFirst(ref writer, request, HeaderId.Timestamp);
        writer.Write(serverHeader);
        writer.Write(extraHeaders);
        if (!body.IsEmpty && !contentType.IsEmpty)
        {
            writer.Write("Content-Type: "u8);
            writer.Write(contentType);
            writer.Write("\r\n"u8);
        }
        writer.Write("Content-Length: "u8);
        writer.Write(body.Length);
        writer.Write("\r\n\r\n"u8);
        writer.Write(body);
    }

    private static void WriteVias(ref SpanWriter writer, SipMessage request)
    {
        for (var row = request.First(HeaderId.Via); row >= 0; row = request.Header(row).NextSame)
        {
            ref readonly var header = ref request.Header(row);
            // A Via that could not be read goes back as it came.
            if (row != request.Via.Row || request.Stamp == ViaStamp.None || !request.Via.Whole.IsPresent)
            {
                WriteLine(ref writer, request, header);
                continue;
            }
            writer.Write("Via: "u8);
            ViaStamps.WriteStamped(ref writer, request);
            writer.Write(request[Slice.Between(request.Via.Whole.End, header.Value.End)]);
            writer.Write("\r\n"u8);
        }
    }

    private static void WriteTo(ref SpanWriter writer, SipMessage request, scoped ReadOnlySpan<byte> tag)
    {
        var row = request.First(HeaderId.To);
        if (row < 0)
            return;
        ref readonly var header = ref request.Header(row);
        if (tag.IsEmpty || request.To.Tag.IsPresent || !request.To.Whole.IsPresent)
        {
            WriteLine(ref writer, request, header);
            return;
        }
        writer.Write(request[header.Name]);
        writer.Write(": "u8);
        writer.Write(request[header.Value]);
        writer.Write(";tag="u8);
        writer.Write(tag);
        writer.Write("\r\n"u8);
    }

    private static void WriteLines(ref SpanWriter writer, SipMessage request, HeaderId id)
    {
        for (var row = request.First(id); row >= 0; row = request.Header(row).NextSame)
            WriteLine(ref writer, request, request.Header(row));
    }

    /// <summary>A header that may stand once is copied once, even from a request that is refused for having it twice.</summary>
    private static void WriteFirst(ref SpanWriter writer, SipMessage request, HeaderId id)
    {
        var row = request.First(id);
        if (row >= 0)
            WriteLine(ref writer, request, request.Header(row));
    }

    private static void WriteLine(ref SpanWriter writer, SipMessage request, in HeaderRow header)
    {
        writer.Write(request[header.Name]);
        writer.Write(": "u8);
        writer.Write(request[header.Value]);
        writer.Write("\r\n"u8);
    }
}
