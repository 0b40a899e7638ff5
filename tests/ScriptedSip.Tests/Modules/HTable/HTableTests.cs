using ScriptedSip.Modules;
using ScriptedSip.Modules.HTable;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Modules.Storage;

namespace ScriptedSip.Tests.Modules.HTable;

/// <summary>Kamailio's htable as scripts use it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HTableTests : IDisposable
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    private readonly TableBench _tables = new();
    private BoundScript? _script;
    private IEnumerable<ScriptModule> _modules = [];
    private HTableModule? _running;

    public void Dispose() => _tables.Dispose();

    [TestCase("$sht(a=>x) = \"one\"; $sht(a=>y) = 2; xlog(\"$sht(a=>x) $sht(a=>y)\"); if ($sht(a=>y) == 2) xlog(\"number\");", "one 2|number")]
    [TestCase("$sht(a=>$si) = 1; xlog(\"$sht(a=>192.0.2.1)\");", "1")]
    [TestCase("$sht(a=>x) = 1; $sht(a=>x) = $null; if ($sht(a=>x) == $null) xlog(\"gone\");", "gone")]
    [TestCase("if ($sht(zero=>x) == 0) xlog(\"initial\"); if ($sht(word=>x) == \"none\") xlog(\"word\");", "initial|word")]
    [TestCase("xlog(\"$shtinc(zero=>n) $shtinc(zero=>n) $shtdec(zero=>n) $sht(zero=>n)\");", "1 2 1 1")]
    [TestCase("$sht(a=>t) = \"text\"; if ($shtinc(a=>t) == $null) xlog(\"no number\");", "no number")]
    [TestCase("$sht(a=>x) = 1; sht_rm(\"a\", \"x\"); $sht(a=>y) = 1; if (sht_is_null(\"a\", \"x\") && !sht_is_null(\"a\", \"y\")) xlog(\"null\"); if (!sht_rm(\"none\", \"x\")) xlog(\"no table\");", "null|no table")]
    [TestCase("$sht(a=>x) = 1; $sht(zero=>x) = 1; sht_reset(\"a\"); xlog(\"$sht(a=>x) $sht(zero=>x)\");", "<null> 1")]
    [TestCase("$sht(a=>ab1) = 1; $sht(a=>ab2) = 2; $sht(a=>c) = 3; xlog(\"$shtcn(a=>^ab) $shtcn(a=>~%a) $shtcv(a=>gti:1) $shtcv(a=>eqi:1)\");", "2 2 2 1")]
    [TestCase("$sht(a=>ab1) = \"x\"; $sht(a=>c) = \"y\"; sht_rm_name_re(\"a=>^ab\"); xlog(\"$sht(a=>ab1) $sht(a=>c)\"); sht_rm_value_re(\"a=>^y\"); xlog(\"$sht(a=>c)\");", "<null> y|<null>")]
    [TestCase("$sht(a=>ab) = \"x\"; $sht(a=>c) = \"y\"; sht_rm_name(\"a\", \"sw\", \"a\"); sht_rm_value(\"a\", \"eq\", \"z\"); xlog(\"$sht(a=>ab) $sht(a=>c)\"); sht_rm_value(\"a\", \"eq\", \"y\"); xlog(\"$sht(a=>c)\"); if (!sht_rm_name(\"a\", \"like\", \"c\")) xlog(\"no operation\");", "<null> y|<null>|no operation")]
    [TestCase("$sht(a=>ab) = \"x\"; if (sht_match_name(\"a\", \"sw\", \"a\") && !sht_match_name(\"a\", \"eq\", \"a\") && sht_has_str_value(\"a\", \"re\", \"^x$\") && !sht_has_str_value(\"a\", \"eq\", \"y\") && sht_has_name(\"a\", \"ne\", \"c\")) xlog(\"found\");", "found")]
    [TestCase("sht_inc(\"a\", \"n\"); sht_inc(\"a\", \"n\"); if (sht_dec(\"a\", \"n\")) xlog(\"$sht(a=>n)\"); if (!sht_dec(\"a\", \"n\")) xlog(\"$sht(a=>n)\");", "1|0")]
    [TestCase("$sht(a=>x) = 1; $sht(a=>y) = 2; sht_iterator_start(\"i\", \"a\"); while (sht_iterator_next(\"i\")) { $var(sum) = $var(sum) + $shtitval(i); sht_iterator_rm(\"i\"); } sht_iterator_end(\"i\"); if (!sht_iterator_end(\"i\")) xlog(\"over\"); xlog(\"$var(sum)\"); if (!sht_iterator_next(\"i\")) xlog(\"$shtcn(a=>.)\");",
        "over|3|0")]
    [TestCase("$sht(a=>x) = 1; sht_iterator_start(\"i\", \"a\"); sht_iterator_next(\"i\"); xlog(\"$shtitkey(i)\"); sht_iterator_seti(\"i\", 5); xlog(\"$sht(a=>x)\"); sht_iterator_sets(\"i\", \"six\"); sht_iterator_setex(\"i\", 9); xlog(\"$sht(a=>x) $shtex(a=>x)\");", "x|5|six 9")]
    [TestCase("$sht(a=>x) = \"one\"; sht_print(); xlog(\"end\");", "a=>x: one|end")]
    public void Values_are_shared_by_name(string body, string expected) => Assert.That(Run(body), Is.EqualTo(expected));

    [Test]
    public void Values_end_after_their_time()
    {
        Assert.That(Run("$sht(ten=>x) = 1; $sht(fixed=>x) = 1; sht_setxi(\"a\", \"x\", 7, 5); sht_setxs(\"a\", \"y\", \"text\", 0); xlog(\"$shtex(ten=>x) $shtex(a=>x) $shtex(a=>y)\");"), Is.EqualTo("10 5 0"));
        _tables.Bench.Clock.Milliseconds += 6000;
        Assert.That(RunAgain("SHORT"), Is.EqualTo("<null>"));
        Assert.That(RunAgain("TEN"), Is.EqualTo("1"));
        Assert.That(RunAgain("COUNT"), Is.EqualTo("22"), "a new value begins a new life, unless updateexpire is 0");
        _tables.Bench.Clock.Milliseconds += 6000;
        Assert.That(RunAgain("ALL"), Is.EqualTo("2 <null> text"));
    }

    [Test]
    public void Table_is_filled_from_a_database()
    {
        _tables.Sql("CREATE TABLE numbers (key_name TEXT, key_type INTEGER, value_type INTEGER, key_value TEXT)");
        _tables.Sql("INSERT INTO numbers VALUES ('limit', 0, 1, '7'), ('ring', 0, 0, 'loud')");
        _tables.Sql("CREATE TABLE own (a TEXT, b TEXT, c TEXT)");
        _tables.Sql("INSERT INTO own VALUES ('x', '1', '2')");
        Assert.That(Run("xlog(\"$sht(filled=>limit) $sht(filled=>ring) $sht(own=>x)\"); if ($sht(filled=>limit) > 6) xlog(\"number\");", withDatabase: true), Is.EqualTo("7 loud 1,2|number"));
    }

    [Test]
    public void Table_is_written_back_at_the_end_with_what_its_values_have_left()
    {
        _tables.Sql("CREATE TABLE numbers (key_name TEXT, key_type INTEGER, value_type INTEGER, key_value TEXT, expires INTEGER)");
        _tables.Sql("INSERT INTO numbers VALUES ('gone', 0, 1, '7', 0), ('kept', 0, 0, 'loud', 0), ('over', 0, 0, 'past', 1000)");
        _tables.Sql("CREATE TABLE own (a TEXT, b TEXT, c TEXT)");
        _tables.Sql("INSERT INTO own VALUES ('x', '1', '2')");
        Assert.That(Run("$sht(filled=>gone) = $null; $sht(filled=>n) = 5; sht_setxs(\"filled\", \"t\", \"a|b\", 90); $sht(own=>y) = \"3,4\"; $sht(a=>x) = 1; xlog(\"$sht(filled=>over)\");",
            withDatabase: true, options: ";dbmode=1", expires: 1), Is.EqualTo("<null>"), "its time was over");
        var end = _tables.Bench.Clock.UtcNow.ToUnixTimeSeconds() + 90;
        Stop();
        Assert.That(_tables.Sql("SELECT key_name, value_type, key_value, expires FROM numbers ORDER BY key_name").Select(r => string.Join(' ', r)), Is.EqualTo(new[] { "kept 0 loud 0", "n 1 5 0", $"t 0 a|b {end}" }));
        Assert.That(_tables.Sql("SELECT a, b, c FROM own ORDER BY a").Select(r => string.Join(' ', r)), Is.EqualTo(new[] { "x 1 2", "y 3 4" }));

        _tables.Bench.Clock.Milliseconds += 30_000;
        _tables.Bench.Clock.UtcNow += TimeSpan.FromSeconds(30);
        Assert.That(Run("$var(sum) = $sht(filled=>n) + 1; xlog(\"$var(sum) $sht(filled=>t) $shtex(filled=>t) $sht(own=>y)\");", withDatabase: true, options: ";dbmode=1", expires: 1), Is.EqualTo("6 a|b 60 3,4"));
    }

    [Test]
    public void Table_stays_as_it_is_in_the_database_without_dbmode()
    {
        _tables.Sql("CREATE TABLE numbers (key_name TEXT, key_type INTEGER, value_type INTEGER, key_value TEXT)");
        _tables.Sql("INSERT INTO numbers VALUES ('limit', 0, 1, '7')");
        _tables.Sql("CREATE TABLE own (a TEXT, b TEXT, c TEXT)");
        Run("$sht(filled=>limit) = 8;", withDatabase: true);
        Stop();
        Assert.That(_tables.Sql("SELECT key_value FROM numbers").Single()[0], Is.EqualTo("7"));
    }

    [Test]
    public void Values_outlive_a_reload_that_changes_parameters()
    {
        FillTables();
        Run("$sht(filled=>limit) = 8; $sht(filled=>gone) = $null; $sht(a=>x) = 1;", withDatabase: true, options: ";dbmode=1");
        _running = _modules.OfType<HTableModule>().Single();
        Assert.That(Run("xlog(\"$sht(filled=>limit) $sht(filled=>gone) $sht(a=>x) $sht(own=>x)\");", withDatabase: true, options: ";dbmode=1;autoexpire=90"), Is.EqualTo("8 <null> 1 1,2"));
    }

    [Test]
    public void Table_that_is_in_a_database_since_a_reload_is_filled_but_keeps_what_it_has()
    {
        FillTables();
        Run("$sht(a=>limit) = 8;");
        _running = _modules.OfType<HTableModule>().Single();
        Assert.That(Run("xlog(\"$sht(a=>limit) $sht(a=>gone)\");", withDatabase: true, tableOfA: ";dbtable=numbers"), Is.EqualTo("8 1"));
    }

    [Test]
    public void Tables_of_a_refused_script_are_not_written_back_and_those_of_the_running_one_are()
    {
        FillTables();
        Run("$sht(filled=>limit) = 8;", withDatabase: true, options: ";dbmode=1");
        var before = _modules;
        _running = before.OfType<HTableModule>().Single();
        Run("$sht(filled=>limit) = 9;", withDatabase: true, options: ";dbmode=1");
        foreach (var module in _modules)
            module.Withdraw();
        Assert.That(_tables.Sql("SELECT key_value FROM numbers WHERE key_name = 'limit'").Single()[0], Is.EqualTo("7"));

        _modules = before;
        Stop();
        Assert.That(_tables.Sql("SELECT key_value FROM numbers WHERE key_name = 'limit'").Single()[0], Is.EqualTo("8"));
    }

    [Test]
    public void Name_is_held_by_one_run_at_a_time()
    {
        var (script, frame) = Begin("sht_lock(\"a=>x\"); sht_lock(\"a=>x\"); xlog(\"in\");", withDatabase: false);
        script.RequestRoute.Run(frame);
        var second = Task.Run(() => script.RequestRoute.Run(_tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, script)));
        Assert.That(second.Wait(50), Is.False);
        frame.Context.Return(frame);
        Assert.That(second.Wait(5000), Is.True);
    }

    [Test]
    public void Name_that_was_let_go_of_is_free_for_other_runs()
    {
        var (script, frame) = Begin("sht_lock(\"a=>x\"); xlog(\"in\"); sht_unlock(\"a=>x\");", withDatabase: false);
        script.RequestRoute.Run(frame);
        var second = Task.Run(() => script.RequestRoute.Run(_tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, script)));
        Assert.That(second.Wait(5000), Is.True);
        Assert.That(Printed(), Is.EqualTo("in|in"));
    }

    [TestCase("a", "")]
    [TestCase("b=>size=8;autoexpire=300;dmqreplicate=1;", "")]
    [TestCase("b=>autoexpire=soon", "SS3008")]
    [TestCase("b=>dbtable=t;dbmode=1", "")]
    [TestCase("b=>dbmode=always", "SS3008")]
    [TestCase("b=>cols='a'", "SS3008")]
    [TestCase("=>size=8", "SS3008")]
    public void Tables_are_checked(string table, string error)
    {
        var text = $"loadmodule \"htable\"\nmodparam(\"htable\", \"htable\", \"{table}\")\nmodparam(\"htable\", \"htable\", \"c=>size=4\")\nroute {{ $sht(c=>x) = 1; }}\nevent_route[htable:expired:c] {{ $sht(c=>y) = 1; }}\n";
        var result = ScriptLoader.Load(new SourceFile("test.cfg", text), new LoadOptions { Catalog = Catalog });
        Assert.That(string.Join(' ', result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code)), Is.EqualTo(error));
        Assert.That(result.Diagnostics.Where(d => d.Severity == Severity.Warning).Select(d => d.ToString()), Is.Empty);
    }

    private void FillTables()
    {
        _tables.Sql("CREATE TABLE numbers (key_name TEXT, key_type INTEGER, value_type INTEGER, key_value TEXT)");
        _tables.Sql("INSERT INTO numbers VALUES ('limit', 0, 1, '7'), ('gone', 0, 1, '1')");
        _tables.Sql("CREATE TABLE own (a TEXT, b TEXT, c TEXT)");
        _tables.Sql("INSERT INTO own VALUES ('x', '1', '2')");
    }

    private void Stop()
    {
        foreach (var module in _modules)
            module.Stop();
    }

    private string Run(string body, bool withDatabase = false, string options = "", int expires = 0, string tableOfA = "")
    {
        var (script, frame) = Begin(body, withDatabase, options, expires, tableOfA);
        script.RequestRoute.Run(frame);
        frame.Context.Return(frame);
        return Printed();
    }

    // A further run, of another block of the same script.
    private string RunAgain(string route)
    {
        _tables.Bench.Log.Lines.Clear();
        var frame = _tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, _script!);
        _script!.FindRoute(RouteKinds.Request, route)!.Run(frame);
        frame.Context.Return(frame);
        return Printed();
    }

    private string Printed() => string.Join('|', _tables.Bench.Log.Lines.Select(l => l.Text));

    private (BoundScript Script, Frame Frame) Begin(string body, bool withDatabase, string options = "", int expires = 0, string tableOfA = "")
    {
        var filled = withDatabase ? $"modparam(\"htable\", \"db_url\", \"{_tables.Url}\")\nmodparam(\"htable\", \"htable\", \"filled=>dbtable=numbers{options}\")\nmodparam(\"htable\", \"htable\", \"own=>dbtable=own;cols='a,b,c'{options}\")\nmodparam(\"htable\", \"db_expires\", {expires})" : "";
        var result = ScriptLoader.Load(new SourceFile("test.cfg", $$"""
            #!KAMAILIO
            loadmodule "xlog"
            loadmodule "htable"
            modparam("htable", "htable", "a=>size=4{{tableOfA}}")
            modparam("htable", "htable", "zero=>initval=0")
            modparam("htable", "htable", "word=>initval=none")
            modparam("htable", "htable", "ten=>autoexpire=10")
            modparam("htable", "htable", "fixed=>autoexpire=10;updateexpire=0")
            {{filled}}
            route { {{body}} }
            route[SHORT] { xlog("$sht(a=>x)"); }
            route[TEN] { xlog("$sht(ten=>x)"); }
            route[COUNT] { xlog("$shtinc(ten=>x)$shtinc(fixed=>x)"); }
            route[ALL] { xlog("$sht(ten=>x) $sht(fixed=>x) $sht(a=>y)"); }
            """), new LoadOptions { Catalog = Catalog, Services = new RuntimeServices { Log = _tables.Bench.Log } });
        Assert.That(result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.ToString()), Is.Empty);
        _tables.Bench.Script = _script = result.Script!;
        _modules = result.Modules.All;
        if (_running is not null)
            Assert.That(_modules.OfType<HTableModule>().Single().TakeOver(_running), Is.Null);
        foreach (var module in result.Modules.All)
            module.Start(_tables.Bench.Host);
        foreach (var module in result.Modules.All)
            module.Started(_tables.Bench.Host);
        _tables.Bench.Log.Lines.Clear();
        return (_script, _tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, _script));
    }
}
