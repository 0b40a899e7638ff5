using System.Text.RegularExpressions;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Docs;

/// <summary>docs/conformance.md names the test that shows each behaviour; here each of them is looked for.</summary>
internal sealed partial class ConformanceTests
{
    private const string Scenarios = "tests/ScriptedSip.Tests/Golden/Scenarios";

    private static readonly string[] Rows =
        [.. File.ReadLines(Repository.Path("docs/conformance.md"))
            .TakeWhile(l => l != "## Deviations").Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| Section", StringComparison.Ordinal))];

    [Test]
    public void Every_row_names_a_test()
    {
        Assert.That(Rows, Has.Length.GreaterThan(100));
        Assert.That(Rows.Where(row => Cells(row).Length != 3), Is.Empty, "section, behaviour, test");
        Assert.That(Rows.Where(row => !Name().IsMatch(Cells(row)[2])), Is.Empty, "no test is named");
    }

    [Test]
    public void Every_test_named_exists()
    {
        var tests = typeof(ConformanceTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(IsTest).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var missing = Rows.SelectMany(row => Name().Matches(Cells(row)[2])).Select(match => match.Groups[1].Value)
            .Where(name => name.EndsWith(".sip", StringComparison.Ordinal) ? !File.Exists(Repository.Path($"{Scenarios}/{name}")) : !tests.Contains(name));
        Assert.That(missing, Is.Empty);
    }

    private static string[] Cells(string row) => [.. row.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim())];

    private static bool IsTest(System.Reflection.MethodInfo method) =>
        method.GetCustomAttributes(inherit: false).Any(a => a is TestAttribute or TestCaseAttribute or TestCaseSourceAttribute or TheoryAttribute);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
