using ScriptedSip.Sip.Transactions;
using static ScriptedSip.Sip.Transactions.TxEffects;
using static ScriptedSip.Sip.Transactions.TxState;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3261 figure 8. A retransmission in Trying has no arrow: it is discarded.</summary>
[TestFixture]
internal sealed class NonInviteServerFsmTests
{
    private static readonly Arrow[] Table =
    [
        new("3261 17.2.2 request", TxState.None, TxEvent.Request, Trying, PassUp),
        .. Open(Trying),
        .. Open(Proceeding),
        new("3261 17.2.2 request again", Proceeding, TxEvent.Request, Proceeding, Resend),
        new("3261 17.2.4 transport error", Proceeding, TxEvent.TransportError, Terminated, ReportError | Terminate),
        new("3261 17.2.2 request again", Completed, TxEvent.Request, Completed, Resend),
        new("3261 17.2.4 transport error", Completed, TxEvent.TransportError, Terminated, ReportError | Terminate),
        new("3261 17.2.2 timer J", Completed, TxEvent.Linger, Terminated, Terminate),
    ];

    private static Arrow[] Open(TxState state) =>
    [
        new("3261 17.2.2 1xx from TU", state, TxEvent.Provisional, Proceeding, Send),
        new("3261 17.2.2 2xx from TU, timer J", state, TxEvent.Success, Completed, Send | StartLinger, Over.Unreliable),
        new("3261 17.2.2 300-699 from TU, timer J", state, TxEvent.Failure, Completed, Send | StartLinger, Over.Unreliable),
        new("3261 17.2.2 2xx from TU, timer J is zero", state, TxEvent.Success, Terminated, Send | Terminate, Over.Reliable),
        new("3261 17.2.2 300-699 from TU, timer J is zero", state, TxEvent.Failure, Terminated, Send | Terminate, Over.Reliable),
    ];

    private static IEnumerable<TestCaseData> Cases() => Arrows.Cases(Table);

    [TestCaseSource(nameof(Cases))]
    public void Arrow_leads_where_the_figure_points(Arrow arrow, bool reliable) => Arrows.Check(NonInviteServerFsm.Step, arrow, reliable);

    [Test]
    public void Event_without_an_arrow_changes_nothing() => Arrows.CheckOthers(NonInviteServerFsm.Step, Table);
}
