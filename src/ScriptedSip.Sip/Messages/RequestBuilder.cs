namespace ScriptedSip.Sip.Messages;

/// <summary>Builds the requests a proxy makes itself, out of the INVITE it sent: ACK and CANCEL.</summary>
public static class RequestBuilder
{
    /// <summary>The ACK to a 300–699 (RFC 3261 17.1.1.3): Request-URI, topmost Via, From, Call-ID, Route and CSeq number of the INVITE, To of the reply.</summary>
    public static void WriteAck(ref SpanWriter writer, SipMessage sentInvite, SipMessage reply, in FollowingHeaders following = default)
    {
        WriteStart(ref writer, "ACK "u8, sentInvite);
        writer.Write("To: "u8);
        writer.Write(reply[reply.FirstValue(HeaderId.To)]);
        writer.Write("\r\n"u8);
        WriteEnd(ref writer, "ACK"u8, sentInvite, following);
    }

    /// <summary>The CANCEL of an INVITE (RFC 3261 9.1): like it in Request-URI, topmost Via, From, To, Call-ID, Route and CSeq number.</summary>
    public static void WriteCancel(ref SpanWriter writer, SipMessage sentInvite, in FollowingHeaders following = default)
    {
        WriteStart(ref writer, "CANCEL "u8, sentInvite);
        WriteHeader(ref writer, "To: "u8, sentInvite, HeaderId.To);
        WriteEnd(ref writer, "CANCEL"u8, sentInvite, following);
    }

    private static void WriteStart(ref SpanWriter writer, scoped ReadOnlySpan<byte> method, SipMessage invite)
    {
        writer.Write(method);
        writer.Write(invite[invite.RequestUri]);
        writer.Write(" SIP/2.0\r\nVia: "u8);
        writer.Write(invite[invite.Via.Whole]);
        writer.Write("\r\n"u8);
        for (var row = invite.First(HeaderId.Route); row >= 0; row = invite.Header(row).NextSame)
        {
            writer.Write("Route: "u8);
            writer.Write(invite[invite.Header(row).Value]);
            writer.Write("\r\n"u8);
        }
        WriteHeader(ref writer, "From: "u8, invite, HeaderId.From);
    }

    private static void WriteEnd(ref SpanWriter writer, scoped ReadOnlySpan<byte> method, SipMessage invite, in FollowingHeaders following)
    {
        WriteHeader(ref writer, "Call-ID: "u8, invite, HeaderId.CallId);
        writer.Write("CSeq: "u8);
        writer.Write(invite[invite.CSeq.NumberText]);
        writer.Write((byte)' ');
        writer.Write(method);
        writer.Write("\r\nMax-Forwards: 70\r\n"u8);
        following.Write(ref writer, invite);
        writer.Write("Content-Length: 0\r\n\r\n"u8);
    }

    private static void WriteHeader(ref SpanWriter writer, scoped ReadOnlySpan<byte> name, SipMessage message, HeaderId id)
    {
        writer.Write(name);
        writer.Write(message[message.FirstValue(id)]);
        writer.Write("\r\n"u8);
    }
}
