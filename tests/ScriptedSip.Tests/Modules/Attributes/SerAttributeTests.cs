using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Modules.Storage;

namespace ScriptedSip.Tests.Modules.Attributes;

/// <summary>The attribute functions of SER 2.0 as scripts call them, for an INVITE from alice@atlanta.example to bob@example.com.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SerAttributeTests : IDisposable
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    private readonly TableBench _tables = new();

    public void Dispose() => _tables.Dispose();

    [TestCase("xlset_attr(\"$id\", \"%rm of %@from.uri.user\"); xlog(\"%$id %$f.id %$fr.id\");", "INVITE of alice INVITE of alice INVITE of alice")]
    [TestCase("$fu.uid = \"1\"; $t.uid = \"2\"; xlog(\"%$f.uid %$tr.uid %$uid\");", "1 2 1")]
    [TestCase("$x = \"1\"; $x = \"2\"; xlset_attr(\"$x\", \"3\"); del_attr(\"$x\"); if (!attr_exists(\"$x\")) xlog(\"gone\");", "gone")]
    [TestCase("$dlg_a = \"1\"; $dlg_b = \"2\"; $other = \"3\"; del_attr(\"$f./^dlg_/\"); if (attr_exists(\"$other\") && !attr_exists(\"$dlg_a\") && !attr_exists(\"$dlg_b\")) xlog(\"one left\");", "one left")]
    [TestCase("set_iattr(\"$n\", 5); if ($n == 5) xlog(\"number\");", "number")]
    [TestCase("set_attr(\"$n\", \"5\"); if ($n == 5) xlog(\"number\");", "number")]
    [TestCase("set_sattr(\"$n\", \"$x\"); if (attr_equals(\"$n\", \"$x\") && !attr_equals(\"$n\", \"$y\")) xlog(\"text\");", "text")]
    [TestCase("$n = \"bob\"; if (attr_equals_xl(\"$n\", \"%@ruri.user\") && !attr_equals_xl(\"$n\", \"%@from.uri.user\")) xlog(\"bob\");", "bob")]
    [TestCase("$n = \"carol\"; attr2uri(\"$n\", \"user\"); xlog(\"%ru\");", "sip:carol@example.com:5070;transport=tcp")]
    [TestCase("$n = \"sip:carol@chicago.example\"; attr2uri(\"$n\"); xlog(\"%ru\");", "sip:carol@chicago.example")]
    [TestCase("$n = \"chicago.example\"; attr2uri(\"$n\", \"domain\"); xlog(\"%@ruri.host\");", "chicago.example")]
    [TestCase("if (!attr2uri(\"$none\", \"user\")) xlog(\"%ru\");", "sip:bob@example.com:5070;transport=tcp")]
    [TestCase("$n = \"sip:10.0.0.9\"; attr_destination(\"$n\"); xlog(\"%@dst_uri\");", "sip:10.0.0.9")]
    [TestCase("xlset_destination(\"sip:%@ruri.host\"); xlog(\"%@dst_uri\");", "sip:example.com")]
    [TestCase("$a = \"1\"; setavpflag($a, \"kept\"); if (isavpflagset($a, \"kept\") && !isavpflagset(\"$b\", \"kept\")) xlog(\"set\"); resetavpflag($a, \"kept\"); if (!isavpflagset($a, \"kept\")) xlog(\"cleared\");", "set|cleared")]
    [TestCase("$n = \"5\"; print_attr(\"$n\"); if (!print_attr(\"$none\")) xlog(\"none\");", "n: 5|none")]
    [TestCase("$n = \"5\"; $m = \"six\"; dump_attrs(); xlog(\"end\");", "fr.n: 5|fr.m: six|end")]
    [TestCase("if (db_proper()) xlog(\"asked\");", "asked")]
    public void Attributes_are_set_and_used(string body, string expected) => Assert.That(Run(body), Is.EqualTo(expected));

    [TestCase("append_attr_hf(\"X-N\", \"$n\"); forward(\"10.0.0.9\", 5060);", "\r\nX-N: v\r\n\r\n", false)]
    [TestCase("insert_attr_hf(\"X-N\", \"$n\"); forward(\"10.0.0.9\", 5060);", "X-N: v\r\nVia: SIP/2.0/UDP 192.0.2.1:5062", false)]
    [TestCase("replace_attr_hf(\"Subject\", \"$n\"); forward(\"10.0.0.9\", 5060);", "\r\nSubject: v\r\n\r\n", false)]
    [TestCase("if (!replace_attr_hf(\"Subject\", \"$none\")) forward(\"10.0.0.9\", 5060);", "\r\nSubject: old\r\n", false)]
    [TestCase("attr_to_reply(\"X-N\", \"$n\"); sl_send_reply(\"404\", \"No\");", "\r\nX-N: v\r\n", true)]
    public void Attributes_become_headers(string body, string expected, bool isReply)
    {
        var (script, _) = Begin("$n = \"v\"; " + body);
        var frame = _tables.Bench.Receive(ModuleBench.Invite.Replace("Max-Forwards:", "Subject: old\r\nMax-Forwards:", StringComparison.Ordinal), RouteKinds.Request, script);
        script.RequestRoute.Run(frame);
        Assert.That(_tables.Bench.OnlySent, Does.Contain(expected).And.StartsWith(isReply ? "SIP/2.0 404 No" : "INVITE "));
        Assert.That(_tables.Bench.OnlySent.Split("\r\nSubject:"), Has.Length.EqualTo(isReply ? 1 : 2));
    }

    [TestCase("load_attrs(\"$fu\", \"$f.uid\"); xlog(\"%$fu.color %$fu.size\"); if ($fu.size == 7) xlog(\"number\");", "red 7|number")]
    [TestCase("load_attrs(\"$tu\", \"$f.uid\"); xlog(\"%$t.color\");", "red")]
    [TestCase("if (!load_attrs(\"$fu\", \"$f.none\")) xlog(\"nobody\");", "nobody")]
    [TestCase("load_attrs(\"$fu\", \"$f.uid\"); if (!attr_exists(\"$fu.off\") && !attr_exists(\"$fu.web\")) xlog(\"not for us\");", "not for us")]
    [TestCase("load_attrs(\"$tr\", \"@ruri\"); xlog(\"%$tr.ring\");", "loud")]
    public void Attributes_of_users_and_uris_are_loaded(string body, string expected)
    {
        _tables.Sql("INSERT INTO user_attrs (uid, name, value, type, flags) VALUES ('u1', 'color', 'red', 2, 1), ('u1', 'size', '7', 0, 1), ('u1', 'off', 'x', 2, 3), ('u1', 'web', 'x', 2, 32)");
        _tables.Sql("INSERT INTO uri_attrs (username, did, scheme, name, value, type, flags) VALUES ('bob', 'example.com', 'sip', 'ring', 'loud', 2, 1)");
        Assert.That(Run("$f.uid = \"u1\"; " + body), Is.EqualTo(expected));
    }

    [Test]
    public void Attributes_of_a_group_are_kept_under_a_key()
    {
        _tables.Sql("CREATE TABLE dialogs (dlg_id TEXT, name TEXT, value TEXT, type INTEGER, flags INTEGER)");
        Assert.That(Run("$id = \"d1\"; $a = \"x\"; $b = \"y\"; setavpflag(\"$f./^[ab]$/\", \"kept\"); lock_extra_attrs(\"dlg\", \"$id\"); save_extra_attrs(\"dlg\", \"$id\"); unlock_extra_attrs(\"dlg\", \"$id\");"), Is.Empty);
        Assert.That(_tables.Sql("SELECT dlg_id, name, value FROM dialogs ORDER BY name").Select(r => string.Join('|', r)), Is.EqualTo(new[] { "d1|a|x", "d1|b|y" }));
        Assert.That(Run("$id = \"d1\"; if (load_extra_attrs(\"dlg\", \"$id\") && isavpflagset(\"$a\", \"kept\")) xlog(\"%$a %$b\");"), Is.EqualTo("x y"));
        Assert.That(Run("$id = \"d1\"; remove_extra_attrs(\"dlg\", \"$id\"); if (!load_extra_attrs(\"dlg\", \"$id\")) xlog(\"gone\");"), Is.EqualTo("gone"));
    }

    [Test]
    public void Key_of_a_group_is_held_by_one_run_at_a_time()
    {
        var (script, frame) = Begin("$id = \"d1\"; lock_extra_attrs(\"dlg\", \"$id\"); xlog(\"first\");");
        script.RequestRoute.Run(frame);
        var other = _tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, script);
        var second = Task.Run(() => script.RequestRoute.Run(other));
        Assert.That(second.Wait(50), Is.False, "the first run holds the key");
        frame.Context.Return(frame);
        Assert.That(second.Wait(5000), Is.True, "the end of a run lets go");
        Assert.That(_tables.Bench.Log.Lines.Select(l => l.Text), Is.EqualTo(new[] { "first", "first" }));
    }

    [Test]
    public void Key_that_was_let_go_of_is_free_for_other_runs()
    {
        var (script, frame) = Begin("$id = \"d1\"; lock_extra_attrs(\"dlg\", \"$id\"); unlock_extra_attrs(\"dlg\", \"$id\"); xlog(\"free\");");
        script.RequestRoute.Run(frame);
        var other = _tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, script);
        Assert.That(Task.Run(() => script.RequestRoute.Run(other)).Wait(5000), Is.True);
        Assert.That(_tables.Bench.Log.Lines.Select(l => l.Text), Is.EqualTo(new[] { "free", "free" }));
    }

    [TestCase("attr_group\", \"id=dlg", "SS3008")]
    [TestCase("attr_group\", \"id=dlg,table=t,flag=undeclared", "SS3008")]
    [TestCase("attr_group\", \"id=other,table=t,flag=kept", "SS3008")]
    public void Groups_are_checked(string parameter, string error)
    {
        var result = Load("load_extra_attrs(\"dlg\", \"$id\");", parameter);
        Assert.That(result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code).Distinct(), Is.EqualTo(new[] { error }));
    }

    [Test]
    public void Attributes_of_the_server_are_read_and_its_flags_kept()
    {
        _tables.Sql("INSERT INTO global_attrs (name, value, type, flags) VALUES ('gw_ip', '10.0.0.9', 2, 1), ('gflags', '4', 0, 1)");
        Assert.That(Run("xlog(\"%$g.gw_ip %$gw_ip\"); if (is_gflag(\"2\") && !is_gflag(\"1\")) xlog(\"flag 2\"); set_gflag(\"1\"); flush_gflags(); $g.gw_ip = \"mine\"; xlog(\"%$g.gw_ip\");"),
            Is.EqualTo("10.0.0.9 10.0.0.9|flag 2|mine"));
        Assert.That(_tables.Sql("SELECT value FROM global_attrs WHERE name = 'gflags'").Single()[0], Is.EqualTo("6"));
    }

    [TestCase("lookup_user(\"$fu.uid\", \"@from.uri\"); xlog(\"%$fu.uid\");", "u1")]
    [TestCase("lookup_user(\"From\"); xlog(\"%$f.uid\");", "u1")]
    [TestCase("if (!lookup_user(\"$tu.uid\", \"@from.uri\")) xlog(\"not to be called\");", "not to be called")]
    [TestCase("lookup_user(\"$tu.uid\", \"@ruri\"); xlog(\"%$t.uid\");", "u2")]
    [TestCase("lookup_user(\"To\"); xlog(\"%$t.uid\");", "u2")]
    [TestCase("rewriteuri(\"sip:carol@example.com\"); if (!lookup_user(\"Request-URI\")) xlog(\"nobody\");", "nobody")]
    public void Users_are_found_by_their_uris(string body, string expected)
    {
        _tables.Sql("DROP TABLE uri");
        _tables.Sql("CREATE TABLE uri (uid TEXT, did TEXT, username TEXT, scheme TEXT, flags INTEGER)");
        _tables.Sql("INSERT INTO uri VALUES ('u1', 'd1', 'alice', 'sip', 17), ('off', '_default', 'bob', 'sip', 27), ('u2', '_default', 'bob', 'sip', 9)");
        _tables.Sql("INSERT INTO domain (domain, did, last_modified) VALUES ('atlanta.example', 'd1', '')");
        Assert.That(Run(body), Is.EqualTo(expected));
    }

    [TestCase("lookup_domain(\"$td\", \"@ruri.host\"); xlog(\"%$td.limit %$t.limit\"); if (!attr_exists(\"$fd.limit\")) xlog(\"callee's\");", "7 7|callee's")]
    [TestCase("$f.host = \"example.com\"; lookup_domain(\"$fd\", \"$f.host\"); xlog(\"%$fd.limit\");", "7")]
    [TestCase("if (!lookup_domain(\"$fd\", \"@from.uri.host\")) xlog(\"not ours\");", "not ours")]
    public void Attributes_of_a_domain_are_loaded(string body, string expected)
    {
        _tables.Sql("INSERT INTO domain (domain, last_modified) VALUES ('example.com', '')");
        _tables.Sql("INSERT INTO domain_attrs (did, name, type, value) VALUES ('example.com', 'limit', 0, '7')");
        Assert.That(Run(body), Is.EqualTo(expected));
    }

    [TestCase("db_query(\"select username, domain from subscriber order by username\", \"h\"); xlog(\"%@db.fetch.h.count %@db.fetch.h.field[0]@%@db.fetch.h.field[1] %@db.fetch.h.row[1].field[0] %@db.fetch.h.row[-1] %@db.fetch.h.row_no\");",
        "2 alice@x bob bob 0")]
    [TestCase("db_query(\"select username from subscriber\", \"h\"); if (@db.fetch.h.count == \"2\" && @db.fetch.h.is_empty == \"0\") xlog(\"two\"); db_close(\"h\"); if (!db_first(\"h\")) xlog(\"closed\");", "two|closed")]
    [TestCase("db_query(\"select username from subscriber order by username\", \"h\"); if (db_next(\"h\")) xlog(\"%@db.fetch.h\"); if (!db_next(\"h\")) xlog(\"end\"); db_seek(\"h\", 0); xlog(\"%@db.fetch.h\");", "bob|end|alice")]
    [TestCase("db_query(\"select username from subscriber order by username\", \"h\"); db_foreach(\"h\", \"row\");", "row alice|row bob")]
    [TestCase("if (!db_query(\"select username from subscriber where username='%@call_id'\", \"h\")) xlog(\"none\");", "none")]
    [TestCase("db_query(\"select domain from subscriber where username='%@from.uri.user'\", \"h\"); xlog(\"%@db.fetch.h\");", "x")]
    [TestCase("db_query(\"delete from subscriber where username = 'bob'\"); db_query(\"select count(*) from subscriber\", \"h\"); xlog(\"%@db.fetch.h\");", "1")]
    public void Statements_give_their_rows(string body, string expected)
    {
        _tables.Sql("INSERT INTO subscriber (username, domain) VALUES ('bob', 'example.com'), ('alice', 'x')");
        Assert.That(Run(body), Is.EqualTo(expected));
    }

    [TestCase("if (@msg.request.method == \"INVITE\") xlog(\"bob\");", "bob")]
    [TestCase("eval_push(\"2\"); eval_push(\"3\"); eval_push(\"9\"); eval_oper(\"+,*\"); xlog(\"%@eval.pop[0]\");", "45")]
    [TestCase("eval_push(\"x:%@from.uri.user\"); eval_push(\"s:1\"); eval_oper(\"concat\"); eval_oper(\"strupper,strlen\"); xlog(\"%@eval.get[-1]\");", "6")]
    [TestCase("$a = \"90\"; eval_push(\"$a\"); eval_oper(\"(int)\", -1); eval_push(\"1800\"); eval_oper(\">=\", -2); if (@eval.pop[-1] == \"0\") xlog(\"too short\"); if (!eval_remove()) xlog(\"empty\");", "too short|empty")]
    [TestCase("eval_push(\"abcdef\"); eval_push(\"1\"); eval_push(\"-2\"); eval_oper(\"substr\"); eval_get(\"$x\"); xlog(\"%$x\");", "bcd")]
    [TestCase("eval_push(\"abcdef\"); eval_push(\"1\"); eval_push(\"-2\"); eval_oper(\"strdel\"); eval_pop(\"$x\"); xlog(\"%$x\"); if (!eval_get(\"$x\")) xlog(\"empty\");", "aef|empty")]
    [TestCase("eval_push(\"1\"); eval_push(\"0\"); if (!eval_oper(\"/\")) xlog(\"no\");", "no")]
    [TestCase("eval_insert(\"b\"); eval_insert(\"a\"); eval_put(\"c\", -1); xlog(\"%@eval.get[0]%@eval.get[1]\"); eval_push(\"d\", 0); xlog(\"%@eval.get[1]\"); eval_remove(0, -1); xlog(\"%@eval.get[0]\"); eval_clear(1); if (!eval_remove()) xlog(\"empty\");", "ac|d|c|empty")]
    [TestCase("eval_push(\"1\"); eval_get(\"r:ax\"); eval_push(\"r:ax\"); eval_oper(\"==\"); xlog(\"%@eval.get[0] %@eval.reg.ax\"); eval_xchg(\"r:ax\"); eval_clear(2); xlog(\"%@eval.get[0]\");", "1 1|1")]
    [TestCase("eval_push(\"-7\"); eval_oper(\"abs,neg,sgn,~,!\"); xlog(\"%@eval.pop[0]\");", "1")]
    [TestCase("eval_push(\"1\"); eval_get(\"r:ax\"); eval_push(\"2\"); eval_xchg(\"r:ax\", \"1\"); xlog(\"%@eval.get[1] %@eval.reg.ax\");", "1 2")]
    public void Eval_calculates_on_its_list(string body, string expected) => Assert.That(Run(body), Is.EqualTo(expected));

    private string Run(string body)
    {
        var (script, frame) = Begin(body);
        script.RequestRoute.Run(frame);
        frame.Context.Return(frame);
        return string.Join('|', _tables.Bench.Log.Lines.Select(l => l.Text));
    }

    private (BoundScript Script, Frame Frame) Begin(string body)
    {
        var result = Load(body);
        Assert.That(result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.ToString()), Is.Empty);
        _tables.Bench.Script = result.Script!;
        foreach (var module in result.Modules.All)
            module.Start(_tables.Bench.Host);
        foreach (var module in result.Modules.All)
            module.Started(_tables.Bench.Host);
        _tables.Bench.Log.Lines.Clear();
        return (result.Script!, _tables.Bench.Receive(ModuleBench.Invite, RouteKinds.Request, result.Script!));
    }

    private LoadResult Load(string body, string parameter = "attr_group\", \"id=dlg,flag=kept,table=dialogs,key_column=dlg_id")
    {
        var text = $$"""
            loadmodule "xprint"
            loadmodule "sl"
            loadmodule "avp"
            loadmodule "avp_db"
            loadmodule "db_ops"
            loadmodule "domain"
            loadmodule "eval"
            loadmodule "gflags"
            loadmodule "uri_db"
            avpflags kept
            modparam("domain", "load_domain_attrs", 1)
            modparam("avp_db|db_ops|domain|gflags|uri_db", "db_url", "{{_tables.Url}}")
            modparam("avp_db", "{{parameter}}")
            modparam("gflags", "load_global_attrs", 1)
            modparam("db_ops", "declare_handle", "h")
            route {
                {{body}}
            }
            route["row"] { xlog("row %@db.fetch.h"); return 1; }
            """;
        return ScriptLoader.Load(new SourceFile("test.cfg", text), new LoadOptions { Catalog = Catalog, Services = new RuntimeServices { Log = _tables.Bench.Log } });
    }
}
