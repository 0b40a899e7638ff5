using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Binding;

/// <summary>What a load does to modules, and the settings that come of it.</summary>
internal sealed class ScriptLoaderTests
{
    private static LoadResult Load(string script, LoadResult? running = null) => ScriptLoader.Load(
        new SourceFile("test.cfg", script), new LoadOptions { Catalog = FakeModules.Catalog, Modules = running?.Modules });

    [Test]
    public void Parameters_are_set_in_the_order_written()
    {
        var result = Load("""
            loadmodule "tm.so"
            loadmodule "modules/sl/sl.so"
            modparam("tm", "fr_timer", 10)
            modparam("tm", "fr_timer", "20")
            modparam("TM", "restart", 1)
            modparam("sl", "text", "a")
            modparam("sl", "text", 7)
            route { t_relay(); }
            """);
        var tm = (FakeTm)result.Modules.Loaded["tm"];
        Assert.That((tm.FinalReplyTimer, tm.Restart), Is.EqualTo((20, true)));
        Assert.That(((FakeSl)result.Modules.Loaded["sl"]).Texts, Is.EqualTo(new[] { "a", "7" }));
        Assert.That(result.LoadedModules, Is.EqualTo(new[] { "tm", "sl" }));
        Assert.That(result.Script!.Parameters.Select(p => $"{p.Module}.{p.Name}={p.Value}"),
            Is.EqualTo(new[] { "tm.fr_timer=10", "tm.fr_timer=20", "tm.restart=True", "sl.text=a", "sl.text=7" }));
    }

    [Test]
    public void Script_with_a_mistake_sets_no_parameter()
    {
        var result = Load("loadmodule \"tm\"\nmodparam(\"tm\", \"fr_timer\", 10)\nroute { nope(); }");
        Assert.That(result.Script, Is.Null);
        Assert.That(((FakeTm)result.Modules.Loaded["tm"]).FinalReplyTimer, Is.EqualTo(30000));
    }

    [Test]
    public void Reload_uses_the_running_modules_and_leaves_them_alone()
    {
        var running = Load("loadmodule \"tm\"\nmodparam(\"tm\", \"fr_timer\", 10)\nroute { t_relay(); }");
        var next = Load("loadmodule \"sl\"\nloadmodule \"tm\"\nmodparam(\"tm\", \"fr_timer\", 10)\nmodparam(\"sl\", \"text\", 7)\nroute { t_relay(); }", running);
        Assert.That(next.Modules.Loaded["tm"], Is.SameAs(running.Modules.Loaded["tm"]));
        Assert.That(next.NewModules.Select(m => (m.Name, m.Predecessor)), Is.EqualTo(new[] { ("sl", default(ScriptModule)) }));
        Assert.That(((FakeTm)next.Modules.Loaded["tm"]).FinalReplyTimer, Is.EqualTo(10));
        Assert.That(running.Modules.Loaded.Keys, Is.EqualTo(new[] { "tm" }));
        Assert.That(next.Modules.Loaded.Keys, Is.EqualTo(new[] { "tm", "sl" }));
    }

    [Test]
    public void Reload_with_other_parameters_makes_a_new_module_to_take_the_place_of_the_running_one([Values("99", "")] string next)
    {
        var running = Load("loadmodule \"tm\"\nmodparam(\"tm\", \"fr_timer\", 10)\nroute { t_relay(); }");
        var other = Load("loadmodule \"tm\"\n" + (next.Length == 0 ? "" : $"modparam(\"tm\", \"fr_timer\", {next})") + "\nroute { t_relay(); }", running);

        var change = other.NewModules.Single();
        Assert.That(change.Predecessor, Is.SameAs(running.Modules.Loaded["tm"]));
        Assert.That(change.Module, Is.SameAs(other.Modules.Loaded["tm"]).And.Not.SameAs(change.Predecessor));
        Assert.That(change.Place.Line, Is.EqualTo(next.Length == 0 ? 1 : 2));
        Assert.That(((FakeTm)running.Modules.Loaded["tm"]).FinalReplyTimer, Is.EqualTo(10));
    }

    [Test]
    public void Module_that_a_script_no_longer_loads_is_there_for_the_next_that_does()
    {
        var first = Load("loadmodule \"tm\"\nroute { t_relay(); }");
        var second = Load("route { exit; }", first);
        var third = Load("loadmodule \"tm\"\nroute { t_relay(); }", second);
        Assert.That(third.Modules.Loaded["tm"], Is.SameAs(first.Modules.Loaded["tm"]));
        Assert.That(third.NewModules, Is.Empty);
    }

    [Test]
    public void Settings_are_bound_with_their_defaults()
    {
        var settings = Load("""
            listen=udp:10.0.0.1:5070
            listen=tcp:eth0
            alias="example.org"
            port=5080
            children=4
            debug=L_DBG
            check_via=yes
            server_header="Server: x"
            server_signature=no
            pstn.gw="10.0.0.9" desc "where calls leave"
            route { exit; }
            """).Script!.Settings;
        Assert.That(settings.Listen, Is.EqualTo(new[] { new ListenSetting("udp", "10.0.0.1", 5070), new ListenSetting("tcp", "eth0", 0) }));
        Assert.That(settings.Aliases, Is.EqualTo(new[] { new AliasSetting(null, "example.org", 0) }));
        Assert.That((settings.Port, settings.Children, settings.Debug, settings.CheckVia), Is.EqualTo((5080, 4, 4, true)));
        Assert.That((settings.ServerHeader, settings.ServerSignature, settings.MaxWhileLoops), Is.EqualTo(("Server: x", false, 100)));
        Assert.That(settings.All["pstn.gw"], Is.EqualTo("10.0.0.9"));
    }

    [Test]
    public void Avp_has_an_alias_where_the_script_gives_one()
    {
        Assert.That(ScriptRig.Run("$avp(s:real) = \"v\"; log(\"$avp($short) $avp(short)\");", before: "avp_aliases=\"short=s:real;n=i:5\""), Is.EqualTo("v v"));
    }

    [Test]
    public void Setting_of_the_author_can_be_read()
    {
        Assert.That(ScriptRig.Run("log(\"$sel(cfg_get.pstn.gw)\"); if (@cfg_get.pstn.port == 5090) log(\"port\");", ScriptDialect.Kamailio,
            before: "pstn.gw=\"10.0.0.9\" desc \"where calls leave\"\npstn.port=5090"), Is.EqualTo("10.0.0.9|port"));
    }

    [TestCase("log(\"a $nope b\");", "$nope")]
    [TestCase("log(\"a\\t$(rm{s.nope})\");", "{s.nope}")]
    [TestCase("$nope = 1;", "$nope")]
    [TestCase("subst(\"/a(/b/\", \"x\");", "a(")]
    [TestCase("code(1, 2);", "code")]
    [TestCase("code(\"x\");", "\"x\"")]
    public void Finding_points_at_the_very_words(string statement, string words)
    {
        var finding = Load("route {\n  " + statement + "\n}").Diagnostics.Single();
        Assert.That((finding.Span.Text.ToString(), finding.Span.Line), Is.EqualTo((words, 2)));
    }

    [Test]
    public void Ignored_setting_is_no_more_than_a_note()
    {
        var result = Load("mem_join=1\nroute { exit; }");
        Assert.That(result.Script, Is.Not.Null);
        Assert.That(result.Diagnostics.Select(d => (d.Code, d.Severity)), Is.EqualTo(new[] { ("SS3003", Severity.Note) }));
    }

    [Test]
    public void Ignored_tcp_setting_says_why()
    {
        var notes = Load("tcp_poll_method=\"epoll_lt\"\ntcp_rd_buf_size=16384\ntcp_async=yes\ntcp_conn_wq_max=65536\nroute { exit; }").Diagnostics;
        Assert.That(notes.Select(n => (n.Severity, n.Hint)), Is.EqualTo(new (Severity, string?)[]
        {
            (Severity.Note, "the system's best is used"),
            (Severity.Note, "a buffer grows with its message, up to 64 KB"),
            (Severity.Note, "sending never waits, and each connection has a queue of its own"),
        }));
    }

    [TestCase("tcp_connect_timeout=3", 3000)]
    [TestCase("#!OPENSIPS\ntcp_connect_timeout=300", 300, Description = "milliseconds in OpenSIPS")]
    [TestCase("", 5000)]
    public void Tcp_timeouts_are_in_the_unit_of_the_dialect(string line, int milliseconds) =>
        Assert.That(Load(line + "\nroute { exit; }").Script!.Settings.TcpConnectMilliseconds, Is.EqualTo(milliseconds));

    [Test]
    public void Tcp_settings_are_kept()
    {
        var settings = Load("""
            tcp_accept_aliases=yes
            tcp_connection_lifetime=3605
            tcp_send_timeout=2
            tcp_no_connect=yes
            tcp_connection_match=1
            tcp_crlf_ping=no
            tcp_keepidle=30
            tcp_keepcnt=4
            tcp_accept_iplimit=0
            tcp_max_msg_time=4
            route { exit; }
            """).Script!.Settings;
        Assert.That((settings.TcpAcceptAliases, settings.TcpConnectionLifetime, settings.TcpSendMilliseconds), Is.EqualTo((true, 3605, 2000)));
        Assert.That((settings.TcpMayConnect, settings.TcpMatchesLocalAddress, settings.TcpAnswersPings), Is.EqualTo((false, true, false)));
        Assert.That((settings.TcpKeepAlive, settings.TcpKeepIdle, settings.TcpKeepInterval, settings.TcpKeepCount), Is.EqualTo((true, 30, 0, 4)));
        Assert.That((settings.TcpConnectionsPerAddress, settings.TcpMessageSeconds), Is.EqualTo((0, 4)));
    }

    [Test]
    public void Routes_are_found_by_kind_and_name()
    {
        var script = Load("loadmodule \"tm\"\nroute { t_on_failure(\"a b\"); t_on_reply(\"2\"); }\nfailure_route[\"a b\"] { exit; }\nonreply_route[2] { exit; }\nonreply_route { drop; }").Script!;
        Assert.That(script.FindRoute(RouteKinds.Failure, "a b")!.Name, Is.EqualTo("a b"));
        Assert.That(script.FindRoute(RouteKinds.OnReply, "2"), Is.Not.Null);
        Assert.That(script.FindRoute(RouteKinds.OnReply, ""), Is.SameAs(script.ReplyRoute));
        Assert.That(script.FindRoute(RouteKinds.Branch, "2"), Is.Null);
    }
}
