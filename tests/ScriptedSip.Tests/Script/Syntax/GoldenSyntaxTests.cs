using System.Runtime.CompilerServices;
using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

/// <summary>Every <c>Golden/Syntax/x.cfg</c> gives the tree and findings of <c>x.ast</c>; <c>UPDATE_GOLDEN=1</c> writes what it gives now.</summary>
[TestFixture]
internal sealed class GoldenSyntaxTests
{
    private static string Folder([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "Golden", "Syntax"));

    private static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder(), "*.cfg").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void Script_gives_the_tree_on_record(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder(), name + ".cfg"));
        var (script, diagnostics) = ScriptParser.Parse(new SourceFile(name + ".cfg", text));
        var actual = AstPrinter.Print(script) + string.Concat(diagnostics.Sorted().Select(diagnostic => diagnostic + "\n"));
        var record = Path.Combine(Folder(), name + ".ast");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(record, actual);
        Assert.That(File.Exists(record), $"{name}.ast is missing; UPDATE_GOLDEN=1 writes it");
        Assert.That(actual, Is.EqualTo(File.ReadAllText(record)));
    }
}
