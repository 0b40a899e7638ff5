using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>The transports an arrow holds for.</summary>
internal enum Over
{
    Both,
    Unreliable,
    Reliable,
}

/// <summary>One arrow of a state diagram: from a state, on an event, to a state, and what is done on the way.</summary>
internal sealed record Arrow(string Section, TxState From, TxEvent On, TxState To, TxEffects Effects, Over Over = Over.Both)
{
    public bool IsFor(bool reliable) => Over == Over.Both || (Over == Over.Reliable) == reliable;
}

/// <summary>The steps a machine takes, each arrow once per transport it holds for.</summary>
internal delegate TxStep Machine(TxState state, TxEvent occurrence, bool reliable);

internal static class Arrows
{
    private static readonly bool[] Transports = [false, true];

    public static IEnumerable<TestCaseData> Cases(IEnumerable<Arrow> arrows) =>
        from arrow in arrows
        from reliable in Transports
        where arrow.IsFor(reliable)
        select new TestCaseData(arrow, reliable).SetArgDisplayNames(arrow.Section, $"{arrow.From} {arrow.On}", reliable ? "reliable" : "unreliable");

    public static void Check(Machine machine, Arrow arrow, bool reliable) =>
        Assert.That(machine(arrow.From, arrow.On, reliable), Is.EqualTo(new TxStep(arrow.To, arrow.Effects)));

    /// <summary>Whatever has no arrow leaves the machine where it is and asks for nothing.</summary>
    public static void CheckOthers(Machine machine, IReadOnlyCollection<Arrow> arrows)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var state in Enum.GetValues<TxState>())
            {
                foreach (var occurrence in Enum.GetValues<TxEvent>())
                {
                    foreach (var reliable in Transports)
                    {
                        if (!arrows.Any(a => a.From == state && a.On == occurrence && a.IsFor(reliable)))
                            Assert.That(machine(state, occurrence, reliable), Is.EqualTo(TxStep.Stay(state)), $"{state} {occurrence} reliable={reliable}");
                    }
                }
            }
        }
    }
}
