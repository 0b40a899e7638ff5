using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Auth;

/// <summary>RFC 3261 22 and RFC 8760, with the functions and codes script authors know.</summary>
[TestFixture]
internal sealed class AuthModuleTests
{
    private static readonly ScriptedSip.Sip.Messages.Utf8Text Realm = ModuleBench.Text("example.com");
    private static readonly ScriptedSip.Sip.Messages.Utf8Text Password = ModuleBench.Text("secret");

    private ModuleBench _bench = null!;
    private AuthModule _auth = null!;

    private void Begin(Action<AuthModule>? set = null)
    {
        _bench = new ModuleBench();
        _auth = new AuthModule();
        set?.Invoke(_auth);
        Assert.That(_auth.Validate(_bench.Script), Is.Null);
        _bench.Start(_auth);
    }

    private static string Request(string method, string headers = "", string toTag = "") => $"""
        {method} sip:example.com SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKabc
        Max-Forwards: 70
        From: <sip:alice@example.com>;tag=a1
        To: <sip:alice@example.com>{toTag}
        Call-ID: call-1
        CSeq: 7 {method}
        {headers}Content-Length: 4

        body
        """.ReplaceLineEndings("\r\n");

    /// <summary>The challenge header of the reply to a request.</summary>
    private string Challenge(string method = "REGISTER", string qop = "1", bool isProxy = false)
    {
        _bench.Sent.Clear();
        var frame = _bench.Receive(Request(method));
        var outcome = isProxy ? _auth.ChallengeProxyUser(frame, Realm, ModuleBench.Text(qop)) : _auth.ChallengeUser(frame, Realm, ModuleBench.Text(qop));
        Assert.That(outcome, Is.EqualTo(Outcome.Stop), "OpenSER: a challenge ends the script");
        return _bench.OnlySent.Split("\r\n").Single(l => l.Contains("-Authenticate: ", StringComparison.Ordinal));
    }

    private static string Part(string challenge, string name) => Regex.Match(challenge, $"{name}=\"?([^\",]+)").Groups[1].Value;

    /// <summary>What a phone answers; computed here from RFC 7616 3.4, not by the module.</summary>
    private static string Credentials(string challenge, string method = "REGISTER", string password = "secret", string user = "alice", string qop = "auth",
        string nc = "00000001", string algorithm = "", string header = "Authorization", string body = "body")
    {
        var nonce = Part(challenge, "nonce");
        string hash(string text) => Hash(algorithm.StartsWith("SHA-256", StringComparison.Ordinal) ? HashAlgorithmName.SHA256 : HashAlgorithmName.MD5, text);
        var secret = hash($"{user}:example.com:{password}");
        if (algorithm.EndsWith("-sess", StringComparison.Ordinal))
            secret = hash($"{secret}:{nonce}:0a4f113b");
        var request = hash(qop == "auth-int" ? $"{method}:sip:example.com:{hash(body)}" : $"{method}:sip:example.com");
        var response = qop.Length == 0 ? hash($"{secret}:{nonce}:{request}") : hash($"{secret}:{nonce}:{nc}:0a4f113b:{qop}:{request}");
        var text = $"{header}: Digest username=\"{user}\", realm=\"example.com\", nonce=\"{nonce}\", uri=\"sip:example.com\", response=\"{response}\"";
        if (qop.Length > 0)
            text += $", qop={qop}, nc={nc}, cnonce=\"0a4f113b\"";
        if (algorithm.Length > 0)
            text += $", algorithm={algorithm}";
        return text + "\r\n";
    }

    private static string Hash(HashAlgorithmName algorithm, string text) =>
        Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, Encoding.UTF8.GetBytes(text)));

    private int Authenticate(string credentials, string method = "REGISTER", string password = "secret", int flags = 0) =>
        _auth.AuthenticateUser(_bench.Receive(Request(method, credentials)), Realm, ModuleBench.Text(password), flags).Code;

    [Test]
    public void Challenge_is_a_401_with_realm_nonce_and_qop() // RFC 3261 22.2, 20.44
    {
        Begin();
        var challenge = Challenge();
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 401 Unauthorized\r\n"));
        Assert.That(challenge, Does.Match("^WWW-Authenticate: Digest realm=\"example.com\", nonce=\"[A-Za-z0-9+/]{32}\", qop=\"auth\"$"));
        Assert.That(Challenge(), Is.Not.EqualTo(challenge), "every challenge has a nonce of its own");
    }

    [Test]
    public void Proxy_challenge_is_a_407() // RFC 3261 22.3
    {
        Begin();
        Assert.That(Challenge("INVITE", isProxy: true), Does.StartWith("Proxy-Authenticate: Digest "));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 407 Proxy Authentication Required\r\n"));
    }

    [TestCase("REGISTER", "401")]
    [TestCase("INVITE", "407")]
    public void Auth_challenge_goes_by_the_method(string method, string code)
    {
        Begin();
        _auth.ChallengeByMethod(_bench.Receive(Request(method)), Realm, ModuleBench.Text("1"));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 " + code));
    }

    [TestCase("0", null)]
    [TestCase("", null)]
    [TestCase("1", "auth")]
    [TestCase("auth", "auth")]
    [TestCase("2", "auth-int")]
    [TestCase("3", "auth,auth-int")]
    [TestCase("auth, auth-int", "auth,auth-int")]
    public void Qop_is_offered_as_the_argument_says(string argument, string? offered)
    {
        Begin();
        var challenge = Challenge(qop: argument);
        Assert.That(challenge, offered is null ? Does.Not.Contain("qop") : Does.Contain($"qop=\"{offered}\""));
    }

    [Test]
    public void Qop_parameter_is_offered_when_the_argument_names_none()
    {
        Begin(a => a.Qop = "auth");
        Assert.That(Challenge(qop: "0"), Does.Contain("qop=\"auth\""));
    }

    [TestCase("ACK")]
    [TestCase("CANCEL")]
    public void Ack_and_cancel_are_not_challenged_but_pass(string method) // RFC 3261 22.1
    {
        Begin();
        var frame = _bench.Receive(Request(method));
        Assert.That(_auth.ChallengeUser(frame, Realm, ModuleBench.Text("1")), Is.EqualTo(Outcome.False));
        Assert.That(_auth.AuthenticateUser(frame, Realm, Password, 0), Is.EqualTo(Outcome.True));
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent, Is.Empty);
    }

    [TestCase("auth", "", "")]
    [TestCase("", "", "")]
    [TestCase("auth-int", "", "")]
    [TestCase("auth", "MD5", "MD5")]
    [TestCase("auth", "", "MD5")]
    [TestCase("auth", "MD5-sess", "MD5-sess")]
    [TestCase("auth", "SHA-256", "SHA-256")]
    [TestCase("auth-int", "SHA-256", "SHA-256")]
    [TestCase("auth", "SHA-256-sess", "SHA-256-sess")]
    public void Right_credentials_are_accepted(string qop, string configured, string used) // RFC 7616 3.4.1, RFC 8760
    {
        Begin(a => a.Algorithm = configured);
        var challenge = Challenge();
        Assert.That(challenge, configured.Length == 0 ? Does.Not.Contain("algorithm") : Does.EndWith("algorithm=" + configured));
        Assert.That(Authenticate(Credentials(challenge, qop: qop, algorithm: used)), Is.EqualTo(1));
    }

    [Test]
    public void Known_answer_of_the_specification_is_right() // RFC 7616 3.9.1, both algorithms
    {
        var arena = new Arena();
        foreach (var (algorithm, name, response) in new[]
        {
            (DigestAlgorithm.Md5, "MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (DigestAlgorithm.Sha256, "SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        })
        {
            var message = Sip.Sample.Parse(Request("REGISTER", "Authorization: Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
                + $"uri=\"/dir/index.html\", algorithm={name}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
                + $"cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"{response}\"\r\n"));
            Assert.That(DigestCredentials.TryFind(message, ScriptedSip.Sip.Messages.HeaderId.Authorization, "http-auth@example.org"u8, out var credentials), Is.True);
            Assert.That(DigestVerifier.IsRight(arena, credentials, algorithm, "Circle of Life"u8, isHashed: false, "GET"u8, default), Is.True, name);
            Assert.That(DigestVerifier.IsRight(arena, credentials, algorithm, "Circle of Life!"u8, isHashed: false, "GET"u8, default), Is.False, name);
        }
    }

    [Test]
    public void Hashed_password_is_accepted_with_flag_1()
    {
        Begin();
        var hash = Hash(HashAlgorithmName.MD5, "alice:example.com:secret").ToUpperInvariant();
        Assert.That(Authenticate(Credentials(Challenge()), password: hash, flags: 1), Is.EqualTo(1));
        Assert.That(Authenticate(Credentials(Challenge()), password: "secret", flags: 1), Is.EqualTo(-2));
    }

    [Test]
    public void Wrong_credentials_are_told_apart()
    {
        Begin();
        var challenge = Challenge();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Authenticate(""), Is.EqualTo(-5), "none");
            Assert.That(Authenticate(Credentials(challenge).Replace("example.com\", nonce", "other.com\", nonce", StringComparison.Ordinal)), Is.EqualTo(-5), "other realm");
            Assert.That(Authenticate(Credentials(challenge).Replace("Digest", "Basic", StringComparison.Ordinal)), Is.EqualTo(-5), "other scheme");
            Assert.That(Authenticate(Credentials(challenge, header: "Proxy-Authorization")), Is.EqualTo(-5), "other header");
            Assert.That(Authenticate(Credentials(challenge, password: "guess")), Is.EqualTo(-2), "password");
            Assert.That(Authenticate(Credentials(challenge, method: "INVITE")), Is.EqualTo(-2), "made for another method");
            Assert.That(Authenticate(Credentials(challenge, qop: "auth-int", body: "other")), Is.EqualTo(-2), "made for another body");
            Assert.That(Authenticate(Credentials(challenge).Replace("username", "user", StringComparison.Ordinal)), Is.EqualTo(-1), "incomplete");
            Assert.That(Authenticate(Credentials(challenge).Replace("cnonce", "nonsense", StringComparison.Ordinal)), Is.EqualTo(-1), "qop without cnonce");
        }
    }

    [Test]
    public void Algorithm_that_was_not_offered_is_not_taken() // RFC 8760 2.4
    {
        Begin(a => a.Algorithm = "SHA-256");
        var challenge = Challenge();
        Assert.That(Authenticate(Credentials(challenge, algorithm: "MD5")), Is.EqualTo(-5));
        Assert.That(Authenticate(Credentials(challenge)), Is.EqualTo(-5));
        Assert.That(Authenticate(Credentials(challenge, algorithm: "SHA-512-256")), Is.EqualTo(-5));
    }

    [Test]
    public void Algorithm_can_be_set_for_one_run()
    {
        Begin();
        var frame = _bench.Receive(Request("REGISTER"));
        Assert.That(_auth.SetAlgorithm(frame, ModuleBench.Text("SHA-256")), Is.EqualTo(Outcome.True));
        Assert.That(_auth.SetAlgorithm(frame, ModuleBench.Text("SHA-1")), Is.EqualTo(Outcome.False));
        _auth.ChallengeUser(frame, Realm, ModuleBench.Text("1"));
        Assert.That(_bench.OnlySent, Does.Contain("algorithm=SHA-256"));
        Assert.That(Challenge(), Does.Not.Contain("algorithm"));
    }

    [Test]
    public void Algorithm_can_be_given_with_the_challenge()
    {
        Begin();
        var (qop, algorithm) = (ModuleBench.Text("1"), ModuleBench.Text("SHA-256"));
        _auth.ChallengeUser(_bench.Receive(Request("REGISTER")), Realm, qop, algorithm);
        _auth.ChallengeProxyUser(_bench.Receive(Request("INVITE")), Realm, qop, algorithm);
        _auth.ChallengeByMethod(_bench.Receive(Request("REGISTER")), Realm, qop, algorithm);
        _auth.ChallengeByMethod(_bench.Receive(Request("INVITE")), Realm, qop, algorithm);
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent.Select(packet => packet.Text[8..11]), Is.EqualTo(new[] { "401", "407", "401", "407" }));
        Assert.That(_bench.Sent.Select(packet => packet.Text), Is.All.Contains("algorithm=SHA-256"));
    }

    [TestCase("REGISTER", ExpectedResult = 1)]
    [TestCase("INVITE", ExpectedResult = -2)]
    public int Method_the_credentials_were_made_for_can_be_given(string method)
    {
        Begin();
        return _auth.AuthenticateUser(_bench.Receive(Request("OPTIONS", Credentials(Challenge()))), Realm, Password, 0, ModuleBench.Text(method)).Code;
    }

    [Test]
    public void Nonce_lives_as_long_as_it_may() // RFC 7616 3.3
    {
        Begin(a => a.NonceExpire = 4);
        var challenge = Challenge();
        _bench.Clock.UtcNow += TimeSpan.FromSeconds(4);
        Assert.That(Authenticate(Credentials(challenge)), Is.EqualTo(1));
        _bench.Clock.UtcNow += TimeSpan.FromSeconds(1);
        Assert.That(Authenticate(Credentials(challenge)), Is.EqualTo(-4));
        _bench.Sent.Clear();
        _auth.ChallengeUser(_bench.Receive(Request("REGISTER", Credentials(challenge))), Realm, ModuleBench.Text("1"));
        Assert.That(_bench.OnlySent, Does.Contain(", stale=true"));
    }

    [TestCase("17", true)]
    [TestCase("1", false)]
    [TestCase("5", false)]
    public void Stale_is_said_when_the_flags_say_so(string flags, bool isStale)
    {
        Begin();
        Assert.That(Challenge(qop: flags).Contains("stale=true", StringComparison.Ordinal), Is.EqualTo(isStale));
    }

    [Test]
    public void Nonce_that_was_not_made_here_is_stale()
    {
        Begin();
        var challenge = Challenge();
        var nonce = Part(challenge, "nonce");
        foreach (var other in new[] { "x", new string('A', 32), (nonce[0] == 'A' ? "B" : "A") + nonce[1..], nonce[..31] + (nonce[31] == 'A' ? "Q" : "A") })
            Assert.That(Authenticate(Credentials(challenge.Replace(nonce, other, StringComparison.Ordinal))), Is.EqualTo(-4), other);
    }

    [Test]
    public void Servers_that_share_a_secret_know_each_others_nonces()
    {
        Begin(a => a.Secret = "shared");
        var challenge = Challenge();
        Begin(a => a.Secret = "shared");
        Assert.That(Authenticate(Credentials(challenge)), Is.EqualTo(1));
        Begin(a => a.Secret = "another");
        Assert.That(Authenticate(Credentials(challenge)), Is.EqualTo(-4));
    }

    [Test]
    public void Nonce_count_may_only_rise() // RFC 7616 3.4, nc
    {
        Begin(a => a.CountsNonces = true);
        var challenge = Challenge();
        Assert.That(Authenticate(Credentials(challenge, nc: "00000001")), Is.EqualTo(1));
        Assert.That(Authenticate(Credentials(challenge, nc: "00000001")), Is.EqualTo(-6));
        Assert.That(Authenticate(Credentials(challenge, nc: "00000009", password: "guess")), Is.EqualTo(-2));
        Assert.That(Authenticate(Credentials(challenge, nc: "00000003")), Is.EqualTo(1));
        Assert.That(Authenticate(Credentials(challenge, nc: "00000002")), Is.EqualTo(-6));
        Assert.That(Authenticate(Credentials(challenge, qop: "")), Is.EqualTo(-6), "without nc a replay could not be told");
    }

    [Test]
    public void Nonce_whose_count_was_forgotten_is_stale()
    {
        Begin(a => (a.CountsNonces, a.CountedNonces) = (true, 2));
        var first = Challenge();
        Challenge();
        Challenge();
        Assert.That(Authenticate(Credentials(first)), Is.EqualTo(-4));
    }

    [Test]
    public void One_time_nonce_is_good_once()
    {
        Begin(a => a.OneTimeNonces = true);
        var challenge = Challenge();
        Assert.That(Authenticate(Credentials(challenge, nc: "00000001")), Is.EqualTo(1));
        Assert.That(Authenticate(Credentials(challenge, nc: "00000002")), Is.EqualTo(-6));
    }

    [Test]
    public void Bound_nonce_is_good_for_its_kind_of_request_only()
    {
        Begin(a => a.RegisterBinding = 2);
        var credentials = Credentials(Challenge());
        Assert.That(Authenticate(credentials), Is.EqualTo(1));
        var elsewhere = Request("REGISTER", credentials).Replace("Call-ID: call-1", "Call-ID: call-2", StringComparison.Ordinal);
        Assert.That(_auth.AuthenticateUser(_bench.Receive(elsewhere), Realm, Password, 0).Code, Is.EqualTo(-4));
    }

    [Test]
    public void Accepted_credentials_are_consumed_and_only_those()
    {
        Begin();
        var own = Credentials(Challenge("INVITE", isProxy: true), "INVITE", header: "Proxy-Authorization");
        var others = own.Replace("realm=\"example.com\"", "realm=\"next.com\"", StringComparison.Ordinal);
        var frame = _bench.Receive(Request("INVITE", others + own));
        Assert.That(_auth.Consume(frame), Is.EqualTo(Outcome.False), "nothing was accepted yet");
        Assert.That(_auth.AuthenticateProxyUser(frame, Realm, Password, 0), Is.EqualTo(Outcome.True));
        Assert.That(_auth.Consume(frame), Is.EqualTo(Outcome.True));
        var forwarded = ModuleBench.Edited(frame);
        Assert.That(forwarded, Does.Contain("realm=\"next.com\"").And.Not.Contain("realm=\"example.com\""));
    }

    [TestCase(0, "bob", 1)]
    [TestCase(1, "bob", -8)]
    [TestCase(1, "alice", 1)]
    public void Auth_check_compares_the_user_with_the_address_of_record(int checks, string user, int expected)
    {
        Begin();
        var frame = _bench.Receive(Request("REGISTER", Credentials(Challenge(), user: user)));
        Assert.That(_auth.CheckUser(frame, Realm, Password, 0, checks).Code, Is.EqualTo(expected));
    }

    [TestCase("alice", "secret", 1)]
    [TestCase("bob", "secret", -1)]
    [TestCase("alice", "other", -2)]
    public void Authorize_takes_user_and_password_from_avps(string user, string password, int expected)
    {
        Begin(a => a.CalculatesHash = true);
        var frame = _bench.Receive(Request("REGISTER", Credentials(Challenge())));
        frame.Avps.Add(AvpList.NameOf("username"), Value.FromText(ModuleBench.Text(user)));
        frame.Avps.Add(AvpList.NameOf("password"), Value.FromText(ModuleBench.Text(password)));
        Assert.That(_auth.AuthorizeUser(frame, Realm).Code, Is.EqualTo(expected));
        Assert.That(_auth.AuthorizeProxyUser(frame, Realm).Code, Is.EqualTo(-4), "no Proxy-Authorization");
    }

    [Test]
    public void Empty_realm_is_the_domain_of_the_user()
    {
        Begin(a => a.RealmPrefix = "sip.");
        var frame = _bench.Receive(Request("REGISTER").Replace("To: <sip:alice@example.com>", "To: <sip:alice@sip.example.com>", StringComparison.Ordinal));
        _auth.ChallengeUser(frame, default, ModuleBench.Text("1"));
        Assert.That(_bench.OnlySent, Does.Contain("realm=\"example.com\""));
    }

    [Test]
    public void Challenge_line_can_be_had_without_a_reply()
    {
        Begin();
        var variable = new TestVariable();
        Assert.That(_auth.GetChallenge(_bench.Receive(Request("REGISTER")), Realm, ModuleBench.Text("1"), variable), Is.EqualTo(Outcome.True));
        Assert.That(variable.Value.Text.ToString(), Does.StartWith("WWW-Authenticate: Digest realm=\"example.com\"").And.EndsWith("\r\n"));
    }

    [Test]
    public void Credentials_are_seen_without_being_checked()
    {
        Begin();
        var frame = _bench.Receive(Request("REGISTER", Credentials("nonce=\"x\"")));
        Assert.That(_auth.HasCredentials(frame, Realm), Is.EqualTo(Outcome.True));
        Assert.That(_auth.HasCredentials(frame, ModuleBench.Text("other")), Is.EqualTo(Outcome.False));
    }

    [TestCase("x\"y")]
    [TestCase("x\r\nEvil: 1")]
    public void Realm_that_would_break_the_header_is_refused(string realm)
    {
        Begin();
        Assert.That(_auth.ChallengeUser(_bench.Receive(Request("REGISTER")), ModuleBench.Text(realm), ModuleBench.Text("1")), Is.EqualTo(Outcome.False));
    }

    [TestCase("SHA-1", "", "nothing")]
    [TestCase("", "privacy", "nothing")]
    [TestCase("", "", "$var(x)")]
    public void Parameters_that_mean_nothing_are_refused_at_load(string algorithm, string qop, string passwordSpec)
    {
        var module = new AuthModule { Algorithm = algorithm, Qop = qop };
        if (passwordSpec != "nothing")
            module.PasswordSpec = passwordSpec;
        Assert.That(module.Validate(new ModuleBench().Script), Does.StartWith("auth: "));
    }
}
