using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Server;
using ScriptedSip.Server.Tables;
using ScriptedSip.Tests.Data;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>Softphones that are none of ours on the residential script: digest, registration, a call, and its record.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SoftphoneTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly int _port = Sipp.FreePort();
    private RunningProgram? _proxy;

    private string Url => $"sqlite://{_directory.File("sip.db")}";

    public void Dispose()
    {
        _proxy?.Dispose();
        _directory.Dispose();
    }

    [Test]
    public void Baresip_registers_calls_and_hangs_up_and_the_call_is_on_record()
    {
        var proxy = Start();
        using var bob = new Baresip(_port, "bob", "builder");
        Assert.That(bob.WaitFor("200 OK"), Is.True, bob.Output);
        using var alice = new Baresip(_port, "alice", "wonder", "-e", "/dial sip:bob@example.com");
        proxy.WaitUntil(text => text.Contains("transaction answered", StringComparison.Ordinal));
        alice.Quit();
        var records = proxy.WaitUntil(text => text.Contains("method=BYE", StringComparison.Ordinal));
        Assert.That(records, Does.Match("ACC: transaction answered: .*method=INVITE;.*code=200;.*caller=alice;callee=bob").And.Match("ACC: .*method=BYE;.*code=200"), alice.Output + bob.Output);

        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.That(() => Calls(output), Does.Match("(?m)^[^,]+,[^,]+,[0-9.]+,sip:alice@example.com,sip:bob@example.com,").After(10).Seconds.PollEvery(200), "it has a beginning, an end and a duration");
        Assert.That(proxy.Output, Does.Not.Contain("wonder").And.Not.Contain("builder"));
    }

    [TestCase("alice", "wrong")]
    [TestCase("mallory", "wonder")]
    public void Baresip_with_a_wrong_password_or_of_nobody_is_not_let_in(string user, string password)
    {
        Start();
        using var phone = new Baresip(_port, user, password);
        Assert.That(phone.WaitFor("401 Unauthorized"), Is.True, phone.Output);
        Assert.That(phone.Output, Does.Not.Contain("200 OK"));
        using var databases = new Databases(new Dictionary<string, string>());
        Assert.That(databases.Open(Url).Query("SELECT * FROM location"), Is.Empty);
    }

    private RunningProgram Start()
    {
        Baresip.Require();
        foreach (var (user, password) in (ReadOnlySpan<(string, string)>)[("alice", "wonder"), ("bob", "builder")])
        {
            using var input = new StringReader(password);
            Assert.That(TableCommands.Run(["user", "add", Url, $"{user}@example.com"], input, TextWriter.Null, TextWriter.Null), Is.EqualTo(Commands.Done));
        }
        return _proxy = new RunningProgram(Repository.Path("scripts/residential.cfg"), $"udp:127.0.0.1:{_port}", "--ctl", _directory.File("ctl"), "-A", $"DBURL=\"{Url}\"");
    }

    private string Calls(StringWriter output)
    {
        output.GetStringBuilder().Clear();
        TableCommands.Run(["cdr", Url, "--format", "csv"], TextReader.Null, output, output);
        return output.ToString();
    }
}
