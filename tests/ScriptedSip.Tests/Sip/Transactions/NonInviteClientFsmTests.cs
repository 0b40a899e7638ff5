using ScriptedSip.Sip.Transactions;
using static ScriptedSip.Sip.Transactions.TxEffects;
using static ScriptedSip.Sip.Transactions.TxState;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3261 figure 6.</summary>
[TestFixture]
internal sealed class NonInviteClientFsmTests
{
    private static readonly Arrow[] Table =
    [
        new("3261 17.1.2.2 request from TU, timers E and F", TxState.None, TxEvent.Request, Trying, Send | StartRetransmit | StartTimeout, Over.Unreliable),
        new("3261 17.1.2.2 request from TU, timer F only", TxState.None, TxEvent.Request, Trying, Send | StartTimeout, Over.Reliable),
        .. Open(Trying),
        .. Open(Proceeding),
        new("3261 17.1.2.2 timer K", Completed, TxEvent.Linger, Terminated, Terminate),
    ];

    private static Arrow[] Open(TxState state) =>
    [
        new("3261 17.1.2.2 timer E", state, TxEvent.Retransmit, state, Resend | NextRetransmit),
        new("3261 17.1.2.2 timer F", state, TxEvent.Timeout, Terminated, ReportTimeout | Terminate),
        new("3261 17.1.4 transport error", state, TxEvent.TransportError, Terminated, ReportError | Terminate),
        new("3261 17.1.2.2 1xx", state, TxEvent.Provisional, Proceeding, PassUp),
        new("3261 17.1.2.2 2xx, timer K", state, TxEvent.Success, Completed, PassUp | StopRetransmit | StopTimeout | StartLinger, Over.Unreliable),
        new("3261 17.1.2.2 300-699, timer K", state, TxEvent.Failure, Completed, PassUp | StopRetransmit | StopTimeout | StartLinger, Over.Unreliable),
        new("3261 17.1.2.2 2xx, timer K is zero", state, TxEvent.Success, Terminated, PassUp | StopTimeout | Terminate, Over.Reliable),
        new("3261 17.1.2.2 300-699, timer K is zero", state, TxEvent.Failure, Terminated, PassUp | StopTimeout | Terminate, Over.Reliable),
    ];

    private static IEnumerable<TestCaseData> Cases() => Arrows.Cases(Table);

    [TestCaseSource(nameof(Cases))]
    public void Arrow_leads_where_the_figure_points(Arrow arrow, bool reliable) => Arrows.Check(NonInviteClientFsm.Step, arrow, reliable);

    [Test]
    public void Event_without_an_arrow_changes_nothing() => Arrows.CheckOthers(NonInviteClientFsm.Step, Table);
}
