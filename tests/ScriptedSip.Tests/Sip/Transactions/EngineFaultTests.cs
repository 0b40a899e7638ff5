using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>A fault of the program while it works on a transaction costs that transaction, and nothing else.</summary>
[TestFixture]
internal sealed class EngineFaultTests
{
    private EngineRig _rig = null!;
    private List<Exception> _faults = null!;

    [SetUp]
    public void Begin()
    {
        _rig = new EngineRig();
        _faults = [];
        _rig.Engine.OnFault = _faults.Add;
    }

    [Test]
    public void Fault_on_a_reply_is_answered_500_and_the_transaction_ends()
    {
        _rig.Engine.User = new FaultyUser { FailsOnReply = true };
        _rig.Relay("INVITE", callees: 2);
        _rig.Mark();

        Assert.That(_rig.Answer(180), Is.True);

        Assert.That(_rig.ToClient, Is.EqualTo(["0 500 INVITE"]));
        Assert.That(_faults, Has.Count.EqualTo(1));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Fault_at_a_timeout_leaves_the_others_due_at_the_same_moment_alone()
    {
        _rig.Engine.User = new FaultyUser { FailsAt = 408, Times = 1 };
        _rig.Relay("INVITE", branch: "1");
        _rig.Relay("INVITE", branch: "2");
        _rig.Mark();

        _rig.Advance(32_000);

        Assert.That(_rig.ToClient.Where(s => s.Contains("500", StringComparison.Ordinal) || s.Contains("408", StringComparison.Ordinal)),
            Is.EquivalentTo(["32000 500 INVITE", "32000 408 INVITE"]));
        Assert.That(_faults, Has.Count.EqualTo(1));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Fault_in_mail_is_survived_by_its_owner()
    {
        _rig.Engine.User = new FaultyUser { FailsOnReply = true };
        var other = new ProcessingContext(_rig.Clock, _rig.Buffers, new SentLog(_rig.Clock));
        var transaction = _rig.Open("INVITE");
        _rig.Send(_rig.Context, transaction, _rig.Callee(0));
        _rig.Context.Outbox.Flush();
        _rig.Mark();
        _rig.Answer(_rig.Last(_rig.Callee(0), "INVITE"), 180, other);

        _rig.Close(transaction);

        Assert.That(_rig.ToClient, Is.EqualTo(["0 500 INVITE"]));
        Assert.That(_faults, Has.Count.EqualTo(1));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Transaction_given_up_unanswered_is_answered_500_and_ends()
    {
        var transaction = _rig.Open("OPTIONS");
        _rig.Send(_rig.Context, transaction, _rig.Callee(0));
        _rig.Engine.GiveUp(_rig.Context, transaction);
        _rig.Close(transaction);

        Assert.That(_rig.ToClient, Is.EqualTo(["0 500 OPTIONS"]));
        _rig.ExpectAllReleased();
    }

    private sealed class FaultyUser : ITransactionUser
    {
        public bool FailsOnReply { get; init; }

        public int FailsAt { get; init; }

        public int Times { get; set; }

        public bool OnReply(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, MessageEdits edits) =>
            !FailsOnReply ? true : throw new InvalidOperationException("as asked");

        public void OnBranchFailure(ProcessingContext context, Transaction transaction, ClientBranch branch) { }

        public void OnFailure(ProcessingContext context, Transaction transaction, ClientBranch best)
        {
            if (best.StatusCode == FailsAt && Times-- > 0)
                throw new InvalidOperationException("as asked");
        }

        public void OnEnded(Transaction transaction) { }
    }
}
