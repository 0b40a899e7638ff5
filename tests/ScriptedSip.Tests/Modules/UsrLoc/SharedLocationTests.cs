using ScriptedSip.Data;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Tests.Data;
using ScriptedSip.Tests.Modules.Registrar;

namespace ScriptedSip.Tests.Modules.UsrLoc;

/// <summary>Several servers on one PostgreSQL: what one binds the others know, and an outage of the database costs no call.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[NonParallelizable]
internal sealed class SharedLocationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _url = PrivatePostgres.NewTables();
    private readonly List<Databases> _open = [];

    public void Dispose() => _open.ForEach(d => d.Dispose());

    [TestCase(1)]
    [TestCase(2)]
    public void Phone_registered_at_one_server_is_found_at_the_other_and_gone_when_it_leaves(int mode)
    {
        var (one, other) = (Start(mode), Start(mode));
        one.Register("Contact: <sip:bob@192.0.2.1>;q=0.5;expires=600", callId: "c", cseq: 1);
        Assert.That(SpinWait.SpinUntil(() => Contacts(other).Length == 1, Patience), Is.True);
        Assert.That(Contacts(other)[0], Is.EqualTo("<sip:bob@192.0.2.1>;q=0.5;expires=600"));
        other.Register("Contact: <sip:bob@192.0.2.1>;expires=0", callId: "c", cseq: 2);
        Assert.That(SpinWait.SpinUntil(() => Contacts(one).Length == 0, Patience), Is.True);
        Assert.That(Contacts(Start(mode)), Is.Empty);
    }

    [Test]
    public void Refresh_at_another_server_is_the_same_row()
    {
        var (one, other) = (Start(1), Start(1));
        one.Register("Contact: <sip:bob@192.0.2.1>", callId: "c", cseq: 1);
        other.Register("Contact: <sip:bob@192.0.2.1>", callId: "c", cseq: 2);
        Assert.That(Sql("SELECT count(*), max(cseq) FROM location").Single(), Is.EqualTo(new object[] { 1L, 2L }));
        Assert.That(SpinWait.SpinUntil(() => one.Register("Contact: <sip:bob@192.0.2.1>", callId: "c", cseq: 1) == -1, Patience), Is.True, "the newer CSeq has come over");
    }

    [Test]
    public void Killed_server_leaves_its_registrations_to_the_others()
    {
        Start(1).Register("Contact: <sip:bob@192.0.2.1>");
        Assert.That(Contacts(Start(1)), Has.Length.EqualTo(1));
    }

    [Test]
    public void Statement_as_a_user_name_is_one_row()
    {
        var rig = Start(1);
        rig.Register("Contact: <sip:a@h>", to: "sip:alice@example.org");
        Assert.That(rig.Register("Contact: <sip:b@h>", to: "sip:';%20DROP%20TABLE%20location;%20--@example.org"), Is.EqualTo(1));
        Assert.That(Sql("SELECT username FROM location ORDER BY username").Select(r => r[0]), Is.EqualTo(new[] { "'; drop table location; --", "alice" }));
    }

    [Test]
    public void Outage_refuses_what_cannot_be_kept_serves_what_is_known_and_catches_up()
    {
        var (through, back) = (Start(1), Start(2));
        through.Register("Contact: <sip:bob@192.0.2.1>");
        PrivatePostgres.Stop();
        try
        {
            Assert.That(through.Register("Contact: <sip:new@192.0.2.2>", to: "sip:new@example.org"), Is.EqualTo(-1));
            Assert.That(through.Reply, Does.StartWith("503 ").And.Contain("Retry-After: "));
            Assert.That(Contacts(through), Has.Length.EqualTo(1), "memory goes on serving");
            Assert.That(back.Register("Contact: <sip:late@192.0.2.3>", to: "sip:late@example.org"), Is.EqualTo(1), "written later");
        }
        finally
        {
            PrivatePostgres.Start();
        }
        Assert.That(SpinWait.SpinUntil(() => through.Register("Contact: <sip:new@192.0.2.2>", to: "sip:new@example.org") == 1, Patience), Is.True);
        var writes = _open[1].Open(_url).Writes;
        Assert.That(SpinWait.SpinUntil(() => writes.Pending == 0, Patience), Is.True);
        Assert.That(Sql("SELECT username FROM location WHERE expires > '1970-01-01 00:30:00' ORDER BY username").Select(r => r[0]), Is.EqualTo(new[] { "bob", "late", "new" }));
    }

    /// <summary>As on engines that speak PostgreSQL's protocol without LISTEN and NOTIFY.</summary>
    [Test]
    public void Servers_ask_for_changes_where_nobody_announces_them()
    {
        using var engine = new AlteringRelay(new Uri(_url).Port, ("LISTEN scriptedsip", "LISTEX scriptedsip"), ("pg_notify", "no_notify"));
        var url = _url.Replace($":{new Uri(_url).Port}/", $":{engine.Port}/", StringComparison.Ordinal);
        // Whoever asks for changes since a time goes by the time of day.
        var (one, other) = (Start(1, url, DateTimeOffset.UtcNow), Start(1, url, DateTimeOffset.UtcNow));
        Assert.That(one.Register("Contact: <sip:bob@192.0.2.1>", callId: "c", cseq: 1), Is.EqualTo(1), "it is kept although it cannot be announced");
        Assert.That(SpinWait.SpinUntil(() => Contacts(other).Length == 1, Patience), Is.True);
        Assert.That(other.Register("Contact: <sip:bob@192.0.2.1>;expires=0", callId: "c", cseq: 2), Is.EqualTo(1));
        Assert.That(SpinWait.SpinUntil(() => Contacts(one).Length == 0, Patience), Is.True);
        Assert.That(engine.Altered, Is.EquivalentTo(new[] { "LISTEN scriptedsip", "pg_notify" }));
    }

    /// <summary>The machine with the database, or a firewall before it, has forgotten the connection and says nothing: there is no end of it to notice.</summary>
    [Test]
    public void Server_whose_news_have_fallen_silent_listens_anew_and_catches_up()
    {
        const string Listen = "LISTEN scriptedsip";
        using var way = new AlteringRelay(new Uri(_url).Port, (Listen, Listen));
        var (one, other) = (Start(1, time: DateTimeOffset.UtcNow), Start(1, _url.Replace($":{new Uri(_url).Port}/", $":{way.Port}/", StringComparison.Ordinal), DateTimeOffset.UtcNow));
        way.Silence(Listen);
        one.Register("Contact: <sip:bob@192.0.2.1>", callId: "c", cseq: 1);
        Assert.That(SpinWait.SpinUntil(() => way.CountOf(Listen) == 2, Patience), Is.True, "it listens on another connection");
        Assert.That(SpinWait.SpinUntil(() => Contacts(other).Length == 1, Patience), Is.True, "what was announced meanwhile is not lost");
        other.Register("Contact: <sip:bob@192.0.2.1>;expires=0", callId: "c", cseq: 2);
        Assert.That(SpinWait.SpinUntil(() => Contacts(one).Length == 0, Patience), Is.True);
    }

    [Test]
    public void Missing_table_is_told_with_the_command_that_makes_it()
    {
        var empty = PrivatePostgres.NewDatabase();
        Assert.That(() => new RegistrarRig(locations: new UsrLocModule { DatabaseMode = 1, DatabaseUrl = empty }, databases: NewDatabases()),
            Throws.TypeOf<DatabaseException>().With.Message.Contains("scriptedsip db init"));
    }

    private RegistrarRig Start(int mode, string? url = null, DateTimeOffset time = default) =>
        new(locations: new UsrLocModule { DatabaseMode = mode, DatabaseUrl = url ?? _url }, databases: NewDatabases(), later: Math.Max(0, time.ToUnixTimeMilliseconds()));

    private Databases NewDatabases()
    {
        _open.Add(new Databases(new Dictionary<string, string>()));
        return _open[^1];
    }

    private static string[] Contacts(RegistrarRig rig)
    {
        rig.Register();
        return rig.Contacts;
    }

    private List<object?[]> Sql(string statement)
    {
        using var databases = new Databases(new Dictionary<string, string>());
        return databases.Open(_url).Query(statement);
    }
}
