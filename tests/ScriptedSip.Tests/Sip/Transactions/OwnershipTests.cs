using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>One thread works on a transaction at a time; what comes meanwhile waits in its mailbox and is dealt with by the owner.</summary>
[TestFixture]
internal sealed class OwnershipTests
{
    private EngineRig _rig = null!;
    private SentLog _otherLog = null!;
    private ProcessingContext _other = null!;

    [SetUp]
    public void Begin()
    {
        _rig = new EngineRig();
        _otherLog = new SentLog(_rig.Clock);
        _other = new ProcessingContext(_rig.Clock, _rig.Buffers, _otherLog);
    }

    /// <summary>A script at work: the INVITE has been sent, its thread has not let go yet.</summary>
    private Transaction Working()
    {
        var transaction = _rig.Open("INVITE");
        _rig.Send(_rig.Context, transaction, _rig.Callee(0));
        _rig.Context.Outbox.Flush();
        _rig.Mark();
        return transaction;
    }

    private void Elsewhere(Action action)
    {
        var thread = new Thread(() =>
        {
            action();
            _other.Outbox.Flush();
        });
        thread.Start();
        thread.Join();
        Assert.That(_otherLog.All, Is.Empty, "only the owner acts");
    }

    [Test]
    public void Replies_that_come_while_the_owner_works_are_its_own_in_their_order()
    {
        var transaction = Working();
        var invite = _rig.Last(_rig.Callee(0), "INVITE");
        Elsewhere(() => _rig.Answer(invite, 180, _other));
        Elsewhere(() => _rig.Answer(invite, 183, _other));
        Elsewhere(() => _rig.Answer(invite, 486, _other));
        Assert.That(_rig.Log.Since, Is.Empty);
        _rig.Close(transaction);
        Assert.That(_rig.ToClient, Is.EqualTo(["0 180 INVITE", "0 183 INVITE", "0 486 INVITE"]));
        Assert.That(_rig.ToCallee(), Is.EqualTo(["0 ACK"]));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Changes_made_to_a_reply_wait_with_it()
    {
        var transaction = Working();
        var invite = _rig.Last(_rig.Callee(0), "INVITE");
        Elsewhere(() =>
        {
            var reply = _rig.Parse(_other, EngineRig.ReplyTo(invite, 180), invite.To);
            var edits = new MessageEdits();
            edits.Insert(reply.HeadersEnd, "Subject: changed\r\n"u8);
            Assert.That(_rig.Engine.OnReply(_other, reply, edits));
            edits.Clear();
            _other.Return(reply);
        });
        _rig.Close(transaction);
        Assert.That(_rig.Last(_rig.Client, "180 INVITE").Header("Subject"), Is.EqualTo("changed"));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Retransmission_that_comes_while_the_owner_works_is_absorbed()
    {
        var transaction = Working();
        Elsewhere(() =>
        {
            var again = _rig.Parse(_other, _rig.Request("INVITE"), _rig.Client);
            Assert.That(_rig.Engine.Match(_other, again), Is.EqualTo(RequestMatch.Absorbed));
            _other.Return(again);
        });
        _rig.Close(transaction);
        Assert.That(_rig.ToClient, Is.EqualTo(["0 100 INVITE"]));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Cancel_that_comes_while_the_owner_works_is_carried_out_by_it()
    {
        var transaction = Working();
        var invite = _rig.Last(_rig.Callee(0), "INVITE");
        Elsewhere(() => _rig.Answer(invite, 180, _other));
        Elsewhere(() =>
        {
            var cancel = _rig.Parse(_other, _rig.Request("CANCEL"), _rig.Client);
            Assert.That(_rig.Engine.FindCancelled(cancel, out var label), Is.SameAs(transaction));
            _rig.Engine.Cancel(_other, transaction, label, "route");
            _other.Return(cancel);
        });
        _rig.Close(transaction);
        Assert.That(_rig.ToCallee(), Is.EqualTo(["0 CANCEL"]));
        Assert.That(transaction.CancelUserState, Is.EqualTo("route"));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Timer_that_fires_while_the_owner_works_is_made_up_for()
    {
        var transaction = Working();
        _rig.Close(transaction);
        Assert.That(transaction.TryEnter(), Is.True);
        Elsewhere(() =>
        {
            _rig.Clock.Advance(700);
            _other.Tick();
            _rig.Engine.OnTimer(_other);
        });
        _rig.Context.Tick();
        _rig.Close(transaction);
        Assert.That(_rig.ToCallee(), Is.EqualTo(["700 INVITE"]));
        Assert.That(_rig.ToClient, Is.EqualTo(["700 100 INVITE"]));
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Mail_for_a_transaction_that_is_gone_is_not_read_by_the_next_one()
    {
        var transaction = Working();
        var invite = _rig.Last(_rig.Callee(0), "INVITE");
        _rig.Close(transaction);
        _rig.Answer(486);
        _rig.Advance(64_000);
        Assert.That(_rig.Engine.Count, Is.Zero);
        var next = _rig.Open("INVITE", "2");
        Assert.That(next, Is.SameAs(transaction), "the object is used again");
        _rig.Send(_rig.Context, next, _rig.Callee(1));
        _rig.Mark();
        Elsewhere(() => Assert.That(_rig.Answer(invite, 486, _other), Is.False));
        _rig.Close(next);
        Assert.That(_rig.ToClient, Is.Empty);
        _rig.ExpectAllReleased();
    }

    [Test]
    public void Two_threads_with_the_same_request_make_one_transaction()
    {
        const int rounds = 300;
        using var barrier = new Barrier(2);
        var made = new Transaction?[2, rounds];
        void Race(int side, ProcessingContext context)
        {
            for (var round = 0; round < rounds; round++)
            {
                var request = _rig.Parse(context, _rig.Request("OPTIONS", $"r{round}"), _rig.Client);
                barrier.SignalAndWait();
                if (_rig.Engine.Match(context, request) == RequestMatch.New && (made[side, round] = _rig.Engine.Create(context, request)) is { } transaction)
                {
                    _rig.Engine.Reply(context, transaction, 200, "OK"u8);
                    _rig.Engine.Leave(context, transaction);
                }
                context.Return(request);
                context.Outbox.Flush();
            }
        }
        var rival = new Thread(() => Race(1, _other));
        rival.Start();
        Race(0, _rig.Context);
        rival.Join();
        for (var round = 0; round < rounds; round++)
            Assert.That(made[0, round] is null, Is.Not.EqualTo(made[1, round] is null), $"round {round}");
        Assert.That(_rig.Counters[Counter.TransactionsCreated], Is.EqualTo(rounds));
        _rig.ExpectAllReleased();
    }
}
