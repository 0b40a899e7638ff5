using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Golden;

/// <summary>Every file under Golden/Scenarios is one test; tests/README.md says how they are written.</summary>
internal sealed class ScenarioTests
{
    private static readonly string Directory = Repository.Path("tests/ScriptedSip.Tests/Golden/Scenarios");

    private static IEnumerable<TestCaseData> Files() => System.IO.Directory.EnumerateFiles(Directory, "*.sip", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetRelativePath(Directory, path)));

    [TestCaseSource(nameof(Files))]
    public void Scenario(string path) => ScenarioRunner.Run(path);

    /// <summary>A script that is shipped is shown at work.</summary>
    [Test]
    public void Every_shipped_script_is_exercised()
    {
        var exercised = System.IO.Directory.EnumerateFiles(Directory, "*.sip", SearchOption.AllDirectories).SelectMany(ScenarioFile.Read)
            .OfType<ScriptStep>().Select(s => s.Path).ToHashSet();
        var shipped = System.IO.Directory.EnumerateFiles(Repository.Path("scripts"), "*.cfg", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'));
        Assert.That(shipped, Is.SubsetOf(exercised));
    }
}
