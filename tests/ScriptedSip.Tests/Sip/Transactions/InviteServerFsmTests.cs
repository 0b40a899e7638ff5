using ScriptedSip.Sip.Transactions;
using static ScriptedSip.Sip.Transactions.TxEffects;
using static ScriptedSip.Sip.Transactions.TxState;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3261 figure 7 as RFC 6026 7.1 redraws it. Timer G, the 100 within 200 ms and what is sent again are the engine's: see EngineTests.</summary>
[TestFixture]
internal sealed class InviteServerFsmTests
{
    private static readonly Arrow[] Table =
    [
        new("3261 17.2.1 INVITE", TxState.None, TxEvent.Request, Proceeding, PassUp),
        new("3261 17.2.1 INVITE again", Proceeding, TxEvent.Request, Proceeding, Resend),
        new("3261 17.2.1 101-199 from TU", Proceeding, TxEvent.Provisional, Proceeding, Send),
        new("6026 7.1 2xx from TU, timer L", Proceeding, TxEvent.Success, Accepted, Send | StartLinger),
        new("3261 17.2.1 300-699 from TU, timers G and H", Proceeding, TxEvent.Failure, Completed,
            Send | StartRetransmit | StartTimeout, Over.Unreliable),
        new("3261 17.2.1 300-699 from TU, timer H only", Proceeding, TxEvent.Failure, Completed, Send | StartTimeout, Over.Reliable),
        new("6026 7.1 transport error", Proceeding, TxEvent.TransportError, Proceeding, ReportError),

        new("3261 17.2.1 INVITE again", Completed, TxEvent.Request, Completed, Resend),
        new("3261 17.2.1 timer G", Completed, TxEvent.Retransmit, Completed, Resend | NextRetransmit),
        new("3261 17.2.1 ACK, timer I", Completed, TxEvent.Ack, Confirmed, StopRetransmit | StopTimeout | StartLinger, Over.Unreliable),
        new("3261 17.2.1 ACK, timer I is zero", Completed, TxEvent.Ack, Terminated, StopTimeout | Terminate, Over.Reliable),
        new("3261 17.2.1 timer H", Completed, TxEvent.Timeout, Terminated, ReportTimeout | Terminate),
        new("6026 7.1 transport error", Completed, TxEvent.TransportError, Completed, ReportError),

        new("3261 17.2.1 timer I", Confirmed, TxEvent.Linger, Terminated, Terminate),

        new("6026 7.1 2xx from TU", Accepted, TxEvent.Success, Accepted, Send),
        new("6026 7.1 ACK to TU", Accepted, TxEvent.Ack, Accepted, PassUp),
        new("6026 7.1 transport error", Accepted, TxEvent.TransportError, Accepted, ReportError),
        new("6026 7.1 timer L", Accepted, TxEvent.Linger, Terminated, Terminate),
    ];

    private static IEnumerable<TestCaseData> Cases() => Arrows.Cases(Table);

    [TestCaseSource(nameof(Cases))]
    public void Arrow_leads_where_the_figure_points(Arrow arrow, bool reliable) => Arrows.Check(InviteServerFsm.Step, arrow, reliable);

    [Test]
    public void Event_without_an_arrow_changes_nothing() => Arrows.CheckOthers(InviteServerFsm.Step, Table);
}
