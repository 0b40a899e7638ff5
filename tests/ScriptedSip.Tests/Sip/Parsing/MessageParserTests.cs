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
}
