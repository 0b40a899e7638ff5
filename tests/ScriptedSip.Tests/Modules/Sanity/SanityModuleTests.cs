using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Sanity;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Sanity;

/// <summary>sanity_check() by the numbers of its manual.</summary>
[TestFixture]
internal sealed class SanityModuleTests
{
    private const int Expires = 256;
    private const int Credentials = 2048 | 8192;
    private const int Tags = 4096;

    private ModuleBench _bench = null!;
    private SanityModule _sanity = null!;

    private void Begin(Action<SanityModule>? set = null)
    {
        _bench = new ModuleBench();
        _sanity = new SanityModule();
        set?.Invoke(_sanity);
        Assert.That(_sanity.Validate(_bench.Script), Is.Null);
        _bench.Start(_sanity);
    }

    private Frame Receive(string from = "", string to = "") =>
        _bench.Receive(from.Length == 0 ? ModuleBench.Invite : ModuleBench.Invite.Replace(from, to, StringComparison.Ordinal));

    [Test]
    public void Good_request_passes_every_check()
    {
        Begin();
        Assert.That(_sanity.Check(Receive(), 16383, 15), Is.EqualTo(Outcome.True));
        Assert.That(_sanity.Check(Receive()), Is.EqualTo(Outcome.True));
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent, Is.Empty);
    }

    [TestCase(Expires, "X-Mark: one", "Expires: soon", "400 Bad Expires")]
    [TestCase(Expires, "X-Mark: one", "Expires: 4294967296", "400 Bad Expires")]
    [TestCase(Credentials, "X-Mark: one", "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:x\"", "400 Bad Authorization")]
    [TestCase(Credentials, "X-Mark: one", "Proxy-Authorization: Digest username=\"a\"", "400 Bad Authorization")]
    [TestCase(Tags, ";tag=a1", ";tag=a1;tag=a2", "400 Multiple Tags")]
    public void Bad_request_is_answered_and_ends_the_script(int check, string from, string to, string reply)
    {
        Begin();
        Assert.That(_sanity.Check(Receive(from, to), 16383 & ~check, 15), Is.EqualTo(Outcome.True), "the other checks have nothing to find");
        Assert.That(_sanity.Check(Receive(from, to), check, 15), Is.EqualTo(Outcome.Stop));
        Assert.That(_bench.OnlySent, Does.StartWith($"SIP/2.0 {reply}\r\n"));
    }

    [TestCase("X-Mark: one", "Expires: 4294967295")]
    [TestCase("X-Mark: one", "Authorization: Basic QWxhZGRpbg==")]
    [TestCase("X-Mark: one", "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"0\"")]
    [TestCase("\"Alice\"", "\"tag=;tag=\"")]
    public void Request_at_the_edge_passes(string from, string to)
    {
        Begin();
        Assert.That(_sanity.Check(Receive(from, to), 16383, 15), Is.EqualTo(Outcome.True));
    }

    [Test]
    public void Checks_that_are_not_named_are_those_of_the_parameter()
    {
        Begin(s => s.DefaultChecks = Tags);
        Assert.That(_sanity.Check(Receive(";tag=a1", ";tag=a1;tag=a2")), Is.EqualTo(Outcome.Stop));
    }

    [Test]
    public void Script_goes_on_when_autodrop_is_off()
    {
        Begin(s => s.EndsScript = false);
        Assert.That(_sanity.Check(Receive(";tag=a1", ";tag=a1;tag=a2"), Tags), Is.EqualTo(Outcome.False));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 400 "));
    }

    [Test]
    public void Answer_waits_for_the_script_under_noreply()
    {
        Begin(s => (s.EndsScript, s.AnswersNot) = (false, true));
        var frame = Receive(";tag=a1", ";tag=a1;tag=a2");
        Assert.That(_sanity.Reply(frame), Is.EqualTo(Outcome.False), "nothing has been found yet");
        _sanity.Check(frame, Tags);
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent, Is.Empty);
        Assert.That(_sanity.Reply(frame), Is.EqualTo(Outcome.True));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 400 Multiple Tags\r\n"));
    }

    [Test]
    public void Bad_reply_is_dropped_without_a_word()
    {
        Begin();
        var frame = _bench.Receive(ModuleBench.Reply.Replace(";tag=b2", ";tag=b2;tag=b3", StringComparison.Ordinal));
        Assert.That(_sanity.Check(frame, Tags), Is.EqualTo(Outcome.Stop));
        Assert.That(frame.Dropped, Is.True);
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent, Is.Empty);
    }

    [Test]
    public void Extensions_of_the_parameter_may_be_required() // RFC 3261 16.3, step 5
    {
        Begin(s => s.ProxyRequire = "privacy, sec-agree");
        var extensions = _bench.Host.Import<IProxyExtensions>()!;
        Assert.That(extensions.Supports("Sec-Agree"u8), Is.True);
        Assert.That(extensions.Supports("path"u8), Is.False);
    }

    [TestCase(-1, 7)]
    [TestCase(0, 16)]
    public void Parameters_that_mean_nothing_are_refused_at_load(int checks, int uris) =>
        Assert.That(new SanityModule { DefaultChecks = checks, UriChecks = uris }.Validate(new ModuleBench().Script), Does.StartWith("sanity: "));
}
