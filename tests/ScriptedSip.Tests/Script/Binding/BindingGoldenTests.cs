using System.Text.RegularExpressions;
using ScriptedSip.Script;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Script.Binding;

/// <summary>
/// Golden/Binding/*.cfg: chunks between lines of three dashes, each a script. A finding is expected where a comment says so, at the end of its line:
/// <c>#! SS2001 "part of the message or hint"</c>; several may follow each other. Notes are not looked at.
/// </summary>
internal sealed partial class BindingGoldenTests
{
    [GeneratedRegex("(SS[0-9]{4}) \"([^\"]*)\"")]
    private static partial Regex Expectation();

    public static IEnumerable<TestCaseData> Chunks()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Path("tests/ScriptedSip.Tests/Golden/Binding"), "*.cfg").Order(StringComparer.Ordinal))
        {
            var number = 0;
            foreach (var chunk in Regex.Split(File.ReadAllText(file).ReplaceLineEndings("\n"), "^---\n", RegexOptions.Multiline))
                yield return new TestCaseData(chunk).SetName($"{Path.GetFileNameWithoutExtension(file)}_{++number}");
        }
    }

    [TestCaseSource(nameof(Chunks))]
    public void Findings_are_the_expected_ones(string script)
    {
        var expected = Expected(script);
        var result = ScriptLoader.Load(new SourceFile("chunk.cfg", script), new LoadOptions { Catalog = FakeModules.Catalog });
        var found = result.Diagnostics.Where(static d => d.Severity != Severity.Note).ToList();
        foreach (var finding in found)
        {
            var index = expected.FindIndex(e => e.Line == finding.Span.Line && e.Code == finding.Code && finding.ToString().Contains(e.Text, StringComparison.Ordinal));
            Assert.That(index, Is.GreaterThanOrEqualTo(0), $"not expected: {finding}");
            expected.RemoveAt(index);
        }
        Assert.That(expected, Is.Empty);
        Assert.That(result.HasErrors, Is.EqualTo(found.Any(static d => d.Severity == Severity.Error)));
    }

    private static List<(int Line, string Code, string Text)> Expected(string script)
    {
        var result = new List<(int, string, string)>();
        var line = 0;
        foreach (var text in script.Split('\n'))
        {
            line++;
            var comment = text.IndexOf("#! ", StringComparison.Ordinal);
            if (comment < 0)
                continue;
            foreach (Match match in Expectation().Matches(text[comment..]))
                result.Add((line, match.Groups[1].Value, match.Groups[2].Value));
        }
        return result;
    }
}
