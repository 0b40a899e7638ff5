using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

[TestFixture]
internal sealed class PreprocessorTests
{
    [TestCase("#!define N 5\nx = N", "x = 5\n")]
    [TestCase("#!define URL \"a\" \\\n \"b\"\nx = URL", "x = \"ab\"\n")]
    [TestCase("#!define A B\n#!define B 7\nx = A", "x = 7\n")]
    [TestCase("#!define A A\nx = A", "x = A\n")]
    [TestCase("#!define N 5\nx = \"N\" y = NN", "x = \"N\"\ny = NN\n")]
    [TestCase("#!define N 5\n#!trydef N 6\n#!redefine N 7\n#!undef M\nx = N", "x = 7\n")]
    [TestCase("#!define HOST 10.0.0.1\nlisten=udp:HOST:5060", "listen = (udp:10.0.0.1:5060)\n")]
    [TestCase("#!define ADDR udp:gw-1.example.com:5060\nlisten=ADDR", "listen = (udp:gw-1.example.com:5060)\n")]
    [TestCase("#!subst \"/PASS/secret/\"\nx = \"u:PASS PASS\"", "x = \"u:secret PASS\"\n")]
    [TestCase("#!subst \"!p([0-9])!<\\1>!g\"\nx = \"p1 p2\"", "x = \"<1> <2>\"\n")]
    [TestCase("#!substdef \"!IP!1.2.3.4!g\"\nx = IP y = \"a IP b\"", "x = 1.2.3.4\ny = \"a 1.2.3.4 b\"\n")]
    [TestCase("#!substdefs \"!NAME!abc!\"\nx = NAME", "x = \"abc\"\n")]
    [TestCase("#!defenv HOME_IP\nx = HOME_IP", "x = 10.1.1.1\n")]
    [TestCase("#!defenvs A=HOME_IP\n#!trydefenv MISSING\nx = A y = MISSING", "x = \"10.1.1.1\"\ny = MISSING\n")]
    [TestCase("#!define A 2\n#!defexp B A * 3 + 1\n#!defexps C \"a\" + \"b\"\nx = B y = C", "x = 7\ny = \"ab\"\n")]
    public void Definition_is_put_in_its_place(string text, string tree) => Assert.That(Parsing.Tree(text), Is.EqualTo(tree));

    [TestCase("#!define W\n#!ifdef W\nx=1\n#!else\nx=2\n#!endif\ny=3", "x = 1\ny = 3\n")]
    [TestCase("#!ifdef W\nx=1\n#!else\nx=2\n#!endif", "x = 2\n")]
    [TestCase("#!ifndef W\nx=1\n#!endif", "x = 1\n")]
    [TestCase("#!ifdef W\n#!ifdef V\na=1\n#!else\nb=1\n#!endif\n\"half a string\n#!else\nx=2\n#!endif", "x = 2\n")]
    [TestCase("#!define A 3\n#!ifexp A > 2 && !(A == 4)\nx=1\n#!endif", "x = 1\n")]
    [TestCase("#!define A \"k\"\n#!ifexp A == \"j\"\nx=1\n#!else\nx=2\n#!endif", "x = 2\n")]
    [TestCase("loadmodule \"tm.so\"\n#!ifdef MOD_tm\nx=1\n#!endif", "loadmodule tm\nx = 1\n")]
    [TestCase("!!define N 5\n!!ifdef N\nx = N\n!!endif", "x = 5\n")]
    [TestCase("route {\n#!ifdef W\n a();\n#!else\n b();\n#!endif\n}", "Request route\n  b()\n")]
    public void Conditional_section_is_kept_or_skipped(string text, string tree) => Assert.That(Parsing.Tree(text), Is.EqualTo(tree));

    [TestCase("include_file \"b.cfg\"\ny=2", "x = 1\ny = 2\n")]
    [TestCase("#!include_file \"b.cfg\"\ny=2", "x = 1\ny = 2\n")]
    [TestCase("import_file \"b.cfg\"\nimport_file \"missing.cfg\";\ny=2", "x = 1\ny = 2\n")]
    [TestCase("route {\n include_file \"c.cfg\"\n}", "Request route\n  a()\n")]
    public void Included_file_stands_in_its_place(string text, string tree) =>
        Assert.That(Parsing.Tree(text, null, ("b.cfg", "x=1\n"), ("c.cfg", "a();\n")), Is.EqualTo(tree));

    [Test]
    public void File_that_includes_itself_is_reported() =>
        Assert.That(Parsing.Findings("include_file \"b.cfg\"", null, ("b.cfg", "include_file \"b.cfg\"")), Is.EqualTo(new[] { "1:1 SS1031 'b.cfg' includes itself" }));

    [Test]
    public void Name_defined_on_the_command_line_is_known()
    {
        var options = new ParseOptions { Defines = new Dictionary<string, string> { ["PORT"] = "5070", ["WITH_X"] = "" } };
        var (script, diagnostics) = ScriptParser.Parse(new SourceFile("f", "#!ifdef WITH_X\nport=PORT\n#!endif"), options);
        Assert.That(diagnostics.Count, Is.Zero);
        Assert.That(AstPrinter.Print(script), Does.EndWith("\nport = 5070\n"));
    }

    [Test]
    public void Mistake_in_a_replaced_name_is_shown_where_the_name_is_used() =>
        Assert.That(Parsing.Findings("#!define BAD 300.0.0.1\nroute { if (src_ip == BAD) exit; }"), Is.EqualTo(new[] { "2:23 SS1011 '300.0.0.1' is not an IP address or network" }));

    [TestCase("#!defenv NOT_SET", "1:1 SS1036 the environment variable 'NOT_SET' is not set")]
    [TestCase("#!define", "1:1 SS1034 malformed '#!define': a name is missing")]
    [TestCase("#!subst \"/a/b\"", "1:1 SS1034 malformed '#!subst': the form is \"/pattern/replacement/flags\"")]
    [TestCase("#!subst \"/(a/b/\"", "1:1 SS1034 malformed '#!subst': '(a' is not a regular expression")]
    [TestCase("#!ifexp 1 +\n#!endif", "1:1 SS1034 malformed '#!ifexp': the expression cannot be understood")]
    public void Bad_directive_is_reported(string text, string finding) => Assert.That(Parsing.Findings(text), Is.EqualTo(new[] { finding }));
}
