using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Server;
using ScriptedSip.Server.Reload;
using ScriptedSip.Tests.EndToEnd;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Server;

/// <summary>Scripts exchanged while the program runs, on real sockets.</summary>
internal sealed class ReloadTests
{
    private const string Registrar = "loadmodule \"sl\"\nloadmodule \"usrloc\"\nloadmodule \"registrar\"\n";

    [Test]
    public void New_script_runs_for_the_messages_that_follow()
    {
        using var program = new Program("""loadmodule "sl" route { sl_send_reply("200", "One"); }""");
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 One"));

        Assert.That(program.Reload("""loadmodule "sl" route { sl_send_reply("200", "Two"); }""").IsDone, Is.True);

        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 Two"));
    }

    [Test]
    public void Script_with_a_mistake_is_refused_and_the_old_one_goes_on()
    {
        using var program = new Program("""loadmodule "sl" route { sl_send_reply("200", "One"); }""");

        var result = program.Reload("""loadmodule "sl" route { sl_send_repl("200", "Two"); }""");

        Assert.That(result.IsDone, Is.False);
        Assert.That(result.Findings.Select(f => f.Code), Is.EqualTo(new[] { "SS2001" }));
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 One"));
    }

    [Test]
    public void Script_that_cannot_be_read_is_refused_and_the_old_one_goes_on()
    {
        using var program = new Program("""loadmodule "sl" route { sl_send_reply("200", "One"); }""");
        File.Delete(program.Script.Path);

        var result = program.Reloader.Reload("test");

        Assert.That(result.Failure, Does.StartWith("cannot read "));
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 One"));
    }

    [Test]
    public void What_modules_of_a_refused_script_would_do_by_the_clock_is_taken_back()
    {
        using var program = new Program("route { exit; }");
        var before = program.Server.PeriodicCount;

        Assert.That(program.Reload("loadmodule \"pike\"\nloadmodule \"sl\"\nloadmodule \"registrar\"\nroute { exit; }").IsDone, Is.False, "registrar lacks usrloc");
        Assert.That(program.Server.PeriodicCount, Is.EqualTo(before));

        Assert.That(program.Reload("loadmodule \"pike\"\nroute { exit; }").IsDone, Is.True);
        Assert.That(program.Server.PeriodicCount, Is.GreaterThan(before), "pike counts by the clock");
    }

    [Test]
    public void Modules_started_for_a_refused_script_are_stopped_and_let_go_of()
    {
        using var program = new Program("route { exit; }");
        var before = (program.Host.StartedModules, program.Server.PeriodicCount);

        var result = program.Reload("""
            loadmodule "pike"
            loadmodule "usrloc"
            modparam("usrloc", "db_mode", 1)
            modparam("usrloc", "db_url", "sqlite:///no/such/folder/location.db")
            route { exit; }
            """);

        Assert.That(result.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Code), Is.EqualTo(new[] { "SS4003" }), "the database cannot be opened");
        Assert.That((program.Host.StartedModules, program.Server.PeriodicCount), Is.EqualTo(before));
    }

    [Test]
    public void Fault_while_loading_is_told_and_does_not_reach_the_thread_that_asked()
    {
        using var script = new ScriptFile("route { exit; }");
        var reloader = new ScriptReloader(CommandLine.Parse([script.Path]), null!, new ConsoleLog(Stream.Null, color: false), []);

        var result = reloader.Reload("test");

        Assert.That(result.IsDone, Is.False);
        Assert.That(result.Failure, Does.StartWith("cannot load "));
    }

    [TestCase("port=5062\n", 1)]
    [TestCase("\nchildren=8\n", 2)]
    [TestCase("\n\ntcp_max_connections=7\n", 3)]
    public void Setting_of_what_is_made_at_start_is_refused_where_it_is_written(string setting, int line)
    {
        using var program = new Program("route { exit; }");

        var finding = program.Reload(setting + "route { exit; }").Findings.Single(f => f.Code == "SS4001");

        Assert.That(finding.Span.Line, Is.EqualTo(line));
    }

    [Test]
    public void Addresses_cannot_change_unless_the_command_line_has_said_them()
    {
        static ScriptSettings With(params ListenSetting[] listen) => new() { Listen = listen };
        var one = With(new ListenSetting("udp", "10.0.0.1", 5060));
        var other = With(new ListenSetting("udp", "10.0.0.2", 5060));

        Assert.That(FixedSettings.Changed(one, other, listensElsewhere: false), Is.EqualTo(new[] { "listen" }));
        Assert.That(FixedSettings.Changed(one, other, listensElsewhere: true), Is.Empty);
        Assert.That(FixedSettings.Changed(one, With(new ListenSetting("udp", "10.0.0.1", 5060)), listensElsewhere: false), Is.Empty);
    }

    [Test]
    public void Parameters_of_a_module_that_keeps_nothing_change_with_the_script()
    {
        using var program = new Program("""
            loadmodule "sl"
            loadmodule "maxfwd"
            modparam("maxfwd", "max_limit", 5)
            route { mf_process_maxfwd_header("10"); sl_send_reply("200", "$hdr(Max-Forwards)"); forward("127.0.0.1", 9); }
            """);

        var result = program.Reload("""
            loadmodule "sl"
            loadmodule "maxfwd"
            modparam("maxfwd", "max_limit", 0)
            route { sl_send_reply("200", "New"); }
            """);
        Assert.That(result.Findings.Select(f => (f.Code, f.Span.Line)), Is.EqualTo(new[] { ("SS3008", 2) }));

        Assert.That(program.Reload("""
            loadmodule "sl"
            loadmodule "maxfwd"
            modparam("maxfwd", "max_limit", 8)
            route { sl_send_reply("200", "New"); }
            """).IsDone, Is.True);
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 New"));
    }

    [Test]
    public void Parameters_of_a_module_whose_state_lives_on_are_refused_whole()
    {
        using var program = new Program(Registrar + "route { sl_send_reply(\"200\", \"One\"); }");

        var result = program.Reload(Registrar + "modparam(\"usrloc\", \"desc_time_order\", 1)\nroute { sl_send_reply(\"200\", \"Two\"); }");

        Assert.That(result.Findings.Where(f => f.Code == "SS4002").Select(f => f.Span.Line), Is.EqualTo(new[] { 4 }));
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 One"));
    }

    [Test]
    public void Modules_come_with_the_script_that_loads_them_and_their_state_outlives_scripts_that_do_not()
    {
        const string lookUp = Registrar + "route { if (lookup(\"location\")) { sl_send_reply(\"200\", \"Known\"); } else { sl_send_reply(\"404\", \"Unknown\"); } }";
        using var program = new Program("loadmodule \"sl\" route { sl_send_reply(\"200\", \"One\"); }");

        Assert.That(program.Reload(Registrar + "route { save(\"location\"); }").IsDone, Is.True);
        Assert.That(program.Ask("REGISTER", "Contact: <sip:a@10.0.0.1>\r\n"), Does.StartWith("SIP/2.0 200 "));
        Assert.That(program.Reload("loadmodule \"sl\" route { sl_send_reply(\"200\", \"Two\"); }").IsDone, Is.True);
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 Two"));
        Assert.That(program.Reload(lookUp).IsDone, Is.True);
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 Known"));
    }

    [Test]
    public void Module_that_lacks_another_is_refused_and_the_old_script_goes_on()
    {
        using var program = new Program("loadmodule \"sl\" route { sl_send_reply(\"200\", \"One\"); }");

        var result = program.Reload("loadmodule \"sl\" loadmodule \"registrar\" route { sl_send_reply(\"200\", \"Two\"); }");

        Assert.That(result.Findings.Select(f => f.Code), Is.EqualTo(new[] { "SS3007" }));
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 One"));
    }

    [Test]
    public void Names_of_the_server_change_with_the_script()
    {
        const string route = "loadmodule \"sl\" route { if (uri==myself) { sl_send_reply(\"200\", \"Mine\"); } else { sl_send_reply(\"404\", \"Not mine\"); } }";
        using var program = new Program("alias=\"one.example\"\n" + route);
        Assert.That(program.Ask(host: "one.example"), Does.StartWith("SIP/2.0 200 "));
        Assert.That(program.Ask(host: "two.example"), Does.StartWith("SIP/2.0 404 "));

        program.Reload("alias=\"two.example\"\n" + route);

        Assert.That(program.Ask(host: "one.example"), Does.StartWith("SIP/2.0 404 "));
        Assert.That(program.Ask(host: "two.example"), Does.StartWith("SIP/2.0 200 "));
        Assert.That(program.Ask(host: program.Address), Does.StartWith("SIP/2.0 200 "));
    }

    [Test]
    public void Transaction_finishes_with_the_routes_it_was_armed_with()
    {
        using var nobody = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var program = new Program($$"""
            loadmodule "tm"
            route { t_set_fr("200", "200"); t_on_failure("1"); $du = "sip:{{nobody.Client.LocalEndPoint}}"; t_relay(); }
            failure_route[1] { t_reply("410", "As armed"); }
            """);
        program.Send("INVITE");
        nobody.Client.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead);

        Assert.That(program.Reload("""
            loadmodule "tm"
            route { t_on_failure("1"); t_relay(); }
            failure_route[1] { t_reply("411", "Of the next script"); }
            """).IsDone, Is.True);

        string reply;
        do
            reply = program.Receive();
        while (reply.StartsWith("SIP/2.0 100 ", StringComparison.Ordinal));
        Assert.That(reply, Does.StartWith("SIP/2.0 410 As armed"));
    }

    [Test]
    public void Stateful_script_after_a_stateless_one_has_working_transactions()
    {
        using var program = new Program("loadmodule \"sl\" route { sl_send_reply(\"200\", \"One\"); }");
        Assert.That(program.Reload("loadmodule \"tm\" loadmodule \"sl\" route { t_newtran(); t_reply(\"480\", \"Two\"); }").IsDone, Is.True);

        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 480 Two"));
        Assert.That(program.Host.Transactions.Count, Is.EqualTo(1));
    }

    [Test]
    public void Module_that_is_left_out_is_no_longer_told_of_our_routes()
    {
        const string plain = "loadmodule \"sl\"\nloadmodule \"rr\"\nroute { loose_route(); sl_send_reply(\"200\", \"to $du\"); }";
        const string withPath = "loadmodule \"path\"\nmodparam(\"path\", \"use_received\", 1)\n" + plain;
        using var program = new Program(withPath);
        var route = $"Route: <sip:{program.Address};lr;received=sip:10.0.0.9>\r\n";
        Assert.That(program.Ask(headers: route), Does.StartWith("SIP/2.0 200 to sip:10.0.0.9"));

        Assert.That(program.Reload(plain).IsDone, Is.True);
        Assert.That(program.Ask(headers: route), Does.StartWith("SIP/2.0 200 to ").And.Not.Contain("200 to sip:"));

        Assert.That(program.Reload(withPath).IsDone, Is.True);
        Assert.That(program.Ask(headers: route), Does.StartWith("SIP/2.0 200 to sip:10.0.0.9"));
    }

    [Test]
    public void Variable_keeps_its_slot_in_every_version()
    {
        using var program = new Program("loadmodule \"sl\" route { $var(a) = \"1\"; sl_send_reply(\"200\", \"$var(a)\"); }");
        program.Reload("loadmodule \"sl\" route { $var(b) = \"2\"; $var(a) = \"1\"; sl_send_reply(\"200\", \"$var(a)$var(b)\"); }");
        Assert.That(program.Ask(), Does.StartWith("SIP/2.0 200 12"));
    }

    /// <summary>The program as its command line would start it, and a phone.</summary>
    private sealed class Program : IDisposable
    {
        private readonly ConsoleLog _log = new(Stream.Null, color: false) { Threshold = (int)LogLevel.Alert };
        private readonly ProxyServer _server;
        private readonly UdpClient _phone = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly Databases _databases = new(new Dictionary<string, string>());
        private int _asked;

        public Program(string script)
        {
            Script = new ScriptFile(script);
            var line = CommandLine.Parse(["-l", $"udp:127.0.0.1:{Sipp.FreePort()}", Script.Path]);
            var loaded = ScriptSource.Load(line)!;
            _server = new ProxyServer(line.Listen, loaded.Version.Settings, _log);
            Host = new ScriptHost(loaded, _server, _log, _databases);
            Host.Start();
            Reloader = new ScriptReloader(line, Host, _log, loaded.Files);
            _phone.Client.ReceiveTimeout = 10_000;
        }

        public ScriptFile Script { get; }

        public ScriptHost Host { get; }

        public ScriptReloader Reloader { get; }

        public ProxyServer Server => _server;

        public string Address => $"127.0.0.1:{_server.Sockets.All[0].Endpoint.Port}";

        public ReloadResult Reload(string text)
        {
            Script.Replace(text);
            return Reloader.Reload("test");
        }

        public string Ask(string method = "OPTIONS", string headers = "", string host = "127.0.0.1")
        {
            Send(method, headers, host);
            return Receive();
        }

        public void Send(string method, string headers = "", string host = "127.0.0.1")
        {
            _asked++;
            _phone.Send(Encoding.UTF8.GetBytes(
                $"{method} sip:a@{host} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;rport;branch=z9hG4bK{_asked}\r\nMax-Forwards: 70\r\n"
                + $"From: <sip:a@{host}>;tag=1\r\nTo: <sip:a@{host}>\r\nCall-ID: {_asked}\r\nCSeq: {_asked} {method}\r\n{headers}Content-Length: 0\r\n\r\n"),
                new IPEndPoint(IPAddress.Loopback, _server.Sockets.All[0].Endpoint.Port));
        }

        public string Receive()
        {
            IPEndPoint? from = null;
            return Encoding.UTF8.GetString(_phone.Receive(ref from));
        }

        public void Dispose()
        {
            Host.Stop();
            _server.Dispose();
            _databases.Dispose();
            _log.Dispose();
            _phone.Dispose();
            Script.Dispose();
        }
    }
}
