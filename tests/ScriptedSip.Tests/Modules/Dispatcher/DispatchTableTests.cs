using ScriptedSip.Modules.Dispatcher;
using ScriptedSip.Script.Api;
using ScriptedSip.Tests.Modules.Storage;

namespace ScriptedSip.Tests.Modules.Dispatcher;

/// <summary>Sets of destinations in a database table (dispatcher: db_url, table_name and the names of columns; ds_reload()).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DispatchTableTests : IDisposable
{
    private readonly TableBench _tables = new();

    public void Dispose() => _tables.Dispose();

    [Test]
    public void Rows_are_the_destinations_of_the_sets()
    {
        Fill();
        var module = Start(new DispatcherModule());
        Assert.That(Shown(module), Is.EqualTo(new[]
        {
            "1 sip:10.0.2.1 Active 5 weight=50",
            "1 sip:10.0.2.2 Inactive 9 ",
            "2 sip:10.0.2.9 Active 0 ",
        }));
        var frame = _tables.Invite();
        Assert.That(module.SelectNextHop(frame, 1, 8), Is.EqualTo(Outcome.True), "the better one is inactive");
        Assert.That(frame.DestinationUri.ToString(), Is.EqualTo("sip:10.0.2.1"));
    }

    [Test]
    public void Table_of_OpenSIPS_has_state_weight_and_socket_in_columns_of_their_own()
    {
        _tables.Sql("CREATE TABLE load_balancer (id INTEGER PRIMARY KEY, setid INTEGER, uri TEXT, socket TEXT, state INTEGER, weight TEXT, priority INTEGER, attrs TEXT)");
        _tables.Sql("INSERT INTO load_balancer (setid, uri, socket, state, weight, priority, attrs) VALUES (1, 'sip:10.0.2.1', 'udp:10.0.0.2:5070', 0, '7', 1, 'a'), (1, 'sip:10.0.2.2', NULL, 1, '', 0, ''), (1, 'sip:10.0.2.3', NULL, 2, NULL, 0, NULL)");
        var module = Start(new DispatcherModule { Table = "load_balancer", UriColumn = "uri" });
        Assert.That(Shown(module), Is.EqualTo(new[]
        {
            "1 sip:10.0.2.1 Active 1 a;weight=7;socket=udp:10.0.0.2:5070",
            "1 sip:10.0.2.2 Inactive 0 ",
            "1 sip:10.0.2.3 Inactive, Probing 0 ",
        }));
        Assert.That(module.List.Sets[1].All[0].Weight, Is.EqualTo(7));
        Assert.That(module.SocketOf(module.List.Sets[1].All[0]), Is.SameAs(_tables.Bench.Sockets.All[1]));
    }

    [Test]
    public void Reload_reads_the_table_again_and_keeps_the_states()
    {
        Fill();
        var module = Start(new DispatcherModule());
        module.List.Sets[1].All[0].State = DestinationState.Disabled;
        _tables.Sql("INSERT INTO dispatcher (setid, destination) VALUES (1, 'sip:10.0.2.3')");
        _tables.Sql("DELETE FROM dispatcher WHERE destination = 'sip:10.0.2.2'");
        Assert.That(module.List.Sets[1].All, Has.Length.EqualTo(2), "not by itself");
        Assert.That(module.Reload(_tables.Invite()), Is.EqualTo(Outcome.True));
        Assert.That(Shown(module), Is.EqualTo(new[] { "1 sip:10.0.2.1 Disabled 5 weight=50", "1 sip:10.0.2.3 Active 0 ", "2 sip:10.0.2.9 Active 0 " }));
    }

    [Test]
    public void Row_that_is_no_destination_leaves_the_old_list_in_place()
    {
        Fill();
        var module = Start(new DispatcherModule());
        _tables.Sql("INSERT INTO dispatcher (setid, destination) VALUES (3, 'http://10.0.2.3')");
        Assert.That(module.Reload(_tables.Invite()), Is.EqualTo(Outcome.False));
        Assert.That(() => module.ReloadDestinations([]), Throws.TypeOf<ControlException>().With.Message.Contains("set 3: 'http://10.0.2.3' is not a SIP URI"));
        Assert.That(module.List.Sets, Has.Count.EqualTo(2));
    }

    [Test]
    public void List_stays_when_the_database_is_gone()
    {
        Fill();
        var module = Start(new DispatcherModule());
        Assert.That(module.Reload(_tables.Invite()), Is.EqualTo(Outcome.True));
        _tables.Lose();
        Assert.That(module.Reload(_tables.Invite()), Is.EqualTo(Outcome.False));
        Assert.That(module.SelectNextHop(_tables.Invite(), 2, 4), Is.EqualTo(Outcome.True));
    }

    [TestCase("", "mysql://x/y", "", ExpectedResult = "standard:")]
    [TestCase("", "mysql://x/y", "list", ExpectedResult = null)]
    [TestCase("sqlite:///d", "mysql://x/y", "", ExpectedResult = "sqlite:///d")]
    public string? Database_of_the_core_is_taken_without_a_list_file(string url, string standard, string file)
    {
        var module = new DispatcherModule { DatabaseUrl = url };
        if (file.Length > 0)
            module.ListFile = file;
        module.Validate(new ModuleBench(settings: new ScriptSettings { DefaultDatabase = standard }).Script);
        return module.DatabaseInUse;
    }

    private void Fill()
    {
        _tables.Database.Ensure(ScriptedSip.Data.StandardSchema.Find("dispatcher")!);
        _tables.Sql("INSERT INTO dispatcher (setid, destination, flags, priority, attrs) VALUES (1, 'sip:10.0.2.1', 0, 5, 'weight=50'), (1, 'sip:10.0.2.2', 1, 9, ''), (2, 'sip:10.0.2.9', 0, 0, '')");
    }

    private DispatcherModule Start(DispatcherModule module)
    {
        module.DatabaseUrl = _tables.Url;
        Assert.That(module.Validate(_tables.Bench.Script), Is.Null);
        return _tables.Bench.Start(module);
    }

    private static string[] Shown(DispatcherModule module) => [.. module.List.Sets.OrderBy(s => s.Key)
        .SelectMany(s => s.Value.All.Select(d => $"{s.Key} {d.Uri} {d.State} {d.Priority} {d.Attributes}"))];
}
