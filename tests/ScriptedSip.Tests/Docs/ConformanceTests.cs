using System.Text.RegularExpressions;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Docs;

/// <summary>docs/conformance.md names tests: they exist.</summary>
[TestFixture]
internal sealed class ConformanceTests
{
    [Test]
    public void Document_names_only_tests_that_exist()
    {
        var files = Directory.EnumerateFiles(Repository.Path("tests/ScriptedSip.Tests"), "*", SearchOption.AllDirectories)
            .Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var named = Regex.Matches(File.ReadAllText(Repository.Path("docs/conformance.md")), @"`([\w-]+(Tests|\.sip))`").Select(m => m.Groups[1].Value).ToList();
        Assert.That(named, Has.Count.GreaterThan(40));
        Assert.That(named.Where(n => !files.Contains(n.EndsWith(".sip", StringComparison.Ordinal) ? n : n + ".cs")), Is.Empty);
    }
}
