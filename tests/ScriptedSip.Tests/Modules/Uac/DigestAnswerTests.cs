using System.Text;
using ScriptedSip.Modules.Uac;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Modules.Uac;

/// <summary>Credentials made for challenges: the worked examples of RFC 7616 3.9 and RFC 2617 3.5.</summary>
internal sealed class DigestAnswerTests
{
    private const string Nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private const string ClientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    [TestCase("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [TestCase("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Answer_of_the_examples_in_RFC_7616_is_theirs(string algorithm, string response)
    {
        var challenge = $"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, nonce=\"{Nonce}\", opaque=\"FQhe\"";

        Assert.That(Answer(challenge, "Mufasa", "Circle of Life", "/dir/index.html", ClientNonce), Does.Contain($"response=\"{response}\"").And.Contain("qop=auth,").And.Contain("opaque=\"FQhe\""));
    }

    [Test]
    public void Answer_of_the_example_in_RFC_2617_is_its()
    {
        const string challenge = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";

        Assert.That(Answer(challenge, "Mufasa", "Circle Of Life", "/dir/index.html", "0a4f113b"), Does.Contain("response=\"6629fae49393a05397450978507c4ef1\""));
    }

    [Test]
    public void Answer_with_a_hashed_password_is_the_same()
    {
        const string challenge = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";

        Assert.That(Answer(challenge, "Mufasa", "939e7578ed9e3c518a452acee763bce9", "/dir/index.html", "0a4f113b", isHashed: true),
            Does.Contain("response=\"6629fae49393a05397450978507c4ef1\""));
    }

    [TestCase("Digest realm=\"r\", nonce=\"n\", algorithm=AKAv1-MD5")]
    [TestCase("Digest realm=\"r\", nonce=\"n\", qop=\"token\"")]
    [TestCase("Digest realm=\"r\"")]
    public void Challenge_that_asks_for_something_unknown_is_not_answerable(string challenge)
    {
        Assert.That(DigestAnswer.TryRead(Encoding.UTF8.GetBytes(challenge), out var answer, out _), Is.True);
        Assert.That(answer.IsAnswerable, Is.False);
    }

    [TestCase("Basic realm=\"r\"")]
    [TestCase("Digest nonce=\"n\"")]
    public void Challenge_of_another_scheme_or_without_realm_is_none(string challenge) =>
        Assert.That(DigestAnswer.TryRead(Encoding.UTF8.GetBytes(challenge), out _, out _), Is.False);

    private static string Answer(string challenge, string user, string password, string uri, string clientNonce, bool isHashed = false)
    {
        var bytes = Encoding.UTF8.GetBytes(challenge);
        Assert.That(DigestAnswer.TryRead(bytes, out var answer, out var start), Is.True);
        Assert.That(answer.IsAnswerable, Is.True);
        var realm = answer.Realm.In(bytes.AsSpan(start));
        return answer.Write(new Arena(), realm, new Credential(Utf8Text.From(user), Utf8Text.From(password)), isHashed, "GET"u8, Encoding.UTF8.GetBytes(uri), default,
            Encoding.UTF8.GetBytes(clientNonce)).ToString();
    }
}
