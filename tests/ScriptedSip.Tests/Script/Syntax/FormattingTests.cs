using ScriptedSip.Script;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Script.Syntax;

/// <summary><c>fmt</c> moves blanks and nothing else, once and for all. <c>UPDATE_GOLDEN=1</c> writes what it gives now to <c>Golden/Format/x.out</c>.</summary>
internal sealed class FormattingTests
{
    private static string Folder => Repository.Path("tests/ScriptedSip.Tests/Golden");

    private static IEnumerable<string> Inputs() => Files(Path.Combine(Folder, "Format"));

    // Scripts with mistakes of syntax are refused, so only sound ones count.
    private static IEnumerable<string> Sound() => Inputs().Concat(Files(Path.Combine(Folder, "Binding"))).Concat(Files(Path.Combine(Folder, "Syntax"))).Concat(Shipped())
        .Concat(Files(Path.Combine(Folder, "Mistakes"))).Where(static path => Format(File.ReadAllText(path)) is not null);

    private static IEnumerable<string> Shipped() => Files(Repository.Path("scripts"));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cfg", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string? Format(string text) => ScriptFormatter.Format(new SourceFile("x.cfg", text), new ParseOptions()).Text;

    private static string WithoutBlanks(string text) => string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));

    [TestCaseSource(nameof(Inputs))]
    public void Script_gets_the_layout_on_record(string path)
    {
        var actual = Format(File.ReadAllText(path));
        var record = Path.ChangeExtension(path, ".out");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(record, actual);
        Assert.That(actual, Is.EqualTo(File.ReadAllText(record)));
    }

    [TestCaseSource(nameof(Sound))]
    public void Nothing_but_blanks_changes_and_only_once(string path)
    {
        var before = File.ReadAllText(path);
        var after = Format(before)!;
        Assert.That(WithoutBlanks(after), Is.EqualTo(WithoutBlanks(before)));
        Assert.That(Format(after), Is.EqualTo(after));
    }

    [Test]
    public void Sound_scripts_are_many() => Assert.That(Sound().Count(), Is.GreaterThan(40));

    // Those of the tutorial are as its readers know them.
    private static IEnumerable<string> Own() => Shipped().Where(static path => !path.Contains("tutorial", StringComparison.Ordinal));

    [TestCaseSource(nameof(Own))]
    public void Shipped_scripts_are_laid_out(string path) => Assert.That(Format(File.ReadAllText(path)), Is.EqualTo(File.ReadAllText(path)));

    [Test]
    public void Syntax_mistakes_are_told_instead()
    {
        var (text, findings) = ScriptFormatter.Format(new SourceFile("x.cfg", "route { exit }"), new ParseOptions());
        Assert.That(text, Is.Null);
        Assert.That(findings.Single().Code, Is.EqualTo("SS1003"));
    }

    [TestCase("#!ifdef X\nhalf a \"string\n#!endif\nroute { exit; }\n")]
    public void Part_that_cannot_be_read_keeps_the_file_as_it_is(string script) => Assert.That(Format(script), Is.Null);

    [TestCase("route {\r\nexit; # now\r\n}\r\n", "route {\r\n    exit; # now\r\n}\r\n")]
    [TestCase("route { if (!! is_x()) exit; }", "route {\n    if (!!is_x()) exit;\n}\n")]
    [TestCase("# only a comment", "# only a comment\n")]
    [TestCase("", "")]
    public void Line_ends_stay(string before, string after) => Assert.That(Format(before), Is.EqualTo(after));
}
