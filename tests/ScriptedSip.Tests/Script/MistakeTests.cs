using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Script;

/// <summary>
/// Golden/Mistakes: each <c>x.cfg</c> is a script with one mistake, and <c>x.txt</c> what <c>check</c> says about it with all modules, word for word.
/// <c>UPDATE_GOLDEN=1</c> writes what it says now.
/// </summary>
internal sealed class MistakeTests
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    private static string Folder => Repository.Path("tests/ScriptedSip.Tests/Golden/Mistakes");

    private static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "*.cfg", SearchOption.AllDirectories)
        .Where(static path => Path.GetFileName(Path.GetDirectoryName(path)) != "parts")
        .Select(static path => Path.ChangeExtension(Path.GetRelativePath(Folder, path), null).Replace('\\', '/')).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void One_mistake_gives_the_one_finding_on_record(string name)
    {
        var diagnostics = Check(name);
        using var text = new StringWriter { NewLine = "\n" };
        foreach (var diagnostic in diagnostics)
            DiagnosticPrinter.Print(diagnostic, text);
        var record = Path.Combine(Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(record, text.ToString());
        Assert.That(text.ToString(), Is.EqualTo(File.ReadAllText(record)));
        Assert.That(diagnostics, Has.Count.EqualTo(name.EndsWith("three-mistakes", StringComparison.Ordinal) ? 3 : 1));
    }

    [Test]
    public void Every_script_of_the_survey_and_sixty_more_are_there()
    {
        Assert.That(Names().Count(static name => name.StartsWith("survey/", StringComparison.Ordinal)), Is.EqualTo(23));
        Assert.That(Names().Count(static name => !name.StartsWith("survey/", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(60));
    }

    private static IEnumerable<string> Shipped() => Directory.EnumerateFiles(Repository.Path("scripts"), "*.cfg", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Shipped))]
    public void Shipped_script_has_no_finding(string path) =>
        Assert.That(ScriptLoader.Load(path, new LoadOptions { Catalog = Catalog }).Diagnostics, Is.Empty);

    /// <summary>A route for NAT is shared by requests, branches and replies in the scripts Kamailio is delivered with, each part behind a question.</summary>
    [Test]
    public void Route_that_requests_and_replies_share_may_ask_for_parameters_of_the_route() =>
        Assert.That(ScriptLoader.Load(new SourceFile("nat.cfg", """
            #!KAMAILIO
            loadmodule "tm"
            loadmodule "sl"
            loadmodule "rr"
            loadmodule "siputils"
            request_route { t_on_branch("B"); t_on_reply("R"); if (!t_relay()) sl_reply_error(); }
            branch_route[B] { route(NAT); }
            onreply_route[R] { route(NAT); }
            route[NAT] {
                if (is_request()) {
                    if (check_route_param("nat=yes")) setbflag(6);
                    add_rr_param(";nat=yes");
                }
            }
            """), new LoadOptions { Catalog = Catalog }).Diagnostics, Is.Empty);

    /// <summary>is_present_hf is in textops of OpenSER as well as of Kamailio: it proves nothing.</summary>
    [Test]
    public void Question_for_a_header_is_no_evidence_for_a_dialect() =>
        Assert.That(ScriptLoader.Load(new SourceFile("hf.cfg", "loadmodule \"tm\"\nloadmodule \"textops\"\nroute { if (is_present_hf(\"X\")) exit; t_relay(); }\n"), new LoadOptions { Catalog = Catalog }).Dialect.Dialect,
            Is.EqualTo(ScriptDialect.OpenSer));

    /// <summary>A setting may lack its ';': what begins the next line is no value of it.</summary>
    [TestCase("debug=3\nflags A:1, B;\n")]
    [TestCase("my.limit = 5 desc \"calls\"\nflags A, B\n")]
    public void Flags_declared_behind_a_setting_without_semicolon_are_declared(string settings) =>
        Assert.That(ScriptLoader.Load(new SourceFile("flags.cfg", settings + "loadmodule \"tm\"\nroute { setflag(A); setflag(B); t_relay(); }\n"), new LoadOptions { Catalog = Catalog }).Diagnostics, Is.Empty);

    /// <summary>Each check that follows calls does so in bounded room and time.</summary>
    [Test]
    public void Routes_that_call_one_another_thousands_deep_are_checked()
    {
        const int Depth = 20_000;
        var text = new System.Text.StringBuilder("loadmodule \"tm\"\nroute { route(r0); t_relay(); }\n");
        for (var i = 0; i < Depth; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"route[r{i}] {{ if (uri==myself) route(r{i + 1}); }}\n");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"route[r{Depth}] {{ strip(1); }}\n");
        Assert.That(ScriptLoader.Load(new SourceFile("deep.cfg", text.ToString()), new LoadOptions { Catalog = Catalog }).Diagnostics, Is.Empty);
    }

    // Included files are found beside the script, while findings show the short name.
    private static IReadOnlyList<Diagnostic> Check(string name)
    {
        var here = Directory.GetCurrentDirectory();
        SourceFile? Read(string path) => Path.Combine(Folder, Path.GetRelativePath(here, path)) is var file && File.Exists(file) ? SourceFile.Load(file) : null;
        var script = new SourceFile(name + ".cfg", File.ReadAllText(Path.Combine(Folder, name + ".cfg")));
        return ScriptLoader.Load(script, new LoadOptions { Catalog = Catalog, Parse = new ParseOptions { ReadFile = Read } }).Diagnostics;
    }
}
