using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3261 17.2.3: which requests belong to one server transaction.</summary>
[TestFixture]
internal sealed class TransactionKeyTests
{
    private const string Via = "Via: SIP/2.0/UDP pc33.atlanta.example.com:5062;branch=z9hG4bK776asdhds";
    private const string OldVia = "Via: SIP/2.0/UDP pc33.atlanta.example.com:5062;branch=1";

    private static TransactionKey KeyOf(string text)
    {
        var message = Sample.Parse(text);
        Assert.That(message.Failure, Is.EqualTo(ScriptedSip.Sip.Parsing.ParseFailure.None));
        return TransactionKey.Of(message);
    }

    private static string With(string text, string from, string to)
    {
        Assert.That(text, Does.Contain(from));
        return text.Replace(from, to, StringComparison.Ordinal);
    }

    private static string WithMethod(string method, string text) =>
        With(With(text, "INVITE sip:", method + " sip:"), "CSeq: 314159 INVITE", "CSeq: 314159 " + method);

    [TestCase("Call-ID: a84b4c76e66710@pc33.atlanta.example.com", "Call-ID: other")]
    [TestCase("tag=1928301774", "tag=other")]
    [TestCase("314159", "1")]
    [TestCase("INVITE sip:bob@biloxi.example.com", "INVITE sip:carol@biloxi.example.com")]
    [TestCase("z9hG4bK776asdhds", "Z9HG4BK776ASDHDS")]
    [TestCase("pc33.atlanta.example.com:5062", "PC33.Atlanta.example.com:5062")]
    public void Request_with_the_cookie_matches_by_branch_sent_by_and_method_alone(string from, string to) =>
        Assert.That(KeyOf(With(Sample.Invite, from, to)), Is.EqualTo(KeyOf(Sample.Invite)));

    [TestCase("z9hG4bK776asdhds", "z9hG4bK776asdhdS1")]
    [TestCase("pc33.atlanta.example.com:5062", "pc34.atlanta.example.com:5062")]
    [TestCase("pc33.atlanta.example.com:5062", "pc33.atlanta.example.com:5063")]
    public void Request_with_another_branch_or_sent_by_is_another_transaction(string from, string to) =>
        Assert.That(KeyOf(With(Sample.Invite, from, to)), Is.Not.EqualTo(KeyOf(Sample.Invite)));

    [Test]
    public void Request_with_another_method_is_another_transaction()
    {
        var keys = new[] { "INVITE", "BYE", "CANCEL", "OPTIONS", "FOO", "BAR" }.Select(m => KeyOf(WithMethod(m, Sample.Invite)));
        Assert.That(keys, Is.Unique);
    }

    [Test]
    public void Ack_matches_its_invite() => Assert.That(KeyOf(WithMethod("ACK", Sample.Invite)), Is.EqualTo(KeyOf(Sample.Invite)));

    [Test]
    public void Cancel_leads_to_the_invite_it_is_for() // 9.2
    {
        var cancel = Sample.Parse(WithMethod("CANCEL", Sample.Invite));
        Assert.That(TransactionKey.Of(cancel, SipMethod.Invite), Is.EqualTo(KeyOf(Sample.Invite)));
    }

    private static string OldInvite => With(Sample.Invite, Via, OldVia);

    [TestCase("INVITE sip:bob@biloxi.example.com", "INVITE sip:carol@biloxi.example.com")]
    [TestCase("tag=1928301774", "tag=other")]
    [TestCase("a84b4c76e66710", "other")]
    [TestCase("314159", "314160")]
    [TestCase(OldVia, OldVia + ";hidden")]
    public void Request_of_an_rfc_2543_client_matches_by_all_the_older_fields(string from, string to)
    {
        Assert.That(KeyOf(OldInvite), Is.EqualTo(KeyOf(OldInvite)));
        Assert.That(KeyOf(With(OldInvite, from, to)), Is.Not.EqualTo(KeyOf(OldInvite)));
    }

    [Test]
    public void Ack_of_an_rfc_2543_client_matches_with_the_to_tag_of_the_reply()
    {
        var ack = With(WithMethod("ACK", OldInvite), "To: Bob <sip:bob@biloxi.example.com>", "To: Bob <sip:bob@biloxi.example.com>;tag=314");
        Assert.That(KeyOf(ack), Is.EqualTo(KeyOf(OldInvite)));
    }

    [Test]
    public void Request_without_a_branch_is_an_rfc_2543_request() =>
        Assert.That(KeyOf(With(Sample.Invite, ";branch=z9hG4bK776asdhds", "")), Is.Not.EqualTo(KeyOf(OldInvite)));

    private static (ulong, ulong) Hash(params string[] parts)
    {
        var hash = KeyedHash.Start();
        foreach (var part in parts)
            hash.AddFolded(Encoding.Latin1.GetBytes(part));
        return hash.Finish();
    }

    [Test]
    public void Hash_keeps_neighbouring_parts_apart()
    {
        Assert.That(Hash("ab", "c"), Is.Not.EqualTo(Hash("a", "bc")));
        Assert.That(Hash("abc", ""), Is.Not.EqualTo(Hash("", "abc")));
    }

    [TestCase(1)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(129)]
    [TestCase(1000)]
    public void Hash_of_any_length_sees_every_byte_and_no_case(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        var keys = Enumerable.Range(0, length).Select(i => Hash(text[..i] + "-" + text[(i + 1)..])).Append(Hash(text)).ToList();
        Assert.That(keys, Is.Unique);
        Assert.That(Hash(text.ToUpperInvariant()), Is.EqualTo(Hash(text)));
    }

    [Test]
    public void Hash_sees_what_follows_a_byte_outside_ascii()
    {
        var start = new string('a', 150) + "\u00e9";
        Assert.That(Hash(start + new string('x', 200)), Is.Not.EqualTo(Hash(start + new string('y', 200))));
    }
}
