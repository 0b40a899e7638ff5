using ScriptedSip.Sip;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>Timers A, B, C, D, E, F, K and M, to the millisecond.</summary>
[TestFixture]
internal sealed class ClientTimerTests
{
    private static string[] At(string what, params int[] times) => [.. times.Select(t => $"{t} {what}")];

    [Test]
    public void Invite_is_retransmitted_at_doubling_intervals_until_timer_B() // RFC 3261 17.1.1.2, 16.8
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Advance(31_990);
        Assert.That(rig.ToCallee(), Is.EqualTo(At("INVITE", 0, 500, 1500, 3500, 7500, 15500, 31500)));
        Assert.That(rig.ToClient, Is.EqualTo(At("100 INVITE", 100)));
        rig.Mark();
        rig.Advance(10);
        Assert.That(rig.ToClient, Is.EqualTo(At("408 INVITE", 10)));
        Assert.That(rig.Counters[Counter.TransactionTimeouts], Is.EqualTo(1));
        rig.ExpectAllReleased();
        Assert.That(rig.ToCallee(), Is.Empty);
    }

    [Test]
    public void Invite_is_not_retransmitted_once_a_provisional_came() // RFC 3261 17.1.1.2
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Advance(600);
        rig.Answer(100);
        rig.Mark();
        rig.Advance(60_000);
        Assert.That(rig.Log.Since, Is.Empty);
        rig.Answer(486);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Other_request_is_retransmitted_up_to_T2_until_timer_F() // RFC 3261 17.1.2.2
    {
        var rig = new EngineRig();
        rig.Relay("OPTIONS");
        rig.Advance(32_000);
        Assert.That(rig.ToCallee(), Is.EqualTo(At("OPTIONS", 0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500)));
        Assert.That(rig.ToClient, Is.EqualTo(At("408 OPTIONS", 32000)));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Other_request_is_retransmitted_every_T2_once_a_provisional_came() // RFC 3261 17.1.2.2
    {
        var rig = new EngineRig();
        rig.Relay("OPTIONS");
        rig.Advance(600);
        rig.Answer(100, method: "OPTIONS");
        rig.Advance(14_000);
        Assert.That(rig.ToCallee(), Is.EqualTo(At("OPTIONS", 0, 500, 1500, 5500, 9500, 13500)));
        rig.Answer(200, method: "OPTIONS");
        rig.Mark();
        rig.ExpectAllReleased();
        Assert.That(rig.Log.Since, Is.Empty);
    }

    [TestCase("INVITE")]
    [TestCase("OPTIONS")]
    public void Nothing_is_retransmitted_over_a_reliable_transport(string method) // RFC 3261 17.1.1.2, 17.1.2.2
    {
        var rig = new EngineRig(protocol: TransportProtocol.Tcp);
        rig.Relay(method);
        rig.Advance(31_990);
        Assert.That(rig.ToCallee(), Is.EqualTo(At(method, 0)));
        rig.Mark();
        rig.Advance(10);
        Assert.That(rig.ToClient, Is.EqualTo(At($"408 {method}", 10)));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Final_reply_again_is_acknowledged_again_until_timer_D_and_not_passed_on() // RFC 3261 17.1.1.2
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(486);
        rig.Relay("ACK");
        rig.Mark();
        rig.Advance(31_990);
        Assert.That(rig.Answer(486), Is.True);
        Assert.That(rig.ToCallee(), Is.EqualTo(At("ACK", 31990)));
        Assert.That(rig.ToClient, Is.Empty);
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        Assert.That(rig.Answer(486), Is.False);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Final_reply_over_a_reliable_transport_leaves_nothing_behind() // RFC 3261 17.1.1.2, 17.2.1: timers D and I are zero
    {
        var rig = new EngineRig(protocol: TransportProtocol.Tcp);
        rig.Relay("INVITE");
        rig.Answer(486);
        Assert.That(rig.ToClient, Is.EqualTo(At("486 INVITE", 0)));
        Assert.That(rig.ToCallee(), Is.EqualTo(["0 INVITE", "0 ACK"]));
        rig.Relay("ACK");
        Assert.That(rig.Engine.Count, Is.Zero);
        Assert.That(rig.Buffers.Outstanding, Is.Zero);
    }

    [Test]
    public void Success_again_is_passed_on_until_timer_M() // RFC 6026 8.4
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(200);
        rig.Advance(31_990);
        rig.Mark();
        Assert.That(rig.Answer(200), Is.True);
        Assert.That(rig.ToClient, Is.EqualTo(At("200 INVITE", 0)));
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        Assert.That(rig.Answer(200), Is.False);
        rig.ExpectAllReleased();
    }

    [TestCase(200)]
    [TestCase(404)]
    public void Final_reply_to_another_request_is_absorbed_until_timer_K(int code) // RFC 3261 17.1.2.2
    {
        // wt_timer shortens J, so that K alone keeps the transaction.
        var rig = new EngineRig(t => t.Wait = 1000);
        rig.Relay("OPTIONS");
        rig.Answer(code, method: "OPTIONS");
        rig.Mark();
        rig.Advance(4990);
        Assert.That(rig.Answer(code, method: "OPTIONS"), Is.True);
        Assert.That(rig.Log.Since, Is.Empty);
        rig.Advance(10);
        Assert.That(rig.Engine.Count, Is.Zero);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Ringing_callee_is_cancelled_by_timer_C_and_the_client_told() // RFC 3261 16.8
    {
        var rig = new EngineRig(t => t.NoFinalReply = 5000);
        rig.Relay("INVITE");
        rig.Advance(1000);
        rig.Answer(180);
        rig.Mark();
        rig.Advance(4990);
        Assert.That(rig.Log.Since, Is.Empty);
        rig.Advance(10);
        Assert.That(rig.ToCallee(), Is.EqualTo(At("CANCEL", 5000)));
        Assert.That(rig.ToClient, Is.EqualTo(At("408 INVITE", 5000)));
        rig.Relay("ACK");
        rig.Mark();
        rig.Answer(200, method: "CANCEL");
        rig.Answer(487);
        Assert.That(rig.ToCallee(), Is.EqualTo(At("ACK", 0)));
        Assert.That(rig.ToClient, Is.Empty);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Further_provisional_restarts_timer_C_and_a_further_100_does_not() // RFC 3261 16.7, step 2
    {
        var rig = new EngineRig(t => t.NoFinalReply = 5000);
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Advance(4000);
        rig.Answer(183);
        rig.Advance(4000);
        rig.Answer(100);
        rig.Mark();
        rig.Advance(990);
        Assert.That(rig.Log.Since, Is.Empty);
        rig.Advance(10);
        Assert.That(rig.ToCallee(), Is.EqualTo(At("CANCEL", 1000)));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Callee_that_cannot_be_reached_fails_at_once() // RFC 3261 17.1.4, 16.9
    {
        var rig = new EngineRig();
        var transaction = rig.Open("INVITE");
        var branch = rig.Send(rig.Context, transaction, rig.Callee(0))!;
        var ticket = TransactionEngine.TicketOf(transaction, branch);
        rig.Close(transaction);
        rig.Engine.OnSendFailed(ticket);
        rig.Advance(10);
        Assert.That(rig.ToClient, Does.Contain("10 477 INVITE"));
        // The same report again, or about a transaction that is gone, changes nothing.
        rig.Engine.OnSendFailed(ticket);
        rig.ExpectAllReleased();
        rig.Engine.OnSendFailed(ticket);
        rig.Advance(10);
    }
}
