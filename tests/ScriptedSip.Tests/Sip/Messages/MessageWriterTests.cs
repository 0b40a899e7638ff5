using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Messages;

public sealed class MessageWriterTests
{
    private static readonly ListenSocket Udp = new(0, new SipEndpoint(TransportProtocol.Udp, 0x0A000001, 5060));
    private static readonly ListenSocket Tcp = new(1, new SipEndpoint(TransportProtocol.Tcp, 0x0A000001, 5080));

    private readonly MessageEdits _edits = new();

    [SetUp]
    public void ForgetEdits() => _edits.Clear();

    [Test]
    public void Request_gets_a_via_in_front_and_keeps_every_other_byte()
    {
        var message = Sample.Parse(Sample.Invite);
        var expected = Sample.Invite.Replace("Via: SIP/2.0/UDP pc33", "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKown;i=1\nVia: SIP/2.0/UDP pc33", StringComparison.Ordinal);
        Assert.That(Forward(message), Is.EqualTo(Crlf(expected)));
    }

    [Test]
    public void Request_uri_is_replaced_when_one_is_given()
    {
        var written = Forward(Sample.Parse(Sample.Invite), requestUri: "sip:bob@192.0.2.4:5071");
        Assert.That(written, Does.StartWith("INVITE sip:bob@192.0.2.4:5071 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch"));
    }

    [Test]
    public void Octets_behind_the_Content_Length_do_not_travel()
    {
        var message = Sample.Parse(Sample.Invite + "trailing");
        Assert.That(Forward(message), Does.EndWith("\r\n\r\nbody"));
    }

    [Test]
    public void Empty_lines_before_the_start_line_do_not_travel() =>
        Assert.That(Forward(Sample.Parse("\n\n" + Sample.Invite)), Does.StartWith("INVITE"));

    // RFC 3261 18.2.1, RFC 3581 4.
    [TestCase("", ViaStamp.None, "")]
    [TestCase("", ViaStamp.Received, ";received=10.0.0.9")]
    [TestCase("", ViaStamp.Received | ViaStamp.Rport, ";received=10.0.0.9;rport=5099")]
    [TestCase(";rport", ViaStamp.Received | ViaStamp.Rport, ";rport=5099;received=10.0.0.9")]
    [TestCase(";rport;x=y", ViaStamp.Received | ViaStamp.Rport, ";rport=5099;x=y;received=10.0.0.9")]
    [TestCase(";rport=1;received=192.0.2.1;x", ViaStamp.Received | ViaStamp.Rport, ";rport=5099;received=10.0.0.9;x")]
    [TestCase(";received=192.0.2.1;rport", ViaStamp.Received | ViaStamp.Rport, ";received=10.0.0.9;rport=5099")]
    [TestCase(";received=192.0.2.1", ViaStamp.Received, ";received=10.0.0.9")]
    [TestCase(", SIP/2.0/UDP far.example.com", ViaStamp.Received, ";received=10.0.0.9, SIP/2.0/UDP far.example.com")]
    public void Topmost_via_is_stamped(string tail, ViaStamp stamp, string stamped)
    {
        var message = Sample.Parse(Sample.InviteWith("Via", "Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK7" + tail));
        message.Source = new SipEndpoint(TransportProtocol.Udp, 0x0A000009, 5099);
        message.Stamp = stamp;
        Assert.That(Forward(message), Does.Contain("\r\nVia: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK7" + stamped + "\r\n"));
    }

    [Test]
    public void Edits_are_applied_in_the_order_of_the_message()
    {
        var message = Sample.Parse(Sample.Invite);
        _edits.Insert(message.HeadersEnd, "X-Last: 1\r\n"u8);
        _edits.Replace(message.FirstValue(HeaderId.MaxForwards), "69"u8);
        _edits.Delete(message.Header(message.First(HeaderId.Contact)).Line);
        _edits.Insert(message.HeadersEnd, "X-Last: 2\r\n"u8);
        var written = Forward(message);
        Assert.That(written, Does.Contain("\r\nMax-Forwards: 69\r\nTo: Bob"));
        Assert.That(written, Does.Not.Contain("Contact"));
        Assert.That(written, Does.EndWith("Content-Length: 4\r\nX-Last: 1\r\nX-Last: 2\r\n\r\nbody"));
    }

    [Test]
    public void A_change_inside_a_deleted_line_goes_with_it()
    {
        var message = Sample.Parse(Sample.Invite);
        _edits.Replace(message.FirstValue(HeaderId.MaxForwards), "69"u8);
        _edits.Delete(message.Header(message.First(HeaderId.MaxForwards)).Line);
        var written = Forward(message);
        Assert.That(written, Does.Contain("z9hG4bK776asdhds\r\nTo: Bob"));
        Assert.That(written, Does.Not.Contain("69"));
    }

    [Test]
    public void Content_Length_follows_a_changed_body()
    {
        var message = Sample.Parse(Sample.Invite);
        _edits.Replace(new Slice(message.Body.Offset + 1, 1), "oooooooo"u8);
        Assert.That(Forward(message), Does.EndWith("Content-Length: 11\r\n\r\nboooooooody"));
    }

    [Test]
    public void Content_Length_counts_no_change_that_a_replaced_body_has_swallowed()
    {
        var message = Sample.Parse(Sample.Invite);
        _edits.Replace(new Slice(message.Body.Offset + 1, 1), "oooooooo"u8);
        _edits.Replace(message.Body, "new"u8);
        Assert.That(Forward(message), Does.EndWith("Content-Length: 3\r\n\r\nnew"));
    }

    // RFC 3261 18.3, 20.14.
    [Test]
    public void Content_Length_is_added_where_a_stream_needs_it()
    {
        var message = Sample.Parse(Sample.InviteWith("Content-Length", ""));
        Assert.That(Forward(message, Tcp), Does.EndWith("example.com>\r\nContent-Length: 4\r\n\r\nbody"));
        Assert.That(Forward(message, Udp), Does.EndWith("example.com>\r\n\r\nbody"));
    }

    [Test]
    public void Upper_bound_holds_with_edits_and_stamps()
    {
        var message = Sample.Parse(Sample.InviteWith("Content-Length", ""));
        message.Source = new SipEndpoint(TransportProtocol.Tcp, System.Net.IPAddress.Parse("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"), 65535);
        message.Stamp = ViaStamp.Received | ViaStamp.Rport;
        _edits.Insert(message.HeadersEnd, new byte[700]);
        var extra = Tcp.ViaPrefix.Length + "z9hG4bKown;i=1".Length;
        var writer = new SpanWriter(new byte[MessageWriter.UpperBound(message, _edits, extra)]);
        MessageWriter.WriteRequest(ref writer, message, _edits, default, Tcp, "z9hG4bKown"u8, ";i=1"u8);
        Assert.That(writer.Overflowed, Is.False);
    }

    private const string Reply = """
        SIP/2.0 200 OK
        Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKown
        Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK7
        From: <sip:a@example.com>;tag=1
        To: <sip:b@example.com>;tag=2
        Call-ID: 1@example.com
        CSeq: 1 INVITE
        Content-Length: 0


        """;

    [Test]
    public void Reply_loses_its_topmost_via_line_and_nothing_else()
    {
        var expected = Reply.Replace("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKown\n", "", StringComparison.Ordinal);
        Assert.That(Back(Reply), Is.EqualTo(Crlf(expected)));
    }

    [Test]
    public void Reply_loses_only_the_first_of_several_values()
    {
        var reply = Reply.Replace("z9hG4bKown\nVia: ", "z9hG4bKown ,\n ", StringComparison.Ordinal);
        Assert.That(Back(reply), Does.StartWith("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK7\r\nFrom"));
    }

    [Test]
    public void Reply_keeps_what_was_inserted_before_its_first_header()
    {
        var message = Sample.Parse(Reply);
        _edits.Insert(message.Header(0).Line.Offset, "X-First: 1\r\n"u8);
        Assert.That(Back(message), Does.StartWith("SIP/2.0 200 OK\r\nX-First: 1\r\nVia: SIP/2.0/UDP pc33"));
    }

    [Test]
    public void Reply_without_Content_Length_gets_one()
    {
        var reply = Reply.Replace("Content-Length: 0\n\n", "\nhello", StringComparison.Ordinal);
        Assert.That(Back(reply), Does.EndWith("INVITE\r\nContent-Length: 5\r\n\r\nhello"));
    }

    private static string Crlf(string text) => text.ReplaceLineEndings("\r\n");

    private string Forward(SipMessage message, ListenSocket? outbound = null, string requestUri = "")
    {
        message.Local = Udp;
        var writer = new SpanWriter(new byte[4096]);
        var uri = requestUri.Length == 0 ? default : Utf8Text.From(requestUri);
        MessageWriter.WriteRequest(ref writer, message, _edits, uri, outbound ?? Udp, "z9hG4bKown"u8, ";i=1"u8);
        Assert.That(writer.Overflowed, Is.False);
        return Encoding.UTF8.GetString(writer.Written);
    }

    private string Back(string reply) => Back(Sample.Parse(reply));

    private string Back(SipMessage reply)
    {
        Assert.That(reply.Failure, Is.EqualTo(ScriptedSip.Sip.Parsing.ParseFailure.None));
        reply.Local = Udp;
        var writer = new SpanWriter(new byte[4096]);
        MessageWriter.WriteReply(ref writer, reply, _edits);
        return Encoding.UTF8.GetString(writer.Written);
    }
}
