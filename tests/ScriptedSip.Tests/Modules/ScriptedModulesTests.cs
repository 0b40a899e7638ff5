using NUnit.Framework;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Modules;

/// <summary>The modules as scripts call them: what binds, and what it does to a message.</summary>
[TestFixture]
internal sealed class ScriptedModulesTests
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    [TestCase("setflag(3); if (isflagset(3)) { xlog(\"L_ERR\", \"set\\n\"); }", "set\n")]
    [TestCase("setbflag(1); if (isbflagset(1)) log(\"b\");", "b")]
    [TestCase("log(1, \"one\");", "one")]
    [TestCase("xlog(\"$rm $ru $rU@$rd:$rp;$rP\");", "INVITE sip:bob@example.com:5070;transport=tcp bob@example.com:5070;tcp")]
    [TestCase("xlog(\"$fu $ft $tu $tt $ci $cs $ua\");", "sip:alice@atlanta.example a1 sip:bob@example.com <null> call-1@atlanta.example 7 Phone/1")]
    [TestCase("xlog(\"$si:$sp $Ri:$Rp $proto $ml\");", "192.0.2.1:5062 10.0.0.1:5060 udp LENGTH")]
    [TestCase("xlog(\"$hdr(X-Mark) $(hdr(X-Mark)[1]) $(hdr(X-Mark)[-1])\");", "one two two")]
    [TestCase("$avp(s:a) = \"1\"; $avp(s:a) = \"2\"; xlog(\"$avp(s:a) $(avp(s:a)[1]) $(avp(s:a)[*])\");", "2 1 2, 1")]
    [TestCase("rewritehostport(\"h:99\"); prefix(\"0\"); strip_tail(1); xlog(\"$ru $ou\");", "sip:0bo@h:99;transport=tcp sip:bob@example.com:5070;transport=tcp")]
    [TestCase("$rU = \"carol\"; $rd = \"h\"; xlog(\"$ru\"); revert_uri(); xlog(\"$ru\");", "sip:carol@h:5070;transport=tcp|sip:bob@example.com:5070;transport=tcp")]
    [TestCase("append_branch(\"sip:c@d\", \"0.5\"); xlog(\"$br\");", "sip:c@d")]
    [TestCase("$du = \"sip:1.1.1.1\"; if (isdsturiset()) xlog(\"$dd $dp $dP\"); resetdsturi(); xlog(\"$du\");", "1.1.1.1 5060 UDP|<null>")]
    [TestCase("if (is_method(\"ACK|INVITE\") && !has_totag() && has_body(\"application/sdp\")) xlog(\"yes\");", "yes")]
    [TestCase("if (search(\"^X-Mark: two\") && is_present_hf(\"User-Agent\")) xlog(\"found\");", "found")]
    [TestCase("if (len_gt(100) && !len_gt(65000)) xlog(\"long\");", "long")]
    [TestCase("if (is_myself(\"proxy.example.com\")) xlog(\"me\");", "me")]
    [TestCase("if (!mf_process_maxfwd_header(\"10\")) { xlog(\"no\"); } xlog(\"$retcode\");", "1")]
    public void Script_prints(string body, string expected)
    {
        var bench = new ModuleBench();
        Run(bench, body);
        var printed = string.Join('|', bench.Log.Lines.Select(line => line.Text));
        Assert.That(printed, Is.EqualTo(expected.Replace("LENGTH", ModuleBench.Invite.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
    }

    [Test]
    public void Script_answers_and_ends()
    {
        var bench = new ModuleBench();
        Run(bench, "append_to_reply(\"X-A: 1\\r\\n\"); sl_send_reply(\"404\", \"Not $rm\"); exit;");
        Assert.That(bench.OnlySent, Does.StartWith("SIP/2.0 404 Not INVITE\r\n").And.Contain("X-A: 1\r\n"));
    }

    [Test]
    public void Script_forwards_with_its_edits()
    {
        var bench = new ModuleBench();
        Run(bench, "if (!mf_process_maxfwd_header(\"10\")) exit; append_hf(\"P-Hint: $rm\\r\\n\"); remove_hf(\"X-Mark\"); replace(\"Phone\", \"Fon\"); forward(198.51.100.7, 5090);");
        Assert.That(bench.OnlySent, Does.Contain("Max-Forwards: 69\r\n").And.Contain("P-Hint: INVITE\r\n").And.Contain("Fon/1").And.Not.Contain("X-Mark"));
        Assert.That(bench.Sent[0].To, Is.EqualTo(ModuleBench.Endpoint("198.51.100.7", 5090)));
    }

    private static void Run(ModuleBench bench, string body)
    {
        var text = "loadmodule \"xlog.so\"\nloadmodule \"sl.so\"\nloadmodule \"maxfwd.so\"\nloadmodule \"textops.so\"\nloadmodule \"uri.so\"\nroute {\n" + body + "\n}\n";
        var result = ScriptLoader.Load(new SourceFile("test.cfg", text), new LoadOptions { Catalog = Catalog, Services = new RuntimeServices { Log = bench.Log } });
        Assert.That(string.Join('\n', result.Diagnostics.Select(diagnostic => diagnostic.ToString())), Is.Empty);
        foreach (var module in result.Modules.All)
            module.Start(bench.Host);
        foreach (var module in result.Modules.All)
            module.Started(bench.Host);
        var frame = bench.Receive(ModuleBench.Invite, RouteKinds.Request, result.Script!);
        result.Script!.RequestRoute.Run(frame);
        bench.Context.Outbox.Flush();
    }
}
