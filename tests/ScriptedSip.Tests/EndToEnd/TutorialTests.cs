using System.Globalization;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>The four experiments once more, with the program as it is built and phones that are sockets.</summary>
internal sealed class TutorialTests
{
    [TestCase("1-call-setup")]
    [TestCase("2-call-cancelled")]
    [TestCase("3-stateless")]
    [TestCase("4-record-routed")]
    public void Experiment_over_real_sockets_shows_what_the_tutorial_shows(string name)
    {
        // The tutorial's network as one of our own inside 127/8, where every address exists; as long as the original, for the sake of Content-Length.
        var network = string.Create(CultureInfo.InvariantCulture, $"127.{Random.Shared.Next(100, 200)}.{Random.Shared.Next(1, 10)}.");
        var scenario = File.ReadAllText(Repository.Path($"tests/ScriptedSip.Tests/Golden/Scenarios/tutorial/{name}.sip"))
            .Replace("192.168.1.", network, StringComparison.Ordinal);
        ScenarioRunner.Run(name, ScenarioFile.Parse(scenario), SocketStage.Start);
    }
}
