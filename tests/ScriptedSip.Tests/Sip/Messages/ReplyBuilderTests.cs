using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Messages;

public sealed class ReplyBuilderTests
{
    [Test]
    public void Reply_copies_what_rfc3261_8_2_6_names()
    {
        var request = Sample.Parse(Sample.InviteWith("Max-Forwards", "Record-Route: <sip:p1.example.com;lr>\nVia: SIP/2.0/TCP far.example.com"));
        Assert.That(Build(request, 180), Is.EqualTo("""
            SIP/2.0 180 Ringing
            Via: SIP/2.0/UDP pc33.atlanta.example.com:5062;branch=z9hG4bK776asdhds
            Via: SIP/2.0/TCP far.example.com
            Record-Route: <sip:p1.example.com;lr>
            From: "Alice" <sip:alice@atlanta.example.com>;tag=1928301774
            To: Bob <sip:bob@biloxi.example.com>;tag=mine
            Call-ID: a84b4c76e66710@pc33.atlanta.example.com
            CSeq: 314159 INVITE
            Content-Length: 0


            """.ReplaceLineEndings("\r\n")));
    }

    // RFC 3261 12.1.1 asks for Record-Route where a dialog may begin, 8.2.6.2 for no tag in a 100.
    [Test]
    public void Trying_has_neither_tag_nor_record_route_but_the_timestamp()
    {
        var request = Sample.Parse(Sample.InviteWith("Max-Forwards", "Record-Route: <sip:p1.example.com;lr>\nTimestamp: 54"));
        var reply = Build(request, 100);
        Assert.That(reply, Does.Not.Contain("tag=mine"));
        Assert.That(reply, Does.Not.Contain("Record-Route"));
        Assert.That(reply, Does.Contain("\r\nTimestamp: 54\r\n"));
    }

    [Test]
    public void Tag_of_the_request_stays()
    {
        var reply = Build(Sample.Parse(Sample.InviteWith("To", "To: <sip:bob@example.com>;tag=theirs")), 404);
        Assert.That(reply, Does.Contain("\r\nTo: <sip:bob@example.com>;tag=theirs\r\n"));
    }

    [Test]
    public void Stamp_goes_into_the_first_via_only()
    {
        var request = Sample.Parse(Sample.InviteWith("Via", "Via: SIP/2.0/UDP a.example.com;rport, SIP/2.0/UDP b.example.com;rport"));
        request.Source = new SipEndpoint(TransportProtocol.Udp, 0x0A000009, 5099);
        request.Stamp = ViaStamps.For(request);
        Assert.That(Build(request, 200), Does.Contain("\r\nVia: SIP/2.0/UDP a.example.com;rport=5099;received=10.0.0.9, SIP/2.0/UDP b.example.com;rport\r\n"));
    }

    [Test]
    public void Body_and_extra_headers_are_framed()
    {
        var writer = new SpanWriter(new byte[2048]);
        ReplyBuilder.Write(ref writer, Sample.Parse(Sample.Invite), 200, "Fine"u8, "t"u8, "X-A: 1\r\nX-B: 2\r\n"u8, "text/plain"u8, "hello"u8, "Server: me\r\n"u8);
        var reply = Sample.Parse(writer.Written.ToArray());
        Assert.That(reply.Failure, Is.EqualTo(ParseFailure.None));
        Assert.That(reply.Cut(reply.Reason), Is.EqualTo("Fine"));
        Assert.That(reply.Cut(reply.Body), Is.EqualTo("hello"));
        Assert.That(reply.Cut(reply.FirstValue(HeaderId.ContentType)), Is.EqualTo("text/plain"));
        Assert.That(reply.Cut(reply.FirstValue(HeaderId.Server)), Is.EqualTo("me"));
        Assert.That(reply.Find("x-b"u8), Is.GreaterThan(reply.Find("x-a"u8)));
    }

    [Test]
    public void Refused_requests_are_answered_with_what_they_have()
    {
        var request = Sample.Parse(Sample.InviteWith("From", "").Replace("CSeq: 314159 INVITE", "CSeq: x", StringComparison.Ordinal));
        Assert.That(request.Failure, Is.EqualTo(ParseFailure.MissingFrom));
        var reply = Build(request, 400);
        Assert.That(reply, Does.Contain("\r\nTo: Bob <sip:bob@biloxi.example.com>;tag=mine\r\nCall-ID: a84b"));
        Assert.That(reply, Does.Contain("\r\nCSeq: x\r\n"));
        Assert.That(reply, Does.Not.Contain("From"));
    }

    [Test]
    public void A_via_that_cannot_be_read_goes_back_unchanged()
    {
        var request = Sample.Parse(Sample.InviteWith("Via", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,"));
        request.Source = new SipEndpoint(TransportProtocol.Udp, 0x0A000009, 5099);
        request.Stamp = ViaStamps.For(request);
        Assert.That(Build(request, 400), Does.StartWith("SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n"));
        Assert.That(ReplyDestination.For(request), Is.EqualTo(request.Source));
    }

    [Test]
    public void A_header_that_stands_twice_is_answered_once()
    {
        var reply = Build(Sample.Parse(Sample.InviteWith("CSeq", "CSeq: 314159 INVITE\nCSeq: 2 INVITE")), 400);
        Assert.That(reply.Split("CSeq").Length, Is.EqualTo(2));
    }

    [Test]
    public void Tags_are_the_same_for_the_same_request_and_differ_for_another()
    {
        Span<byte> first = stackalloc byte[ReplyTags.Length];
        Span<byte> second = stackalloc byte[ReplyTags.Length];
        ReplyTags.Write(Sample.Parse(Sample.Invite), first);
        ReplyTags.Write(Sample.Parse(Sample.InviteWith("Max-Forwards", "Max-Forwards: 9")), second);
        Assert.That(first.SequenceEqual(second));
        ReplyTags.Write(Sample.Parse(Sample.InviteWith("Call-ID", "Call-ID: other")), second);
        Assert.That(first.SequenceEqual(second), Is.False);
    }

    private static string Build(SipMessage request, int code)
    {
        var writer = new SpanWriter(new byte[4096]);
        ReplyBuilder.Write(ref writer, request, code, StatusCodes.ReasonOf(code), "mine"u8);
        Assert.That(writer.Overflowed, Is.False);
        return Encoding.UTF8.GetString(writer.Written);
    }
}
