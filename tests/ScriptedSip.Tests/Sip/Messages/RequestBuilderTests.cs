using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Sip.Messages;

public sealed class RequestBuilderTests
{
    private const string Sent = """
        INVITE sip:bob@192.0.2.4 SIP/2.0
        Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKown
        v: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK7
        Route: <sip:p2.example.com;lr>, <sip:p3.example.com;lr>
        Max-Forwards: 69
        f: Alice <sip:alice@example.com>;tag=1
        t: <sip:bob@example.com>
        i: 1@example.com
        CSeq: 0007 INVITE
        Route: <sip:p4.example.com;lr>
        Contact: <sip:alice@192.0.2.1>
        Content-Length: 0


        """;

    private const string Busy = """
        SIP/2.0 486 Busy Here
        Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKown
        From: Alice <sip:alice@example.com>;tag=1
        To: <sip:bob@example.com>;tag=2
        Call-ID: 1@example.com
        CSeq: 7 INVITE
        Content-Length: 0


        """;

    [Test]
    public void Ack_has_the_to_of_the_reply_and_the_rest_of_the_invite_as_rfc3261_17_1_1_3_says()
    {
        var writer = new SpanWriter(new byte[2048]);
        RequestBuilder.WriteAck(ref writer, Sample.Parse(Sent), Sample.Parse(Busy));
        AssertRequest(writer.Written, "ACK", to: "<sip:bob@example.com>;tag=2");
    }

    [Test]
    public void Cancel_is_made_of_the_invite_as_rfc3261_9_1_says()
    {
        var writer = new SpanWriter(new byte[2048]);
        RequestBuilder.WriteCancel(ref writer, Sample.Parse(Sent));
        AssertRequest(writer.Written, "CANCEL", to: "<sip:bob@example.com>");
    }

    private static void AssertRequest(ReadOnlySpan<byte> bytes, string method, string to)
    {
        var lines = Encoding.ASCII.GetString(bytes).Split("\r\n");
        Assert.That(lines[0], Is.EqualTo($"{method} sip:bob@192.0.2.4 SIP/2.0"));
        Assert.That(lines[^2..], Is.EqualTo(new[] { "", "" }));
        Assert.That(lines[1..^2], Is.EquivalentTo(new[]
        {
            "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKown",
            "Route: <sip:p2.example.com;lr>, <sip:p3.example.com;lr>",
            "Route: <sip:p4.example.com;lr>",
            "From: Alice <sip:alice@example.com>;tag=1",
            "To: " + to,
            "Call-ID: 1@example.com",
            $"CSeq: 0007 {method}",
            "Max-Forwards: 70",
            "Content-Length: 0",
        }));
    }
}
