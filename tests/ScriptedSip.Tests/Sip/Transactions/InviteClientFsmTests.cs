using ScriptedSip.Sip.Transactions;
using static ScriptedSip.Sip.Transactions.TxEffects;
using static ScriptedSip.Sip.Transactions.TxState;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3261 figure 5, with the Accepted state of RFC 6026 8.4.</summary>
[TestFixture]
internal sealed class InviteClientFsmTests
{
    private static readonly Arrow[] Table =
    [
        new("3261 17.1.1.2 INVITE from TU, timers A and B", TxState.None, TxEvent.Request, Calling, Send | StartRetransmit | StartTimeout, Over.Unreliable),
        new("3261 17.1.1.2 INVITE from TU, timer B only", TxState.None, TxEvent.Request, Calling, Send | StartTimeout, Over.Reliable),
        new("3261 17.1.1.2 timer A", Calling, TxEvent.Retransmit, Calling, Resend | NextRetransmit),
        new("3261 17.1.1.2 timer B", Calling, TxEvent.Timeout, Terminated, ReportTimeout | Terminate),
        new("3261 17.1.4 transport error", Calling, TxEvent.TransportError, Terminated, ReportError | Terminate),
        new("3261 17.1.1.2 1xx", Calling, TxEvent.Provisional, Proceeding, PassUp | StopRetransmit),
        new("6026 8.4 2xx, timer M", Calling, TxEvent.Success, Accepted, PassUp | StopRetransmit | StopTimeout | StartLinger),
        new("3261 17.1.1.2 300-699, timer D", Calling, TxEvent.Failure, Completed,
            SendAck | PassUp | StopRetransmit | StopTimeout | StartLinger, Over.Unreliable),
        new("3261 17.1.1.2 300-699, timer D is zero", Calling, TxEvent.Failure, Terminated,
            SendAck | PassUp | StopRetransmit | StopTimeout | Terminate, Over.Reliable),

        new("3261 17.1.1.2 further 1xx", Proceeding, TxEvent.Provisional, Proceeding, PassUp | StopRetransmit),
        new("6026 8.4 2xx, timer M", Proceeding, TxEvent.Success, Accepted, PassUp | StopRetransmit | StopTimeout | StartLinger),
        new("3261 17.1.1.2 300-699, timer D", Proceeding, TxEvent.Failure, Completed,
            SendAck | PassUp | StopRetransmit | StopTimeout | StartLinger, Over.Unreliable),
        new("3261 17.1.1.2 300-699, timer D is zero", Proceeding, TxEvent.Failure, Terminated,
            SendAck | PassUp | StopRetransmit | StopTimeout | Terminate, Over.Reliable),
        // No arrow of the figure: the end a client gives a transaction whose CANCEL brought no final reply.
        new("3261 9.1 64*T1 after the CANCEL", Proceeding, TxEvent.Timeout, Terminated, ReportTimeout | Terminate),

        new("3261 17.1.1.2 300-699 again", Completed, TxEvent.Failure, Completed, SendAck),
        new("3261 17.1.1.2 transport error of the ACK", Completed, TxEvent.TransportError, Terminated, ReportError | Terminate),
        new("3261 17.1.1.2 timer D", Completed, TxEvent.Linger, Terminated, Terminate),

        new("6026 8.4 2xx again or of another branch", Accepted, TxEvent.Success, Accepted, PassUp),
        new("6026 8.4 timer M", Accepted, TxEvent.Linger, Terminated, Terminate),
    ];

    private static IEnumerable<TestCaseData> Cases() => Arrows.Cases(Table);

    [TestCaseSource(nameof(Cases))]
    public void Arrow_leads_where_the_figure_points(Arrow arrow, bool reliable) => Arrows.Check(InviteClientFsm.Step, arrow, reliable);

    [Test]
    public void Event_without_an_arrow_changes_nothing() => Arrows.CheckOthers(InviteClientFsm.Step, Table);
}
