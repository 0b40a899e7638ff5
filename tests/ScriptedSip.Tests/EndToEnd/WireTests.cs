using System.Globalization;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>
/// The protocol scenarios once more on the wire: the built program, real sockets, UDP and TCP. Those that need the fake clock or the fake names stay where
/// they are; that nothing more than expected is sent is shown there too.
/// </summary>
internal sealed class WireTests
{
    private static readonly string Folder = Repository.Path("tests/ScriptedSip.Tests/Golden/Scenarios/protocol");

    [TestCaseSource(nameof(Scenarios))]
    public void Scenario_on_real_sockets_goes_as_on_the_fake_network(string name)
    {
        ScenarioRunner.Run(name, Steps(name), SocketStage.Start);
    }

    private static IEnumerable<string> Scenarios() => Directory.EnumerateFiles(Folder, "*.sip").Select(path => Path.GetFileName(path)!)
        .Where(name => CanBePlayed(Steps(name))).Order(StringComparer.Ordinal);

    // Phones of this stage open connections themselves and wait for none; addresses are IPv4.
    private static bool CanBePlayed(IReadOnlyList<ScenarioStep> steps) =>
        steps.All(static s => s is not (AdvanceStep or HostStep or RuleStep or ColorStep or FileStep))
        && steps.OfType<ListenStep>().All(static l => !l.Address.Contains('['))
        && steps.OfType<ExpectStep>().All(e => e.To.Protocol != TransportProtocol.Tcp || steps.OfType<ReceiveStep>().Any(r => r.From == e.To));

    // The scenario's network as one of our own inside 127/8, where every address exists.
    private static IReadOnlyList<ScenarioStep> Steps(string name)
    {
        var network = string.Create(CultureInfo.InvariantCulture, $"127.{Environment.ProcessId % 50 + 30}.");
        return ScenarioFile.Parse(File.ReadAllText(Path.Combine(Folder, name)).Replace("10.0.", network, StringComparison.Ordinal));
    }
}
