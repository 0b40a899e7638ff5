using ScriptedSip.Data;
using ScriptedSip.Modules;
using ScriptedSip.Modules.AvpOps;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Modules.Storage;

namespace ScriptedSip.Tests.Modules.AvpOps;

/// <summary>avp_db_load, avp_db_store, avp_db_delete and avp_db_query as scripts call them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AvpDatabaseTests : IDisposable
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    private readonly TableBench _tables = new();

    public void Dispose() => _tables.Dispose();

    [TestCase("avp_db_load(\"$ru/username\", \"$avp(s:color)\"); xlog(\"$avp(s:color)\");", "red")]
    [TestCase("avp_db_load(\"$fu\", \"$avp(s:color)\"); xlog(\"$avp(s:color)\");", "blue")]
    [TestCase("$avp(s:key) = \"u-1\"; avp_db_load(\"$avp(s:key)/uuid\", \"$avp(s:color)\"); xlog(\"$avp(s:color)\");", "green")]
    [TestCase("avp_db_load(\"$ru/username\", \"*\"); xlog(\"$avp(s:color) $avp(i:7) $avp(s:size)\");", "red seven 42")]
    [TestCase("avp_db_load(\"$ru/username\", \"i:\"); xlog(\"$avp(s:color) $avp(i:7)\");", "<null> seven")]
    [TestCase("avp_db_load(\"$ru/username\", \"$avp(s:size)\"); if ($avp(s:size) == 42) xlog(\"number\");", "number")]
    [TestCase("if (!avp_db_load(\"$ru/username\", \"$avp(s:nothing)\")) xlog(\"none\");", "none")]
    [TestCase("if (avp_db_load(\"$ru/username\", \"$avp(s:color)/other\")) xlog(\"$avp(s:color)\");", "black")]
    public void Stored_avps_are_loaded(string body, string expected)
    {
        _tables.Sql("INSERT INTO usr_preferences (uuid, username, domain, attribute, type, value) VALUES ('', 'bob', 'example.com', 'color', 0, 'red'), "
            + "('', 'alice', 'atlanta.example', 'color', 0, 'blue'), ('u-1', '', '', 'color', 0, 'green'), ('', 'bob', 'example.com', '7', 2, 'seven'), ('', 'bob', '', 'size', 1, '42')");
        _tables.Sql("CREATE TABLE other AS SELECT uuid, username, domain, attribute, type, 'black' AS value FROM usr_preferences");
        Assert.That(Run(body), Is.EqualTo(expected));
    }

    [Test]
    public void Stored_avps_come_back_and_go()
    {
        Assert.That(Run("$avp(s:a) = \"1\"; $avp(s:a) = \"2\"; $avp(i:9) = 5; avp_db_store(\"$fu/username\", \"$avp(s:a)\"); avp_db_store(\"$fu/username\", \"$avp(i:9)\");"), Is.Empty);
        Assert.That(_tables.Sql("SELECT username, attribute, type, value FROM usr_preferences").Select(r => string.Join('|', r)),
            Is.EqualTo(new[] { "alice|a|0|1", "alice|a|0|2", "alice|9|3|5" }));
        Assert.That(Run("avp_db_load(\"$fu/username\", \"$avp(s:a)\"); xlog(\"$avp(s:a)\");"), Is.EqualTo("2"), "the newest lies on top again");
        Run("avp_db_delete(\"$fu/username\", \"$avp(s:a)\");");
        Assert.That(_tables.Sql("SELECT attribute FROM usr_preferences").Single()[0], Is.EqualTo("9"));
    }

    [TestCase("avp_db_query(\"select username, domain from subscriber where username = '$rU'\", \"$avp(s:u);$avp(s:d)\"); xlog(\"$avp(s:u)@$avp(s:d)\");", "bob@example.com")]
    [TestCase("avp_db_query(\"select username from subscriber order by username\"); xlog(\"$(avp(i:1)[*])\");", "alice, bob, o'brien")]
    [TestCase("avp_db_query(\"select username from subscriber where username like '$(rU{s.substr,0,1})%'\"); xlog(\"$avp(i:1)\");", "bob")]
    [TestCase("$var(n) = 1; avp_db_query(\"select username from subscriber order by username limit $var(n)\"); xlog(\"$avp(i:1)\");", "alice")]
    [TestCase("$var(x) = \"o'brien\"; avp_db_query(\"select domain from subscriber where username='$var(x)'\"); xlog(\"$avp(i:1)\");", "irish")]
    [TestCase("$var(x) = \"' OR '1'='1\"; avp_db_query(\"select domain from subscriber where username='$var(x)'\"); xlog(\"$retcode\");", "-2")]
    [TestCase("$var(x) = \"x'; DELETE FROM subscriber; --\"; avp_db_query(\"insert into grp (username, domain, grp) values ('$var(x)', '', 'g')\"); xlog(\"$retcode\");", "1")]
    [TestCase("avp_db_query(\"select nothing from nowhere\"); xlog(\"$retcode\");", "-1")]
    public void Query_gives_its_rows_and_binds_its_variables(string body, string expected)
    {
        _tables.Sql("INSERT INTO subscriber (username, domain) VALUES ('bob', 'example.com'), ('alice', 'x'), ('o''brien', 'irish')");
        Assert.That(Run(body), Is.EqualTo(expected));
        Assert.That(_tables.Sql("SELECT count(*) FROM subscriber").Single()[0], Is.EqualTo(3L));
    }

    [TestCase("avp_delete(\"$avp(s:a)\");", null)]
    [TestCase("avp_db_delete(\"$fu\", \"$avp(s:a)\");", Databases.Standard)]
    public void Database_is_used_only_by_a_script_that_asks_it(string body, string? url)
    {
        var result = ScriptLoader.Load(new SourceFile("test.cfg", $"loadmodule \"avpops.so\"\nroute {{\n{body}\n}}\n"), new LoadOptions { Catalog = Catalog });
        Assert.That(result.Modules.All.OfType<AvpOpsModule>().Single().DatabaseInUse, Is.EqualTo(url));
    }

    private string Run(string body)
    {
        var text = $"loadmodule \"xlog.so\"\nloadmodule \"avpops.so\"\nmodparam(\"avpops\", \"db_url\", \"{_tables.Url}\")\nroute {{\n{body}\n}}\n";
        var result = ScriptLoader.Load(new SourceFile("test.cfg", text), new LoadOptions { Catalog = Catalog, Services = new RuntimeServices { Log = _tables.Bench.Log } });
        Assert.That(result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.ToString()), Is.Empty);
        foreach (var module in result.Modules.All)
            module.Start(_tables.Bench.Host);
        foreach (var module in result.Modules.All)
            module.Started(_tables.Bench.Host);
        _tables.Bench.Log.Lines.Clear();
        var frame = _tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, result.Script!);
        result.Script!.RequestRoute.Run(frame);
        return string.Join('|', _tables.Bench.Log.Lines.Where(l => !l.Text.StartsWith("avpops:", StringComparison.Ordinal)).Select(l => l.Text));
    }
}
