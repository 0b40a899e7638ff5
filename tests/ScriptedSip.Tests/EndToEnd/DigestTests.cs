using System.Diagnostics;
using ScriptedSip.Tests.Data;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>Who knows the password is let in, and nobody else, however it is tried (RFC 7616, RFC 8760); what is secret is never shown.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DigestTests : IDisposable
{
    private const string Refused = "SIP/2.0 401 ";
    private const string LetIn = "SIP/2.0 200 ";
    private const string Password = "wonderland-7";
    private const string Secret = "nonce-key-of-the-script";

    private static readonly Credentials Alice = new("alice", Password, "REGISTER", "sip:example.com");

    private readonly TemporaryDirectory _directory = new();
    private readonly WirePhone _phone = new();
    private readonly int _proxy = Sipp.FreePort();
    private RunningProgram? _program;
    private string _shown = "";

    private string Url => $"sqlite://{_directory.File("users.db")}";

    public void Dispose()
    {
        _program?.Dispose();
        _phone.Dispose();
        _directory.Dispose();
    }

    [TestCase("MD5")]
    [TestCase("SHA-256")]
    public void Right_password_lets_in_and_a_wrong_one_does_not(string algorithm)
    {
        Start(algorithm);
        var challenge = Ask("");
        Assert.That(challenge, Does.StartWith(Refused).And.Contains("realm=\"example.com\""));
        Assert.That(Ask(Alice.For(challenge).Line()), Does.StartWith(LetIn));
        challenge = Ask("");
        Assert.That(Ask((Alice with { Password = "Wonderland-7" }).For(challenge).Line()), Does.StartWith(Refused));
        Assert.That(Ask((Alice with { User = "nobody" }).For(challenge).Line()), Does.StartWith(Refused));
    }

    [Test]
    public void Nonce_and_count_are_good_once()
    {
        Start("MD5");
        var answer = Alice.For(Ask(""));
        Assert.That(Ask(answer.Line()), Does.StartWith(LetIn));
        Assert.That(Ask(answer.Line()), Does.StartWith(Refused), "replayed");
        Assert.That(Ask((answer with { Count = 2 }).Line()), Does.StartWith(LetIn), "the next count");
        Assert.That(Ask((answer with { Count = 1 }).Line()), Does.StartWith(Refused), "an earlier count");
        Assert.That(Ask((answer with { Nonce = new string('0', answer.Nonce.Length) }).Line()), Does.StartWith(Refused), "a nonce of nobody's");
    }

    [Test]
    public void Nonce_of_another_key_or_another_realm_is_refused()
    {
        Start("MD5");
        var answer = Alice.For(Ask(""));
        Assert.That(Ask((answer with { Realm = "elsewhere.example" }).Line()), Does.StartWith(Refused));
        var altered = answer.Nonce[..^1] + (answer.Nonce[^1] == 'a' ? 'b' : 'a');
        Assert.That(Ask((answer with { Nonce = altered }).Line()), Does.StartWith(Refused));
        Assert.That(Ask(answer.Line()), Does.StartWith(LetIn));
    }

    [Test]
    public void Body_altered_on_the_way_is_noticed_with_auth_int()
    {
        Start("MD5");
        var signed = Alice with { Qop = "auth-int", Body = "transfer 10" };
        Assert.That(Ask(signed.For(Ask("")).Line(), "transfer 99"), Does.StartWith(Refused));
        Assert.That(Ask(signed.For(Ask("")).Line(), "transfer 10"), Does.StartWith(LetIn));
    }

    [Test]
    public void Weaker_algorithm_or_protection_than_asked_for_is_refused()
    {
        Start("SHA-256", "auth-int");
        var strong = (Alice with { Qop = "auth-int" }).For(Ask(""));
        Assert.That(strong.Algorithm, Is.EqualTo("SHA-256"));
        Assert.That(Ask((strong with { Algorithm = "MD5" }).Line()), Does.StartWith(Refused), "MD5");
        Assert.That(Ask((strong with { Qop = "auth" }).Line()), Does.StartWith(Refused), "auth");
        Assert.That(Ask((strong with { Count = 2 }).Line()), Does.StartWith(LetIn));
    }

    [Test]
    public void Sipp_answers_challenges()
    {
        if (!Sipp.IsInstalled)
            Assert.Ignore("SIPp is not installed (Debian: apt-get install sip-tester)");
        Start("MD5");
        using var right = Sipp.Call("register-digest", Sipp.FreePort(), 50, 100, "alice", _proxy, Password);
        Assert.That(right.Finish(), Is.EqualTo(new SippResult(0, 50, 0, 0)), right.Errors);
        using var wrong = Sipp.Call("register-digest", Sipp.FreePort(), 5, 100, "alice", _proxy, "Wonderland-7");
        Assert.That(wrong.Finish().Successful, Is.Zero);
    }

    /// <summary>At the most talkative log level, after right and wrong credentials, in what the commands list, and in findings.</summary>
    [Test]
    public void No_secret_is_logged_or_listed()
    {
        Start("MD5", "auth", "-dddd");
        var answer = Alice.For(Ask(""));
        Ask(answer.Line());
        Ask((answer with { Password = "guess" }).Line());
        _shown += Run("", "user", "list", Url);
        _shown += Run(Password + "\n", "user", "add", Url, "alice@example.com");
        _shown += Run("other-secret\n", "user", "passwd", Url, "alice@example.com");
        _shown += Run("", "ctl", "--ctl", _directory.File("ctl"), "ps") + Run("", "ctl", "--ctl", _directory.File("ctl"), "stats");
        _shown += Run("", "check", "--output", "json", _directory.File("script.cfg"));
        _shown += Run("", "db", "check", "postgres://sip:hidden-word@127.0.0.1:1/sip");
        var script = File.ReadAllText(_directory.File("script.cfg"));
        File.WriteAllText(_directory.File("wrong.cfg"), script.Replace(Url, "mysql://sip:hidden-word@localhost/sip", StringComparison.Ordinal));
        _shown += Run("", _directory.File("wrong.cfg")) + Run("", "check", _directory.File("wrong.cfg"));
        File.WriteAllText(_directory.File("wrong.cfg"), script.Replace($"\"db_url\", \"{Url}\"", "\"db_uri\", \"postgres://sip:hidden-word@localhost/sip\"", StringComparison.Ordinal)
            .Replace("modparam(\"auth\", \"secret\"", "modparam(\"auth_db\", \"secret\"", StringComparison.Ordinal));
        _shown += Run("", _directory.File("wrong.cfg"));
        _program!.Stop();
        _shown += _program.Output;

        Assert.That(_shown, Does.Contain("alice@example.com").And.Contain("mysql").And.Contain("no parameter 'db_uri'").And.Contain("no parameter 'secret'"));
        foreach (var secret in (string[])[Password, "other-secret", "hidden-word", Secret, (Alice with { Realm = "example.com" }).Secret()])
            Assert.That(_shown, Does.Not.Contain(secret));
    }

    private string Ask(string headers, string body = "") => _phone.Ask(_proxy, "REGISTER", "sip:example.com", "sip:alice@example.com", headers, body);

    private void Start(string algorithm, string qop = "auth,auth-int", params string[] options)
    {
        Run("", "db", "init", Url);
        _shown = Run(Password + "\n", "user", "add", Url, "alice@example.com");
        File.WriteAllText(_directory.File("script.cfg"), $$"""
            loadmodule "sl"
            loadmodule "auth"
            loadmodule "auth_db"
            modparam("auth", "secret", "{{Secret}}")
            modparam("auth", "nonce_expire", 60)
            modparam("auth", "nonce_count", 1)
            modparam("auth", "algorithm", "{{algorithm}}")
            modparam("auth", "qop", "{{qop}}")
            modparam("auth_db", "db_url", "{{Url}}")
            route {
                if (!www_authorize("example.com", "subscriber")) {
                    www_challenge("example.com", "0");
                    exit;
                }
                consume_credentials();
                sl_send_reply("200", "Let In");
            }
            """);
        _program = new RunningProgram(_directory.File("script.cfg"), $"udp:127.0.0.1:{_proxy}", ["--ctl", _directory.File("ctl"), .. options]);
    }

    private static string Run(string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Repository.Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.Result;
    }
}
