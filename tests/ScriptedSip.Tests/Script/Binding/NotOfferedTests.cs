using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Binding;

/// <summary>What the family has and this server has not is told as that, once, and never passed over in silence.</summary>
internal sealed class NotOfferedTests
{
    private static string Findings(string script, ScriptDialect? dialect = null)
    {
        var options = new LoadOptions
        {
            Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore),
            Parse = new() { Dialect = dialect },
        };
        var findings = ScriptLoader.Load(new SourceFile("x.cfg", script), options).Diagnostics;
        return string.Join('\n', findings.Select(static finding => $"{finding.Severity} {finding.Code} {finding.Message}{(finding.Hint is null ? "" : "; " + finding.Hint)}"));
    }

    [TestCase("$hep(0x10)", "Error SS2018 $hep is not supported; packets are not captured here")]
    [TestCase("$(ru{s.encode.7bit})", "Error SS2018 the transformation 's.encode.7bit' is not supported; SMS are not read here")]
    public void Variable_or_transformation_of_other_servers(string variable, string finding) =>
        Assert.That(Findings($"loadmodule \"xlog\"\nroute {{ xlog(\"{variable}\\n\"); exit; }}"), Does.Contain(finding));

    [TestCase("cache_store(\"local\", \"a\", \"b\")", "cache_store")]
    [TestCase("set_forward_no_connect()", "set_forward_no_connect")]
    [TestCase("msg_set_buffer(\"x\")", "msg_set_buffer")]
    public void Function_of_other_servers(string call, string name) =>
        Assert.That(Findings($"loadmodule \"textopsx\"\nroute {{ {call}; exit; }}"), Does.Match($"^Error SS2018 '?{name}"));

    [Test]
    public void Place_to_listen_that_needs_tls_is_pointed_out() =>
        Assert.That(Findings("listen=udp:127.0.0.1:5060\nlisten=tls:127.0.0.1:5061\nroute { exit; }"),
            Does.Contain("Warning SS3006 'tls:127.0.0.1:5061' is not a place to listen on: TLS is not spoken here, UDP and TCP are"));

    [Test]
    public void Script_that_listens_on_nothing_else_is_refused() =>
        Assert.That(Findings("listen=tls:127.0.0.1:5061\nroute { exit; }"), Does.Contain("Error SS3006"));

    [TestCase("$xavp(=>a) = 1;")]
    [TestCase("$xavp(a=>) = 1;")]
    [TestCase("$xavp(a[x]=>b) = 1;")]
    [TestCase("$var(x) = $xavp;")]
    [TestCase("$var(x) = $cnt(x);")]
    [TestCase("$var(x) = $T_req(x);")]
    [TestCase("$var(x) = $def($ru);")]
    public void Variable_that_names_nothing_is_told_its_form(string statement) =>
        Assert.That(Findings($"route {{ {statement} exit; }}", ScriptDialect.Kamailio), Does.Match("Error SS2006 .*; (the form is|a name is missing)"));

    [TestCase("tls", "Note SS3009")]
    [TestCase("proto_udp", "Note SS3009")]
    public void Module_that_is_not_needed_is_noted(string module, string note) =>
        Assert.That(Findings($"loadmodule \"{module}.so\"\nmodparam(\"{module}\", \"anything\", 1)\nroute {{ exit; }}"), Does.Contain(note).And.Not.Contain("Error"));

    [Test]
    public void Printing_is_part_of_the_core_in_opensips_alone()
    {
        const string Script = "route { xlog(\"hello\\n\"); exit; }";
        Assert.That(Findings(Script, ScriptDialect.OpenSips), Does.Not.Contain("Error"));
        Assert.That(Findings(Script, ScriptDialect.Kamailio), Does.Contain("SS2002"));
    }

    [TestCase("max_forwards")]
    [TestCase("next_hop.host")]
    [TestCase("refer_to.uri.user")]
    [TestCase("sys.now")]
    public void Select_of_a_header_or_of_the_server(string select) =>
        Assert.That(Findings($"#!SER\nroute {{ if (@{select} == \"x\") exit; exit; }}"), Does.Not.Contain("Error"));
}
