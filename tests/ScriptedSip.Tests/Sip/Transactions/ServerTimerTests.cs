using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>Timers G, H, I, J and L, and the 100 made here, to the millisecond.</summary>
[TestFixture]
internal sealed class ServerTimerTests
{
    private static string[] At(string what, params int[] times) => [.. times.Select(t => $"{t} {what}")];

    private static void Answer(EngineRig rig, int code, string method = "INVITE")
    {
        var transaction = rig.Open(method);
        Assert.That(rig.Engine.Reply(rig.Context, transaction, code, "Reply"u8), Is.True);
        rig.Close(transaction);
    }

    [Test]
    public void Final_reply_is_retransmitted_up_to_T2_until_timer_H() // RFC 3261 17.2.1
    {
        var rig = new EngineRig();
        Answer(rig, 486);
        rig.Advance(31_990);
        Assert.That(rig.ToClient, Is.EqualTo(At("486 INVITE", 0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500)));
        Assert.That(rig.Engine.Count, Is.EqualTo(1));
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        Assert.That(rig.Counters[Counter.TransactionTimeouts], Is.EqualTo(1));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Final_reply_is_not_retransmitted_after_the_ack_and_stragglers_are_absorbed_until_timer_I() // RFC 3261 17.2.1
    {
        var rig = new EngineRig();
        Answer(rig, 486);
        rig.Advance(600);
        Assert.That(rig.Relay("ACK"), Is.EqualTo(RequestMatch.AckToFailure));
        rig.Mark();
        rig.Advance(4990);
        Assert.That(rig.Relay("ACK"), Is.EqualTo(RequestMatch.AckToFailure));
        Assert.That(rig.Relay("INVITE"), Is.EqualTo(RequestMatch.Absorbed));
        Assert.That(rig.Log.Since, Is.Empty);
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        Assert.That(rig.Counters[Counter.TransactionTimeouts], Is.Zero);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Final_reply_is_not_retransmitted_over_a_reliable_transport() // RFC 3261 17.2.1: no G, but H
    {
        var rig = new EngineRig(protocol: TransportProtocol.Tcp);
        Answer(rig, 486);
        rig.Advance(31_990);
        Assert.That(rig.ToClient, Is.EqualTo(At("486 INVITE", 0)));
        Assert.That(rig.Engine.Count, Is.EqualTo(1));
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Invite_again_gets_the_last_reply_again() // RFC 3261 17.2.1
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Mark();
        Assert.That(rig.Relay("INVITE"), Is.EqualTo(RequestMatch.Absorbed));
        Assert.That(rig.ToClient, Is.EqualTo(At("180 INVITE", 0)));
        rig.Answer(486);
        rig.Mark();
        rig.Relay("INVITE");
        Assert.That(rig.ToClient, Is.EqualTo(At("486 INVITE", 0)));
        Assert.That(rig.ToCallee(), Is.Empty);
        Assert.That(rig.Counters[Counter.Retransmissions], Is.EqualTo(2));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Invite_again_after_a_success_is_absorbed_without_a_word_until_timer_L() // RFC 6026 7.1
    {
        var rig = new EngineRig();
        Answer(rig, 200);
        rig.Mark();
        rig.Advance(31_990);
        Assert.That(rig.Relay("INVITE"), Is.EqualTo(RequestMatch.Absorbed));
        Assert.That(rig.Log.Since, Is.Empty);
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Ack_to_a_success_is_a_request_of_its_own() // RFC 6026 7.1
    {
        var rig = new EngineRig();
        Answer(rig, 200);
        Assert.That(rig.Relay("ACK"), Is.EqualTo(RequestMatch.New));
        rig.ExpectAllReleased();
    }

    [TestCase(200)]
    [TestCase(404)]
    public void Other_request_again_gets_its_final_reply_again_until_timer_J(int code) // RFC 3261 17.2.2
    {
        var rig = new EngineRig();
        Answer(rig, code, "OPTIONS");
        rig.Advance(31_990);
        rig.Mark();
        Assert.That(rig.Relay("OPTIONS"), Is.EqualTo(RequestMatch.Absorbed));
        Assert.That(rig.ToClient, Is.EqualTo(At($"{code} OPTIONS", 0)));
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        rig.ExpectAllReleased();
    }

    [TestCase(0, 4_990, 1)]
    [TestCase(0, 5_000, 0)]
    [TestCase(1, 5_000, 1)]
    public void Finished_transactions_leave_a_crowd_after_T4(int crowdedAbove, int milliseconds, int left) // decision 0008
    {
        var rig = new EngineRig();
        rig.Engine.Timers.CrowdedAbove = crowdedAbove;
        Answer(rig, 200, "OPTIONS");
        rig.Advance(milliseconds);
        Assert.That(rig.Engine.Count, Is.EqualTo(left));
    }

    [Test]
    public void Other_request_over_a_reliable_transport_is_over_with_its_reply() // RFC 3261 17.2.2: J is zero
    {
        var rig = new EngineRig(protocol: TransportProtocol.Tcp);
        Answer(rig, 200, "OPTIONS");
        Assert.That(rig.Engine.Count, Is.Zero);
        Assert.That(rig.Buffers.Outstanding, Is.Zero);
    }

    [Test]
    public void Other_request_again_is_discarded_while_nothing_was_sent_and_then_gets_the_provisional() // RFC 3261 17.2.2
    {
        var rig = new EngineRig();
        rig.Relay("OPTIONS");
        rig.Relay("OPTIONS");
        Assert.That(rig.ToClient, Is.Empty);
        rig.Answer(183, method: "OPTIONS");
        rig.Mark();
        rig.Relay("OPTIONS");
        Assert.That(rig.ToClient, Is.EqualTo(At("183 OPTIONS", 0)));
        rig.ExpectAllReleased();
    }

    [TestCase(100, 100)]
    [TestCase(200, 200)]
    [TestCase(0, 10)]
    public void Silent_invite_gets_one_100_after_the_delay(int delay, int expected) // RFC 3261 17.2.1
    {
        var rig = new EngineRig(t => t.TryingDelay = delay);
        rig.Relay("INVITE");
        rig.Advance(5000);
        Assert.That(rig.ToClient, Is.EqualTo(At("100 INVITE", expected)));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Invite_with_a_reply_gets_no_100()
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Advance(1000);
        Assert.That(rig.ToClient, Is.EqualTo(At("180 INVITE", 0)));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Invite_gets_no_100_when_it_is_switched_off()
    {
        var rig = new EngineRig(t => t.TryingDelay = -1);
        rig.Relay("INVITE");
        rig.Advance(1000);
        Assert.That(rig.ToClient, Is.Empty);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Invite_again_gets_the_100_before_its_time() // RFC 3261 17.2.1
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Advance(50);
        rig.Relay("INVITE");
        rig.Advance(1000);
        Assert.That(rig.ToClient, Is.EqualTo(At("100 INVITE", 50)));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Other_request_gets_no_100() // RFC 4320 4.1
    {
        var rig = new EngineRig();
        rig.Relay("OPTIONS");
        rig.Advance(3000);
        Assert.That(rig.ToClient, Is.Empty);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Released_transaction_leaves_nothing() // t_release
    {
        var rig = new EngineRig();
        var transaction = rig.Open("INVITE");
        TransactionEngine.Abandon(transaction);
        rig.Close(transaction);
        Assert.That(rig.Engine.Count, Is.Zero);
        Assert.That(rig.Buffers.Outstanding, Is.Zero);
    }
}
