using System.Text.RegularExpressions;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Docs;

/// <summary>What the guide shows is what the program reads.</summary>
internal sealed partial class LanguageGuideTests
{
    private const string Modules = "loadmodule \"xlog\"\nloadmodule \"textops\"\n";

    private static IEnumerable<string> Examples() => Example().Matches(File.ReadAllText(Repository.Path("docs/language.md"))).Select(m => m.Groups[1].Value);

    [TestCaseSource(nameof(Examples))]
    public void Example_loads_without_a_finding(string example)
    {
        var script = MainRoute().IsMatch(example) ? example : Modules + "route {\n" + example + "}\n";
        var result = ScriptLoader.Load(new SourceFile("language.md", script), new LoadOptions
        {
            Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore),
        });
        Assert.That(result.Diagnostics, Is.Empty);
    }

    [Test]
    public void Links_between_documents_lead_somewhere()
    {
        var documents = Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories)
            .Concat([Repository.Path("README.md"), Repository.Path("CONTRIBUTING.md"), Repository.Path("tests/README.md")]);
        foreach (var document in documents)
        {
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                var target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value);
                Assert.That(Path.Exists(target), $"{document} links to {link.Groups[1].Value}");
            }
        }
    }

    [GeneratedRegex("```ser\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^route \{", RegexOptions.Multiline)]
    private static partial Regex MainRoute();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
