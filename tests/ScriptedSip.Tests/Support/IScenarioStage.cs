using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Support;

/// <summary>Where a scenario is played: inside the test on a fake network, or with the built program on real sockets.</summary>
internal interface IScenarioStage : IDisposable
{
    /// <summary>Sent and not yet taken, as far as that is known without waiting.</summary>
    IReadOnlyList<SentPacket> Waiting { get; }

    /// <summary>What the program has said about itself.</summary>
    IReadOnlyList<string> ProgramMessages { get; }

    /// <summary>A message arrives from an address; at the socket named, or the first that can hear it.</summary>
    void Receive(SipEndpoint from, SipEndpoint to, string text);

    /// <summary>The network reports that a packet reached nobody; not where the network is real.</summary>
    void ReportUnreachable(SentPacket packet);

    /// <summary>
    /// Takes the oldest packet to an address, null when there is none. Where packets take time, waits for one that is wanted, and returns the last
    /// one that was not when none comes.
    /// </summary>
    SentPacket? Take(SipEndpoint to, Predicate<SentPacket> isWanted);

    /// <summary>Forgets what is waiting.</summary>
    void Ignore();

    /// <summary>What the script has printed since the last time; where that takes time, as soon as it is what is wanted, or at once when nothing is.</summary>
    string TakeConsole(Predicate<string>? isWanted = null);

    /// <summary>Lets time pass; where it passes by itself, does nothing.</summary>
    void Advance(int milliseconds);
}
