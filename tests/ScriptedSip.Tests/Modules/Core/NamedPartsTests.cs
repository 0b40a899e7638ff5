using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Modules.Core;

/// <summary>Pseudo-variables of Kamailio that name the part they want (its cookbook of pseudo-variables), as scripts print them.</summary>
internal sealed class NamedPartsTests
{
    private const string Register = """
        REGISTER sip:example.com SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKa;rport=9, SIP/2.0/TCP 192.0.2.7;branch=z9hG4bKb
        Via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bKc
        From: <sip:alice@example.com>;tag=a1
        To: <sip:alice@example.com>
        Call-ID: c1
        CSeq: 7 REGISTER
        Contact: "A, B" <sip:a@192.0.2.1;x=1,2>;expires=60, <sip:b@192.0.2.1>;expires=600
        Contact: <sip:c@192.0.2.1>
        Diversion: <sip:d@example.com>;privacy=full
        Expires: 3600
        Content-Length: 0


        """;

    [TestCase("$hfl(Contact)", "\"A, B\" <sip:a@192.0.2.1;x=1,2>;expires=60")]
    [TestCase("$(hfl(Contact)[1])", "<sip:b@192.0.2.1>;expires=600")]
    [TestCase("$(hfl(Contact)[-1])", "<sip:c@192.0.2.1>")]
    [TestCase("$(hfl(Contact)[3])", "<null>")]
    [TestCase("$(hfl(Via)[*])", "SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKa;rport=9,SIP/2.0/TCP 192.0.2.7;branch=z9hG4bKb,SIP/2.0/UDP 192.0.2.8;branch=z9hG4bKc")]
    [TestCase("$hflc(Contact) $hflc(Via) $hflc(Route)", "3 3 0")]
    [TestCase("$via0(host):$via0(port);$via0(proto);$via0(branch);$via0(rport)", "192.0.2.1:5062;UDP;z9hG4bKa;9")]
    [TestCase("$via1(host):$via1(port);$via1(proto)", "192.0.2.7:5060;TCP")]
    [TestCase("$viaZ(host) $viaZ(params) $viaZ(received)", "192.0.2.8 branch=z9hG4bKc <null>")]
    [TestCase("$expires(min) $expires(max)", "60 600")]
    [TestCase("$csb $rv $rmid", "7 REGISTER SIP/2.0 32")]
    [TestCase("$rUl $fUl $tUl $oUl", "0 5 5 0")]
    [TestCase("$ctu $cts", "sip:a@192.0.2.1;x=1,2 0")]
    [TestCase("$dip", "full")]
    [TestCase("$prid $sas", "1 udp:192.0.2.1:5062")]
    [TestCase("$Ru $Rut", "sip:10.0.0.1:5060 sip:10.0.0.1:5060;transport=udp")]
    [TestCase("$rcv(srcip):$rcv(srcport) $rcv(rcvip):$rcv(rcvport) $rcv(sproto) $rcv(proto)", "192.0.2.1:5062 10.0.0.1:5060 udp 1")]
    [TestCase("$sndto(ip) $sndfrom(port) $snd(buf)", "<null> <null> <null>")]
    [TestCase("$msg(fline) $msg(flen) $msg(body_len) $msg(body)", "REGISTER sip:example.com SIP/2.0 32 0 <null>")]
    [TestCase("$K(IPv4) $K(ip6) $K(UDP) $K(nothing)", "IPv4 IP6 udp <null>")]
    [TestCase("$def(PORT) $defn(PORT) $def(NAME) $def(NOTHING)", "5062 5062 a b <null>")]
    [TestCase("$env(GREETING) $env(NOTHING)", "hello <null>")]
    [TestCase("$cfg(line) $cfg(file) $cfg(route)", "6 test.cfg DEFAULT_ROUTE")]
    [TestCase("$cnt($avp(two)) $cnt($avp(none)) $cnt($hdr(Via))", "2 0 2")]
    [TestCase("$T_req($fu) $T_rpl($rs)", "sip:alice@example.com <null>")]
    [TestCase("$sid", "0")]
    public void Variable_prints(string format, string expected) => Assert.That(Run($"xlog(\"{format}\");"), Is.EqualTo(expected));

    [TestCase("if ($af == $K(IPv4) && $prid == $K(UDP) && $proto == $K(UDP)) xlog(\"same\");", "same")]
    [TestCase("$mf = 5; if (isflagset(0) && !isflagset(1) && isflagset(2)) xlog(\"$mf $mF\");", "5 00000005")]
    [TestCase("$bf = 2; $sf = 4; xlog(\"$bf $sf\");", "2 4")]
    [TestCase("$mf = -1; xlog(\"$rc $mf\");", "-1 0")]
    [TestCase("append_hf(\"X-A: 1\\r\\n\"); if ($mbu =~ \"X-A: 1\" && !($mb =~ \"X-A: 1\")) xlog(\"changed\");", "changed")]
    [TestCase("$ru = \"sip:a@b:1;transport=tcp;x=y\"; sethpt(\"h:2\"); xlog(\"$ru\");", "sip:a@h:2;x=y")]
    [TestCase("$ru = \"sip:a@b:1;transport=tcp;x=y\"; sethpt(\"h:2;transport=udp\"); xlog(\"$ru\");", "sip:a@h:2;transport=udp;x=y")]
    [TestCase("$ru = \"sip:1@b;x=y\"; userphone(); userphone(); xlog(\"$ru\");", "sip:1@b;x=y;user=phone")]
    [TestCase("append_branch(\"sip:a\"); append_branch(\"sip:b\"); remove_branch(0); xlog(\"$bR\"); if (!remove_branch(1)) xlog(\"none\");", "sip:b|none")]
    [TestCase("append_branch(\"sip:a\"); clear_branches(); xlog(\"$br\");", "<null>")]
    [TestCase("setsflag(3); setsflag(4); resetsflag(3); if (!issflagset(3) && issflagset(4)) xlog(\"four\");", "four")]
    [TestCase("if (strempty(\"$avp(none)\") && !strempty(\"$rm\")) xlog(\"empty\");", "empty")]
    [TestCase("if (!strlen(\"\")) xlog(\"$rc\"); strlen(\"$rm\"); xlog(\"$rc\");", "-1|8")]
    [TestCase("$var(x) = selval($rm == \"REGISTER\", \"a\", $avp(none)); xlog(\"$var(x)\");", "a")]
    [TestCase("$var(x) = selval($hdr(Via) =~ \"TCP\" && 1 > 2, 1, $rm); xlog(\"$var(x)\");", "REGISTER")]
    public void Script_prints(string body, string expected) => Assert.That(Run(body), Is.EqualTo(expected));

    [Test]
    public void Expires_of_the_header_counts_when_no_contact_has_one() =>
        Assert.That(Run("xlog(\"$expires(min) $expires(max)\");", Register.Replace(";expires=600", "", StringComparison.Ordinal).Replace(";expires=60", "", StringComparison.Ordinal)),
            Is.EqualTo("3600 3600"));

    /// <summary>What a script prints when its main route runs on a message, a bar between calls.</summary>
    internal static string Run(string body, string message = Register)
    {
        var bench = new ModuleBench();
        var text = $"#!define PORT 5062\n#!define NAME \"a b\"\nloadmodule \"xlog\" loadmodule \"textops\" loadmodule \"tm\" loadmodule \"sl\" loadmodule \"pv\"\nroute {{\n$avp(two) = 1; $avp(two) = 2;\n{body}\n}}\n";
        var result = ScriptLoader.Load(new SourceFile("test.cfg", text), new LoadOptions
        {
            Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore),
            Services = new RuntimeServices { Log = bench.Log },
            Parse = new() { Dialect = ScriptDialect.Kamailio, Environment = static name => name == "GREETING" ? "hello" : null },
        });
        Assert.That(result.Diagnostics.Where(static finding => finding.Severity == Severity.Error), Is.Empty);
        foreach (var module in result.Modules.All)
            module.Start(bench.Host);
        foreach (var module in result.Modules.All)
            module.Started(bench.Host);
        result.Script!.RequestRoute.Run(bench.Receive(message.ReplaceLineEndings("\r\n"), RouteKinds.Request, result.Script!));
        return string.Join('|', bench.Log.Lines.Select(static line => line.Text));
    }
}
