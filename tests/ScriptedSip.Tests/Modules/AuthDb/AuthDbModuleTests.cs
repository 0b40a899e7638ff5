using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.AuthDb;
using ScriptedSip.Modules.SipUtils;
using ScriptedSip.Script.Api;
using ScriptedSip.Tests.Modules.Storage;

namespace ScriptedSip.Tests.Modules.AuthDb;

/// <summary>Digest authentication against the table of users (RFC 3261 22, RFC 8760), with the codes of OpenSER; its secrets stay its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AuthDbModuleTests : IDisposable
{
    private readonly TableBench _tables = new();
    private AuthModule _auth = null!;

    public void Dispose() => _tables.Dispose();

    [Test]
    public void User_of_the_table_is_accepted_by_his_hash()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        Assert.That(Authorize(module, Credentials()), Is.EqualTo(1));
    }

    [Test]
    public void User_of_the_table_is_accepted_by_his_password()
    {
        var module = Start(new AuthDbModule { CalculatesHash = true, PasswordColumn = "password" });
        _tables.Sql("INSERT INTO subscriber (username, domain, password) VALUES ('alice', 'example.com', 'secret')");
        Assert.That(Authorize(module, Credentials()), Is.EqualTo(1));
    }

    [Test]
    public void User_with_a_domain_is_accepted_by_his_second_hash()
    {
        var module = Start(new AuthDbModule());
        _tables.Sql($"INSERT INTO subscriber (username, domain, ha1, ha1b) VALUES ('alice', 'example.com', 'x', '{Md5("alice@example.com:example.com:secret")}')");
        Assert.That(Authorize(module, Credentials(user: "alice@example.com")), Is.EqualTo(1));
    }

    [Test]
    public void Sha256_is_checked_against_its_own_column() // RFC 8760 2
    {
        var module = Start(new AuthDbModule(), auth => auth.Algorithm = "SHA-256");
        _tables.Sql($"INSERT INTO subscriber (username, domain, ha1, ha1_sha256) VALUES ('alice', 'example.com', '{Md5("alice:example.com:secret")}', '{Sha256("alice:example.com:secret")}')");
        Assert.That(Authorize(module, Credentials(isSha256: true)), Is.EqualTo(1));
        Assert.That(Authorize(module, Credentials()), Is.EqualTo(-4), "a weaker algorithm than offered is no credential");
    }

    [Test]
    public void Failures_have_the_codes_of_OpenSER()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        Assert.That(Authorize(module, Credentials(user: "eve")), Is.EqualTo(-1), "unknown user");
        Assert.That(Authorize(module, Credentials(password: "wrong")), Is.EqualTo(-2), "wrong password");
        Assert.That(Authorize(module, Credentials(nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), Is.EqualTo(-3), "a nonce of nobody");
        Assert.That(Authorize(module, ""), Is.EqualTo(-4), "no credentials");
        Assert.That(Authorize(module, Credentials(realm: "elsewhere")), Is.EqualTo(-4), "credentials for another realm");
        Assert.That(module.AuthenticateUser(Register(Credentials(user: "eve")), Text("example.com"), Text("subscriber")).Code, Is.EqualTo(-3), "the codes of Kamailio");
    }

    [Test]
    public void Proxy_functions_read_the_other_header_and_a_method_may_be_given()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        var (realm, table) = (Text("example.com"), Text("subscriber"));
        string forProxy(string password) => "Proxy-" + Credentials(password: password);
        Assert.That(module.AuthorizeProxyUser(Register(forProxy("secret")), realm, table).Code, Is.EqualTo(1));
        Assert.That(module.AuthorizeProxyUser(Register(forProxy("wrong")), realm, table).Code, Is.EqualTo(-2));
        Assert.That(module.AuthorizeProxyUser(Register(Credentials()), realm, table).Code, Is.EqualTo(-4), "not for the proxy");
        Assert.That(module.AuthenticateProxyUser(Register(forProxy("secret")), realm, table).Code, Is.EqualTo(1));
        Assert.That(module.AuthenticateProxyUser(Register(Credentials()), realm, table).Code, Is.EqualTo(-5), "the codes of Kamailio");
        Assert.That(module.AuthenticateUser(Register(Credentials()), realm, table, Text("REGISTER")).Code, Is.EqualTo(1));
        Assert.That(module.AuthenticateUser(Register(Credentials()), realm, table, Text("INVITE")).Code, Is.EqualTo(-2), "made for another method");
    }

    [TestCase("alice", 1)]
    [TestCase("carol", -1)]
    public void Names_of_OpenSips_compare_the_accepted_user_with_the_addresses(string name, int code)
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        var frame = Register(Credentials(), name);
        module.AuthorizeUser(frame, Text("example.com"), Text("subscriber"));
        Assert.That((module.IsToAuthorized(frame, Text("uri")).Code, module.IsFromAuthorized(frame, Text("uri")).Code), Is.EqualTo((code, code)));
        Assert.That(module.DoesUriExist(frame, Text($"sip:{name}@example.com"), Text("subscriber")).Code, Is.EqualTo(code));
    }

    [Test]
    public void Empty_secret_is_nobodys()
    {
        var module = Start(new AuthDbModule { CalculatesHash = true, PasswordColumn = "password" });
        _tables.Sql("INSERT INTO subscriber (username, domain, password) VALUES ('alice', 'example.com', '')");
        Assert.That(Authorize(module, Credentials(password: "")), Is.EqualTo(-2));
    }

    [Test]
    public void Database_that_is_gone_is_an_error_and_users_of_late_go_on()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        Assert.That(Authorize(module, Credentials()), Is.EqualTo(1));
        _tables.Lose();
        Assert.That(Authorize(module, Credentials(user: "bob")), Is.EqualTo(-5));
        Assert.That(Authorize(module, Credentials()), Is.EqualTo(1));
    }

    [Test]
    public void Password_that_was_changed_counts_at_once()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        Authorize(module, Credentials());
        _tables.Sql($"UPDATE subscriber SET ha1 = '{Md5("alice:example.com:new")}'");
        _tables.Bench.Clock.Milliseconds += 2000;
        Assert.That(Authorize(module, Credentials(password: "new")), Is.EqualTo(1));
    }

    [Test]
    public void Credentials_to_load_become_avps_of_the_accepted_user()
    {
        var module = Start(new AuthDbModule { LoadCredentials = "rpid;$avp(s:mail)=email_address" });
        _tables.Sql($"INSERT INTO subscriber (username, domain, ha1, rpid, email_address) VALUES ('alice', 'example.com', '{Md5("alice:example.com:secret")}', '+49', 'a@x')");
        var frame = Register(Credentials(password: "wrong"));
        module.AuthorizeUser(frame, Text("example.com"), Text("subscriber"));
        Assert.That(frame.Avps.Count, Is.Zero);
        frame = Register(Credentials());
        module.AuthorizeUser(frame, Text("example.com"), Text("subscriber"));
        Assert.That((frame.Avps.Get(AvpList.NameOf("rpid")).ToString(), frame.Avps.Get(AvpList.NameOf("mail")).ToString()), Is.EqualTo(("+49", "a@x")));
    }

    [TestCase("alice", 1)]
    [TestCase("carol", -8)]
    public void Auth_check_compares_the_user_with_the_address(string to, int code)
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        Assert.That(module.CheckUser(Register(Credentials(), to), Text("example.com"), Text("subscriber"), 1).Code, Is.EqualTo(code));
    }

    [Test]
    public void Check_to_believes_accepted_credentials_only()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        var uri = _tables.Bench.Start(new UriDbModule());
        Assert.That(uri.CheckTo(Register(Credentials())).Code, Is.EqualTo(-1), "nobody has checked them");
        // Credentials for another realm in front of the right ones: a name nobody has proved.
        var frame = Register(Credentials(user: "bob", realm: "elsewhere") + Credentials(), "bob");
        Assert.That(module.AuthorizeUser(frame, Text("example.com"), Text("subscriber")).Code, Is.EqualTo(1));
        Assert.That(uri.CheckTo(frame).Code, Is.EqualTo(-1));
        frame = Register(Credentials());
        module.AuthorizeUser(frame, Text("example.com"), Text("subscriber"));
        var early = _tables.Bench.Start(new UriModule());
        Assert.That((uri.CheckTo(frame).Code, uri.CheckFrom(frame).Code, early.CheckTo(frame).Code, early.CheckFrom(frame).Code), Is.EqualTo((1, 1, 1, 1)));
        Assert.That((early.IsUser(frame, Text("alice")).Code, early.IsUser(frame, Text("bob")).Code), Is.EqualTo((1, -1)));
        Assert.That(_auth.Consume(frame).Code, Is.EqualTo(1));
    }

    [Test]
    public void Statement_as_a_user_name_is_an_unknown_user()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", Md5("alice:example.com:secret"));
        Assert.That(Authorize(module, Credentials(user: "' OR '1'='1")), Is.EqualTo(-1));
    }

    [Test]
    public void Subscriber_is_found_by_his_uri()
    {
        var module = Start(new AuthDbModule());
        AddUser("alice", "x");
        Assert.That(module.IsSubscriber(_tables.Invite(), Text("sip:alice@example.com"), Text("subscriber"), 1).Code, Is.EqualTo(1));
        Assert.That(module.IsSubscriber(_tables.Invite(), Text("sip:alice@example.org"), Text("subscriber"), 1).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Nothing_secret_is_logged()
    {
        var module = Start(new AuthDbModule { CalculatesHash = true, PasswordColumn = "password" });
        _tables.Sql("INSERT INTO subscriber (username, domain, password) VALUES ('alice', 'example.com', 'hush-hush')");
        Authorize(module, Credentials(password: "hush-hush"));
        Authorize(module, Credentials(password: "wrong"));
        _tables.Lose();
        Authorize(module, Credentials(user: "bob", password: "hush-hush"));
        Assert.That(_tables.Bench.Log.Lines.Select(l => l.Text), Has.None.Contains("hush"));
    }

    private AuthDbModule Start(AuthDbModule module, Action<AuthModule>? set = null)
    {
        _auth = new AuthModule();
        set?.Invoke(_auth);
        _tables.Bench.Start(_auth);
        module.DatabaseUrl = _tables.Url;
        Assert.That(module.Validate(_tables.Bench.Script), Is.Null);
        return _tables.Bench.Start(module);
    }

    private void AddUser(string name, string ha1) => _tables.Sql($"INSERT INTO subscriber (username, domain, ha1) VALUES ('{name}', 'example.com', '{ha1}')");

    private int Authorize(AuthDbModule module, string credentials) => module.AuthorizeUser(Register(credentials), Text("example.com"), Text("subscriber")).Code;

    private Frame Register(string headers, string to = "alice") => _tables.Bench.Receive(
        $"REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:{to}@example.com>;tag=1\r\nTo: <sip:{to}@example.com>\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n{headers}Content-Length: 0\r\n\r\n");

    // What a phone answers, computed from RFC 7616 3.4.
    private string Credentials(string user = "alice", string password = "secret", string realm = "example.com", string? nonce = null, bool isSha256 = false)
    {
        nonce ??= Challenge();
        string hash(string text) => isSha256 ? Sha256(text) : Md5(text);
        var response = hash($"{hash($"{user}:{realm}:{password}")}:{nonce}:00000001:0a4f113b:auth:{hash("REGISTER:sip:example.com")}");
        return $"Authorization: Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"sip:example.com\", response=\"{response}\", qop=auth, nc=00000001, cnonce=\"0a4f113b\"{(isSha256 ? ", algorithm=SHA-256" : "")}\r\n";
    }

    private string Challenge()
    {
        _tables.Bench.Sent.Clear();
        _auth.ChallengeUser(Register(""), Text("example.com"), Text("1"));
        return Regex.Match(_tables.Bench.OnlySent, "nonce=\"([^\"]+)").Groups[1].Value;
    }

    private static string Md5(string text) => Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, Encoding.UTF8.GetBytes(text)));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static ScriptedSip.Sip.Messages.Utf8Text Text(string text) => ModuleBench.Text(text);
}
