using System.Text.Json;
using ScriptedSip.Script.Text;
using ScriptedSip.Server;
using ScriptedSip.Server.Checking;

namespace ScriptedSip.Tests.Server.Checking;

/// <summary>The two forms of a check's result that programs read.</summary>
internal sealed class ReportTests
{
    private static readonly SourceFile File = new("a.cfg", "route {\n    t_realy();\n}\n");

    private static readonly CheckedScript Script = new(
        "a.cfg",
        new DialectDecision(ScriptDialect.OpenSer, DialectSource.Default, "nothing in it tells otherwise", true),
        [new Diagnostic(DiagnosticCatalog.UnknownFunction, Severity.Error, new TextSpan(File, 12, 7), "unknown function 't_realy'", "did you mean 't_relay'?")]);

    private static JsonElement Written(Action<IReadOnlyList<CheckedScript>, Stream> write) => Written(write, Script);

    private static JsonElement Written(Action<IReadOnlyList<CheckedScript>, Stream> write, CheckedScript script)
    {
        using var stream = new MemoryStream();
        write([script], stream);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    [Test]
    public void Json_says_where_what_and_how_bad()
    {
        var script = Written(JsonReport.Write).GetProperty("scripts")[0];
        var finding = script.GetProperty("diagnostics")[0];
        Assert.Multiple(() =>
        {
            Assert.That(script.GetProperty("dialect").GetString(), Is.EqualTo("OpenSER"));
            Assert.That(script.GetProperty("errors").GetInt32(), Is.EqualTo(1));
            Assert.That(finding.GetProperty("code").GetString(), Is.EqualTo("SS2001"));
            Assert.That(finding.GetProperty("severity").GetString(), Is.EqualTo("error"));
            Assert.That((finding.GetProperty("line").GetInt32(), finding.GetProperty("column").GetInt32()), Is.EqualTo((2, 5)));
            Assert.That((finding.GetProperty("endLine").GetInt32(), finding.GetProperty("endColumn").GetInt32()), Is.EqualTo((2, 12)));
            Assert.That(finding.GetProperty("hint").GetString(), Is.EqualTo("did you mean 't_relay'?"));
        });
    }

    /// <summary>SARIF 2.1.0: 3.19 tool component, 3.27 result, 3.30 region.</summary>
    [Test]
    public void Sarif_names_the_rule_and_the_region()
    {
        var root = Written(SarifReport.Write);
        var run = root.GetProperty("runs")[0];
        var result = run.GetProperty("results")[0];
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Multiple(() =>
        {
            Assert.That(root.GetProperty("version").GetString(), Is.EqualTo("2.1.0"));
            Assert.That(run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0].GetProperty("id").GetString(), Is.EqualTo("SS2001"));
            Assert.That(result.GetProperty("ruleId").GetString(), Is.EqualTo("SS2001"));
            Assert.That(result.GetProperty("level").GetString(), Is.EqualTo("error"));
            Assert.That(place.GetProperty("artifactLocation").GetProperty("uri").GetString(), Is.EqualTo("a.cfg"));
            Assert.That(place.GetProperty("region").GetProperty("startLine").GetInt32(), Is.EqualTo(2));
            Assert.That(place.GetProperty("region").GetProperty("startColumn").GetInt32(), Is.EqualTo(5));
            Assert.That(place.GetProperty("region").GetProperty("endColumn").GetInt32(), Is.EqualTo(12));
        });
    }

    /// <summary>Reports are kept and sent about, and so are logs, which have their passwords starred out.</summary>
    [Test]
    public void Reports_show_no_password()
    {
        var finding = Diagnostic.Of(DiagnosticCatalog.ParametersRefused, new TextSpan(File, 0, 5), "try mysql://me:wordy@there/db", "no database mysql://me:secretly@here/db");
        var script = Script with { Diagnostics = [finding] };
        foreach (var write in new Action<IReadOnlyList<CheckedScript>, Stream>[] { JsonReport.Write, SarifReport.Write })
        {
            var text = Written(write, script).GetRawText();
            Assert.That(text, Does.Contain("mysql://me:********@here").And.Not.Contain("secretly").And.Not.Contain("wordy"));
        }
    }

    [TestCase("modparam(\"auth\", \"secret\", \"wordy\")", "modparam(\"auth\", \"secret\", \"*****\")")]
    [TestCase("modparam(\"uac\", \"credentials\", \"gw:realm:wordy\")", "modparam(\"uac\", \"credentials\", \"**************\")")]
    [TestCase("modparam('auth', 'secrt', 'wo\"dy')", "modparam('auth', 'secrt', '*****')")]
    [TestCase("modparam(\"x\", \"db_passwd\", \"wo'dy\")", "modparam(\"x\", \"db_passwd\", \"*****\")")]
    [TestCase("modparam(\"auth_db\", \"password_column\", \"ha1\")", "modparam(\"auth_db\", \"password_column\", \"ha1\")")]
    [TestCase("pv_www_authenticate(\"r\", \"wordy\", \"0\")", "pv_www_authenticate(\"r\", \"*****\", \"0\")")]
    [TestCase("pv_auth_check(\"r\", \"$avp(s:pw)\", \"0\", \"1\")", "pv_auth_check(\"r\", \"$avp(s:pw)\", \"0\", \"1\")")]
    public void Source_line_of_a_finding_shows_no_secret(string line, string shown)
    {
        var file = new SourceFile("a.cfg", line);
        using var text = new StringWriter();
        DiagnosticPrinter.Print(new Diagnostic(DiagnosticCatalog.UnknownFunction, Severity.Error, new TextSpan(file, 0, 5), "x", null), text);
        Assert.That(text.ToString().Split('\n')[1].Trim(), Is.EqualTo(shown));
    }

    [Test]
    public void Long_source_line_is_starred_before_it_is_cut()
    {
        var file = new SourceFile("a.cfg", $"modparam(\"usrloc\", \"db_url\", \"postgres://sip:{new string('x', 300)}@here/sip\")");
        using var text = new StringWriter();
        DiagnosticPrinter.Print(new Diagnostic(DiagnosticCatalog.UnknownFunction, Severity.Error, new TextSpan(file, 0, 5), "x", null), text);
        Assert.That(text.ToString(), Does.Contain("postgres://sip:****").And.Not.Contain("xx"));
    }

    [TestCase("ser", ScriptDialect.Ser)]
    [TestCase("OpenSIPS", ScriptDialect.OpenSips)]
    [TestCase("kamailio", ScriptDialect.Kamailio)]
    [TestCase("asterisk", null)]
    public void Dialect_goes_by_its_name(string name, ScriptDialect? dialect) => Assert.That(DialectName.Parse(name), Is.EqualTo(dialect));
}
