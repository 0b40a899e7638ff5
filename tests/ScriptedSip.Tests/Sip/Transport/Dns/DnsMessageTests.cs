using System.Net;
using NUnit.Framework;
using ScriptedSip.Sip.Transport.Dns;

namespace ScriptedSip.Tests.Sip.Transport.Dns;

/// <summary>RFC 1035 4: answers as bytes.</summary>
internal sealed class DnsMessageTests
{
    private static readonly byte[] Question = DnsMessage.WriteQuestion(0x1234, "example.com", DnsType.A)!;

    [Test]
    public void Question_has_the_shape_of_the_standard() =>
        Assert.That(Question, Is.EqualTo((byte[])
            [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, .. "example"u8, 3, .. "com"u8, 0, 0, 1, 0, 1]));

    [TestCase("")]
    [TestCase("a..b")]
    [TestCase("exämple.com")]
    [TestCase("a234567890123456789012345678901234567890123456789012345678901234.com")]
    public void Name_that_cannot_be_asked_for_gives_no_question(string name) =>
        Assert.That(DnsMessage.WriteQuestion(1, name, DnsType.A), Is.Null);

    [Test] // RFC 1035 4.1.4
    public void Compressed_names_are_read()
    {
        byte[] answer = [.. Question, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
        answer[2] = 0x81;
        answer[7] = 1;
        Assert.That(DnsMessage.TryRead(answer, Question, out var message), Is.True);
        Assert.That(message!.Answers, Is.EqualTo(new[] { new AddressRecord("example.com", 60, IPAddress.Parse("192.0.2.1")) }));
    }

    [TestCase(29, TestName = "Name_that_points_at_itself_is_refused")]
    [TestCase(200, TestName = "Name_that_points_forward_is_refused")]
    public void Pointer_that_leads_not_back_is_refused(int pointer)
    {
        byte[] answer = [.. Question, 0xC0, (byte)pointer, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
        answer[2] = 0x81;
        answer[7] = 1;
        Assert.That(DnsMessage.TryRead(answer, Question, out _), Is.False);
    }

    [Test]
    public void Answer_to_another_question_is_refused()
    {
        var other = DnsMessage.WriteQuestion(0x1234, "example.org", DnsType.A)!;
        Assert.That(DnsMessage.TryRead(FakeDnsServer.Answer(other, []), Question, out _), Is.False);
        Assert.That(DnsMessage.TryRead(Question, Question, out _), Is.False, "a question is no answer");
    }

    [Test]
    public void Damaged_answers_are_refused_or_read_but_never_fatal()
    {
        var answer = FakeDnsServer.Answer(Question,
        [
            new AddressRecord("example.com", 60, IPAddress.Loopback),
            new SrvRecord("example.com", 60, 1, 2, 3, "a.example.com"),
            new NaptrRecord("example.com", 60, 1, 2, "S", "SIP+D2U", "_sip._udp.example.com"),
            new CnameRecord("example.com", 60, "b.example.com"),
        ], authorities: [new SoaRecord("com", 60, 30)]);
        Assert.That(DnsMessage.TryRead(answer, Question, out var whole), Is.True);
        Assert.That(whole!.Answers, Has.Count.EqualTo(4));
        for (var length = 0; length < answer.Length; length++)
            Assert.That(DnsMessage.TryRead(answer.AsSpan(0, length), Question, out _), Is.False);
        var random = new Random(5);
        var readable = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = answer.ToArray();
            for (var j = random.Next(1, 5); j > 0; j--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            readable += DnsMessage.TryRead(damaged, Question, out _) ? 1 : 0;
        }
        Assert.That(readable, Is.InRange(1, 19_999));
    }
}
