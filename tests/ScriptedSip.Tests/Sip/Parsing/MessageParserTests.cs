using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Sip.Parsing;

public sealed class MessageParserTests
{
    [Test]
    public void Invite_is_cut_into_its_parts()
    {
        var message = Sample.Parse(Sample.Invite);

        Assert.That(message.Failure, Is.EqualTo(ParseFailure.None));
        Assert.That(message.IsRequest);
        Assert.That(message.Method, Is.EqualTo(SipMethod.Invite));
        Assert.That(message.Cut(message.RequestUri), Is.EqualTo("sip:bob@biloxi.example.com"));
        Assert.That(message.HeaderCount, Is.EqualTo(8));
        Assert.That(message.Cut(message.Via.Host), Is.EqualTo("pc33.atlanta.example.com"));
        Assert.That(message.Via.Port, Is.EqualTo(5062));
        Assert.That(message.Cut(message.Via.Branch), Is.EqualTo("z9hG4bK776asdhds"));
        Assert.That(message.Via.HasMagicCookie);
        Assert.That(message.Cut(message.To.DisplayName), Is.EqualTo("Bob"));
        Assert.That(message.To.Tag.IsPresent, Is.False);
        Assert.That(message.Cut(message.From.DisplayName), Is.EqualTo("\"Alice\""));
        Assert.That(message.Cut(message.From.Uri), Is.EqualTo("sip:alice@atlanta.example.com"));
        Assert.That(message.Cut(message.From.Tag), Is.EqualTo("1928301774"));
        Assert.That(message.Cut(message.CallId), Is.EqualTo("a84b4c76e66710@pc33.atlanta.example.com"));
        Assert.That(message.CSeq.Number, Is.EqualTo(314159));
        Assert.That(message.CSeq.Method, Is.EqualTo(SipMethod.Invite));
        Assert.That(message.MaxForwards, Is.EqualTo(70));
        Assert.That(message.ContentLength, Is.EqualTo(4));
        Assert.That(message.Cut(message.Body), Is.EqualTo("body"));
    }

    // RFC 3261 7.2.
    [Test]
    public void Reply_takes_its_method_from_the_CSeq()
    {
        var reply = Sample.Parse(Sample.InviteWith("INVITE", "SIP/2.0 183 In Progress"));
        Assert.That(reply.Failure, Is.EqualTo(ParseFailure.None));
        Assert.That(reply.IsRequest, Is.False);
        Assert.That(reply.StatusCode, Is.EqualTo(183));
        Assert.That(reply.Cut(reply.Reason), Is.EqualTo("In Progress"));
        Assert.That(reply.Method, Is.EqualTo(SipMethod.Invite));
        Assert.That(reply.Cut(reply.MethodText), Is.EqualTo("INVITE"));
    }

    // Not SIP: nobody to answer.
    [TestCase("")]
    [TestCase("\r\n\r\n")]
    [TestCase("hello")]
    [TestCase("hello world\r\n\r\n")]
    [TestCase("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("INVITE x\r\n\r\n")]
    [TestCase("OPTIONS * HTTP/1.1\r\n\r\n")]
    [TestCase(" SIP/2.0 200 OK\r\n\r\n")]
    [TestCase(" SIP/2.0 200 SIP/2.0\r\n\r\n")]
    [TestCase("INVITE\r\n\r\n")]
    public void Bytes_of_another_kind_are_not_sip(string text)
    {
        var message = new SipMessage();
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(MessageParser.Parse(message, bytes, bytes.Length, isStream: false), Is.False);
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.NotSip));
    }

    // RFC 3261 25.1 Request-Line, Status-Line; 7.1.
    [TestCase("INVITE sip:bob@example.com SIP/2.0", ParseFailure.None)]
    [TestCase("INVITE sip:bob@example.com sip/2.0", ParseFailure.None)]
    [TestCase("INVITE sip:bob@example.com SIP/2.1", ParseFailure.BadVersion)]
    [TestCase("INVITE sip:bob@example.com SIP/20", ParseFailure.BadStartLine)]
    [TestCase("INVITE sip:bob@example.com SIP/2.0x", ParseFailure.BadStartLine)]
    [TestCase("INVITE\tsip:bob@example.com SIP/2.0", ParseFailure.BadStartLine)]
    [TestCase("INVITE sip:bob@example.com\tSIP/2.0", ParseFailure.BadStartLine)]
    [TestCase("INV@TE sip:bob@example.com SIP/2.0", ParseFailure.BadStartLine)]
    [TestCase("INVITE  SIP/2.0", ParseFailure.BadStartLine)]
    [TestCase(" INVITE sip:bob@example.com SIP/2.0", ParseFailure.BadStartLine)]
    [TestCase("\tINVITE sip:bob@example.com SIP/2.0", ParseFailure.BadStartLine)]
    [TestCase("INVITE sip:bob@example.com", ParseFailure.BadStartLine)]
    [TestCase("INVITE sip:bob@example.com ", ParseFailure.BadStartLine)]
    [TestCase("INVITE sip:bob@example.com 2.0", ParseFailure.BadStartLine)]
    [TestCase("INVITE sip:bob@example.com HTTP/1.1", ParseFailure.BadStartLine)]
    [TestCase("@INVITE sip:bob@example.com SIP/2.0", ParseFailure.BadStartLine)]
    [TestCase("sip:bob@example.com SIP/2.0", ParseFailure.BadStartLine)]
    [TestCase("SIP/2.0", ParseFailure.NotSip)]
    [TestCase("INVITE sip:bob@example.com SIP/2.0 SIP/2.0", ParseFailure.BadRequestUri)]
    [TestCase("INVITE sip:bob @example.com SIP/2.0", ParseFailure.BadRequestUri)]
    [TestCase("INVITE bob SIP/2.0", ParseFailure.BadRequestUri)]
    [TestCase("INVITE sip:%0@example.com SIP/2.0", ParseFailure.BadRequestUri)]
    [TestCase("SIP/2.0 200 OK", ParseFailure.None)]
    [TestCase("SIP/2.0 200 ", ParseFailure.None)]
    [TestCase("SIP/3.0 200 OK", ParseFailure.BadVersion)]
    [TestCase("SIP/2.0 200", ParseFailure.BadStartLine)]
    [TestCase("SIP/2.0 099 Low", ParseFailure.BadStartLine)]
    [TestCase("SIP/2.0 700 High", ParseFailure.BadStartLine)]
    [TestCase("SIP/2.0 20 Short", ParseFailure.BadStartLine)]
    [TestCase("SIP/2.0  200 OK", ParseFailure.BadStartLine)]
    public void Start_line_follows_the_grammar(string line, ParseFailure expected) =>
        Assert.That(Sample.Parse(Sample.InviteWith("INVITE", line)).Failure, Is.EqualTo(expected));

    // RFC 3261 20; the line named by its beginning is replaced, or removed by an empty one.
    [TestCase("Via", "", ParseFailure.MissingVia)]
    [TestCase("From", "", ParseFailure.MissingFrom)]
    [TestCase("To", "", ParseFailure.MissingTo)]
    [TestCase("Call-ID", "", ParseFailure.MissingCallId)]
    [TestCase("CSeq", "", ParseFailure.MissingCSeq)]
    [TestCase("Max-Forwards", "", ParseFailure.None)]
    [TestCase("Contact", "", ParseFailure.None)]
    [TestCase("Via", "Via:", ParseFailure.BadVia)]
    [TestCase("Via", "Via: SIP/2.0/UDP a;branch=1, SIP/2.0/UDP", ParseFailure.BadVia)]
    [TestCase("Via", "Via: SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b", ParseFailure.None)]
    [TestCase("Via", "Via: SIP/2.0/UDP a;branch=1,", ParseFailure.BadVia)]
    [TestCase("From", "From: <sip:a@example.com>, <sip:b@example.com>", ParseFailure.BadFrom)]
    [TestCase("From", "From: *", ParseFailure.BadFrom)]
    [TestCase("To", "To: <sip:a@example.com>;tag=", ParseFailure.BadTo)]
    [TestCase("To", "To: <sip:a@example.com", ParseFailure.BadTo)]
    [TestCase("To", "To:", ParseFailure.BadTo)]
    [TestCase("Call-ID", "Call-ID:", ParseFailure.BadCallId)]
    [TestCase("Call-ID", "Call-ID: a b", ParseFailure.BadCallId)]
    [TestCase("Call-ID", "Call-ID: Zm9v+/==", ParseFailure.None)]
    [TestCase("CSeq", "CSeq: 2147483647 INVITE", ParseFailure.None)]
    [TestCase("CSeq", "CSeq: 2147483648 INVITE", ParseFailure.BadCSeq)]
    [TestCase("CSeq", "CSeq: -1 INVITE", ParseFailure.BadCSeq)]
    [TestCase("CSeq", "CSeq: 1INVITE", ParseFailure.BadCSeq)]
    [TestCase("CSeq", "CSeq: 1", ParseFailure.BadCSeq)]
    [TestCase("CSeq", "CSeq: 1 INVITE x", ParseFailure.BadCSeq)]
    [TestCase("CSeq", "CSeq: 1 invite", ParseFailure.CSeqMethodMismatch)]
    [TestCase("Max-Forwards", "Max-Forwards: -1", ParseFailure.BadMaxForwards)]
    [TestCase("Max-Forwards", "Max-Forwards: many", ParseFailure.BadMaxForwards)]
    [TestCase("Max-Forwards", "Max-Forwards:", ParseFailure.BadMaxForwards)]
    [TestCase("Contact", "Contact: <sip:a@b>, \"x\" <sip:c@d>;q=0.5, sip:e@f;expires=3", ParseFailure.None)]
    [TestCase("Contact", "Contact: *", ParseFailure.None)]
    [TestCase("Contact", "Contact: *, <sip:a@b>", ParseFailure.BadContact)]
    [TestCase("Contact", "Contact: *\nContact: <sip:a@b>", ParseFailure.BadContact)]
    [TestCase("Contact", "Contact: <sip:a@b>,", ParseFailure.BadContact)]
    [TestCase("Contact", "Contact:", ParseFailure.BadContact)]
    [TestCase("Contact", "Route: <sip:a@b;lr>,<sip:c@d;lr>", ParseFailure.None)]
    [TestCase("Contact", "Route: sip:a@b;lr", ParseFailure.BadRoute)]
    [TestCase("Content-Length", "Content-Length: 4x", ParseFailure.BadContentLength)]
    [TestCase("Content-Length", "Content-Length: 99999999999999999999", ParseFailure.BadContentLength)]
    [TestCase("Content-Length", "Content-Length: 5", ParseFailure.Truncated)]
    [TestCase("Contact", "no colon here", ParseFailure.BadHeader)]
    [TestCase("Contact", ": value", ParseFailure.BadHeader)]
    [TestCase("Contact", "na(me: value", ParseFailure.BadHeader)]
    [TestCase("Contact", "X-Empty:", ParseFailure.None)]
    public void Header_is_judged(string line, string replacement, ParseFailure expected) =>
        Assert.That(Sample.Parse(Sample.InviteWith(line, replacement)).Failure, Is.EqualTo(expected));

    // RFC 3261 7.3.1; RFC 4475 3.3.8.
    [TestCase("From: <sip:a@example.com>;tag=2")]
    [TestCase("To: <sip:a@example.com>")]
    [TestCase("Call-ID: other")]
    [TestCase("CSeq: 2 INVITE")]
    [TestCase("Max-Forwards: 1")]
    [TestCase("l: 3")]
    public void Second_value_of_a_single_header_is_refused(string line)
    {
        Assert.That(Sample.Parse(Sample.InviteWith("Contact", line)).Failure, Is.EqualTo(ParseFailure.DuplicateHeader));
    }

    // What a rule or a script does to such a header it does to one: two that are the same would not stay so.
    [TestCase("Call-ID: a84b4c76e66710@pc33.atlanta.example.com")]
    [TestCase("CSeq: 314159 INVITE")]
    [TestCase("Max-Forwards: 70")]
    [TestCase("l: 4")]
    public void Same_value_again_is_refused_in_a_request_and_borne_in_a_reply(string line)
    {
        Assert.That(Sample.Parse(Sample.InviteWith("Contact", line)).Failure, Is.EqualTo(ParseFailure.DuplicateHeader));
        var reply = Sample.InviteWith("Contact", line);
        reply = "SIP/2.0 200 OK" + reply[reply.IndexOfAny(['\r', '\n'])..];
        Assert.That(Sample.Parse(reply).Failure, Is.EqualTo(ParseFailure.None));
    }

    // RFC 3261 25.1 quoted-pair; RFC 4475 3.1.1.2.
    [TestCase("Subject: a\0b", ParseFailure.BadHeader)]
    [TestCase("Subject: \"a\\\\\0b\"", ParseFailure.BadHeader)]
    [TestCase("Subject: \"a\\\0b\\\0\"", ParseFailure.None)]
    [TestCase("Subject: \"a\\\0b\0\"", ParseFailure.BadHeader)]
    public void Nul_stands_behind_a_backslash_or_not_at_all(string line, ParseFailure expected) =>
        Assert.That(Sample.Parse(Sample.InviteWith("Contact", line)).Failure, Is.EqualTo(expected));

    // RFC 3261 20.22: the header means something in requests alone.
    [TestCase("Max-Forwards: many")]
    [TestCase("Max-Forwards: 70\r\nMax-Forwards: 5")]
    public void Max_Forwards_of_a_reply_does_not_keep_it_from_the_caller(string lines)
    {
        var reply = Sample.Parse(Sample.InviteWith("INVITE", "SIP/2.0 200 OK").Replace("Max-Forwards: 70", lines, StringComparison.Ordinal));
        Assert.That(reply.Failure, Is.EqualTo(ParseFailure.None));
    }

    [Test]
    public void Contact_of_a_reply_does_not_keep_it_from_the_caller()
    {
        var reply = Sample.Parse(Sample.InviteWith("INVITE", "SIP/2.0 200 OK").Replace("<sip:alice@pc33", "<<sip:alice@pc33", StringComparison.Ordinal));
        Assert.That(reply.Failure, Is.EqualTo(ParseFailure.None));
    }

    // RFC 4475 3.1.2.4: a Max-Forwards beyond its range is no reason to refuse.
    [TestCase("255")]
    [TestCase("256")]
    [TestCase("99999999999999999999999999")]
    public void Large_Max_Forwards_counts_as_the_largest(string value)
    {
        var message = Sample.Parse(Sample.InviteWith("Max-Forwards", "Max-Forwards: " + value));
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.None));
        Assert.That(message.MaxForwards, Is.EqualTo(255));
    }

    // RFC 3261 7.3.1.
    [Test]
    public void Folded_lines_are_one_value_and_one_line()
    {
        var message = Sample.Parse(Sample.InviteWith("Contact", "Subject: first\n \tsecond\n  third"));
        ref readonly var row = ref message.Header(message.First(HeaderId.Subject));
        Assert.That(message.Cut(row.Value), Is.EqualTo("first\r\n \tsecond\r\n  third"));
        Assert.That(message.Cut(row.Line), Is.EqualTo("Subject: first\r\n \tsecond\r\n  third\r\n"));
    }

    [Test]
    public void Line_feeds_alone_end_lines_too()
    {
        var message = Sample.Parse(Encoding.UTF8.GetBytes(Sample.Invite.ReplaceLineEndings("\n")));
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.None));
        Assert.That(message.HeaderCount, Is.EqualTo(8));
        Assert.That(message.Cut(message.Body), Is.EqualTo("body"));
    }

    [Test]
    public void A_lone_carriage_return_is_refused()
    {
        var message = Sample.Parse(Encoding.UTF8.GetBytes(Sample.Invite.ReplaceLineEndings("\r\n").Replace("Max-Forwards: 70", "Max-Forwards: 70\rX: y", StringComparison.Ordinal)));
        Assert.That(message.Failure, Is.Not.EqualTo(ParseFailure.None));
    }

    [Test]
    public void Empty_lines_before_the_start_line_are_skipped()
    {
        var message = Sample.Parse("\n\n" + Sample.Invite);
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.None));
        Assert.That(message.StartLine.Offset, Is.EqualTo(4));
    }

    [Test]
    public void A_datagram_that_ends_within_its_headers_is_truncated_but_readable()
    {
        var text = Sample.Invite.ReplaceLineEndings("\r\n");
        var message = Sample.Parse(Encoding.UTF8.GetBytes(text[..text.IndexOf("Content-Length", StringComparison.Ordinal)]));
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.Truncated));
        Assert.That(message.Cut(message.From.Tag), Is.EqualTo("1928301774"));
        Assert.That(message.Body.Length, Is.Zero);
    }

    // RFC 3261 18.3.
    [Test]
    public void Without_Content_Length_a_datagram_is_all_body_and_a_stream_has_none()
    {
        var text = Sample.InviteWith("Content-Length", "");
        Assert.That(Sample.Parse(text).Body.Length, Is.EqualTo(4));
        Assert.That(Sample.Parse(text, isStream: true).Body.Length, Is.Zero);
    }

    [Test]
    public void More_lines_than_rows_can_link_are_refused()
    {
        var text = Sample.InviteWith("Contact", string.Join("\n", Enumerable.Repeat("a:", 33_000)));
        Assert.That(Sample.Parse(text).Failure, Is.EqualTo(ParseFailure.TooManyHeaders));
    }

    [Test]
    public void A_message_object_forgets_the_message_before()
    {
        var message = Sample.Parse(Sample.Invite);
        var bytes = Sample.Bytes("OPTIONS sip:x SIP/2.0\nVia: SIP/2.0/UDP h\n\n");
        MessageParser.Parse(message, bytes, bytes.Length, isStream: false);
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.MissingFrom));
        Assert.That(message.From.Uri.IsPresent || message.CallId.IsPresent || message.Via.Branch.IsPresent || message.Has(HeaderId.Contact), Is.False);
        Assert.That(message.MaxForwards, Is.EqualTo(-1));
        Assert.That(message.HeaderCount, Is.EqualTo(1));
    }

    [Test]
    public void Parsing_allocates_nothing()
    {
        var message = new SipMessage();
        var bytes = Sample.Bytes(Sample.InviteWith("Contact", "Contact: \"A\" <sip:a@b;x=%41>;q=0.1\nRoute: <sip:p1;lr>,<sip:p2;lr>\nm: <sip:c@d>"));
        for (var i = 0; i < 200; i++)
            MessageParser.Parse(message, bytes, bytes.Length, isStream: false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            MessageParser.Parse(message, bytes, bytes.Length, isStream: false);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(message.Failure, Is.EqualTo(ParseFailure.None));
    }
}
