using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Golden;

/// <summary>
/// The scenarios of <c>Golden/Dialects</c>: each is played once for every family, whose identity line takes the place of <c>{identity}</c>
/// (OpenSER has none: it is what a script is that shows no other sign). A step below
/// a line <c>only kamailio opensips</c> is one for those alone.
/// </summary>
internal sealed class DialectScenarioTests
{
    private static readonly string[] Families = ["ser", "openser", "kamailio", "opensips"];

    private static IEnumerable<TestCaseData> Scenarios() =>
        from path in Directory.EnumerateFiles(Repository.Path("tests/ScriptedSip.Tests/Golden/Dialects"), "*.sip").Order(StringComparer.Ordinal)
        from family in Families
        select new TestCaseData(path, family).SetArgDisplayNames(Path.GetFileNameWithoutExtension(path), family);

    [TestCaseSource(nameof(Scenarios))]
    public void Scenario(string path, string family) =>
        ScenarioRunner.Run(path, ScenarioFile.Parse(For(family, File.ReadAllLines(path))), ScenarioServer.Start);

    // Lines of other families become empty, so that a failure names the line of the file.
    private static string For(string family, string[] lines)
    {
        var isSkipped = false;
        var isMarked = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith("only ", StringComparison.Ordinal))
            {
                isMarked = true;
                isSkipped = !line.Split(' ').Contains(family);
                lines[i] = "";
                continue;
            }
            if (isSkipped)
                lines[i] = "";
            if (isMarked && line == "}")
                isMarked = isSkipped = false;
        }
        return string.Join('\n', lines).Replace("{identity}", family == "openser" ? "" : "#!" + family.ToUpperInvariant(), StringComparison.Ordinal);
    }
}
