using System.Diagnostics;
using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Tests.Data;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>Built programs on a real PostgreSQL: two of them share their phones, and none of them minds when the database is gone for a while.</summary>
[NonParallelizable]
internal sealed class SharedDatabaseTests
{
    private const string Bob = "sip:bob@example.com";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<IDisposable> _things = [];

    [TearDown]
    public void End()
    {
        PrivatePostgres.Thaw();
        for (var i = _things.Count - 1; i >= 0; i--)
            _things[i].Dispose();
        _things.Clear();
    }

    [Test]
    public void Phone_registered_at_one_is_reachable_through_the_other_and_stays_so_when_the_first_is_killed()
    {
        var url = PrivatePostgres.NewTables();
        var first = Start(url, 1, out var one);
        Start(url, 1, out var other);
        var (bob, alice) = (Phone(), Phone());
        Assert.That(alice.Ask(other, "MESSAGE", Bob, "sip:alice@example.com"), Does.StartWith("SIP/2.0 404 "));

        Assert.That(bob.Register(one, "bob"), Does.StartWith("SIP/2.0 200 "));
        bob.AnswerAll();
        var since = Stopwatch.StartNew();
        Assert.That(Until(() => alice.Ask(other, "MESSAGE", Bob, "sip:alice@example.com").StartsWith("SIP/2.0 200 ", StringComparison.Ordinal)), Is.True);
        TestContext.Out.WriteLine($"reachable through the other after {since.ElapsedMilliseconds} ms");

        first.Signal("KILL");
        Assert.That(alice.Ask(other, "MESSAGE", Bob, "sip:alice@example.com"), Does.StartWith("SIP/2.0 200 "));
        Start(url, 1, out var third);
        Assert.That(alice.Ask(third, "MESSAGE", Bob, "sip:alice@example.com"), Does.StartWith("SIP/2.0 200 "));
    }

    /// <summary>Stopped: connections are refused. Frozen: they are taken and never answered.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void Outage_costs_no_call_and_nothing_that_was_acknowledged(bool isFrozen)
    {
        var url = PrivatePostgres.NewTables();
        Start(url, 1, out var through);
        Start(url, 2, out var behind);
        var (bob, carol, dave, alice) = (Phone(), Phone(), Phone(), Phone());
        Assert.That(bob.Register(through, "bob"), Does.StartWith("SIP/2.0 200 "));
        Assert.That(Until(() => alice.Ask(behind, "REGISTER", "sip:example.com", Bob).Contains("Contact: ", StringComparison.Ordinal)), Is.True);
        bob.AnswerAll();
        if (isFrozen)
            PrivatePostgres.Freeze();
        else
            PrivatePostgres.Stop();
        try
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.That(alice.Ask(through, "MESSAGE", Bob, "sip:alice@example.com"), Does.StartWith("SIP/2.0 200 "));
                Assert.That(alice.Ask(behind, "MESSAGE", Bob, "sip:alice@example.com"), Does.StartWith("SIP/2.0 200 "));
            }
            // What cannot be kept is not acknowledged; what may wait is.
            Assert.That(carol.Register(through, "carol"), Does.StartWith("SIP/2.0 503 ").And.Contains("Retry-After: "));
            Assert.That(dave.Register(behind, "dave"), Does.StartWith("SIP/2.0 200 "));
            Assert.That(alice.Ask(through, "MESSAGE", Bob, "sip:alice@example.com"), Does.StartWith("SIP/2.0 200 "));
        }
        finally
        {
            if (isFrozen)
                PrivatePostgres.Thaw();
            else
                PrivatePostgres.Start();
        }
        Assert.That(Until(() => carol.Register(through, "carol").StartsWith("SIP/2.0 200 ", StringComparison.Ordinal)), Is.True, "it is taken once it can be kept");
        Assert.That(Until(() => Users(url).SequenceEqual(["bob", "carol", "dave"])), Is.True, "what was acknowledged is written");
        dave.AnswerAll();
        Assert.That(Until(() => alice.Ask(through, "MESSAGE", "sip:dave@example.com", "sip:alice@example.com").StartsWith("SIP/2.0 200 ", StringComparison.Ordinal)), Is.True,
            "and comes over to the other");
    }

    [Test]
    public void Statement_as_a_user_name_is_one_row_on_postgres() => OneRow(PrivatePostgres.NewTables());

    [Test]
    public void Statement_as_a_user_name_is_one_row_on_sqlite()
    {
        var directory = new TemporaryDirectory();
        _things.Add(directory);
        OneRow($"sqlite://{directory.File("location.db")}");
    }

    private void OneRow(string url)
    {
        Start(url, 1, out var proxy);
        var phone = Phone();
        Assert.That(phone.Register(proxy, "alice"), Does.StartWith("SIP/2.0 200 "));
        Assert.That(phone.Register(proxy, "';%20DROP%20TABLE%20location;%20--"), Does.StartWith("SIP/2.0 200 "));
        Assert.That(Users(url), Is.EqualTo(new[] { "'; drop table location; --", "alice" }));
        Assert.That(phone.Ask(proxy, "REGISTER", "sip:example.com", "sip:';%20DROP%20TABLE%20location;%20--@example.com"), Does.Contain($"Contact: <sip:phone@127.0.0.1:{phone.Port}>"));
    }

    private static string[] Users(string url)
    {
        using var databases = new Databases(new Dictionary<string, string>());
        return [.. databases.Open(url).Select(new SelectShape("location", ["username"], [])).Select(r => (string)r[0]!).Order(StringComparer.Ordinal)];
    }

    private static bool Until(Func<bool> isTrue) => SpinWait.SpinUntil(() =>
    {
        if (isTrue())
            return true;
        Thread.Sleep(50);
        return false;
    }, Patience);

    private WirePhone Phone()
    {
        var phone = new WirePhone();
        _things.Add(phone);
        return phone;
    }

    private RunningProgram Start(string url, int mode, out int port)
    {
        var directory = new TemporaryDirectory();
        _things.Add(directory);
        var script = directory.File("script.cfg");
        File.WriteAllText(script, string.Create(CultureInfo.InvariantCulture, $$"""
            loadmodule "tm"
            loadmodule "sl"
            loadmodule "usrloc"
            loadmodule "registrar"
            modparam("usrloc", "db_mode", {{mode}})
            modparam("usrloc", "db_url", "{{url}}")
            modparam("registrar", "retry_after", 5)
            route {
                if (method == "REGISTER") {
                    save("location");
                    exit;
                }
                if (!lookup("location")) {
                    sl_send_reply("404", "Not Found");
                    exit;
                }
                t_relay();
            }
            """));
        port = Sipp.FreePort();
        var program = new RunningProgram(script, $"udp:127.0.0.1:{port}", "--ctl", directory.File("ctl"));
        _things.Add(program);
        return program;
    }
}
