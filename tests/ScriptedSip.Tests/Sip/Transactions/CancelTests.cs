namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3261 9 and 16.10.</summary>
[TestFixture]
internal sealed class CancelTests
{
    [Test]
    public void Ringing_callee_is_cancelled_and_the_client_gets_its_487() // 9.2, 16.10
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Mark();
        rig.Relay("CANCEL");
        Assert.That(rig.ToClient, Is.EqualTo(["0 200 CANCEL"]));
        Assert.That(rig.ToCallee(), Is.EqualTo(["0 CANCEL"]));
        rig.Answer(200, method: "CANCEL");
        rig.Answer(487);
        Assert.That(rig.ToClient, Is.EqualTo(["0 200 CANCEL", "0 487 INVITE"]));
        Assert.That(rig.ToCallee(), Is.EqualTo(["0 CANCEL", "0 ACK"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Cancel_is_like_the_invite_it_cancels() // 9.1
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Relay("CANCEL");
        var invite = rig.Last(rig.Callee(0), "INVITE");
        var cancel = rig.Last(rig.Callee(0), "CANCEL");
        Assert.That(cancel.Text, Does.StartWith("CANCEL sip:bob@example.com SIP/2.0\r\n"));
        Assert.That(cancel.Headers("Via"), Is.EqualTo([invite.Header("Via")]));
        foreach (var name in new[] { "Route", "From", "To", "Call-ID" })
            Assert.That(cancel.Headers(name), Is.EqualTo(invite.Headers(name)), name);
        Assert.That(cancel.Header("CSeq"), Is.EqualTo("1 CANCEL"));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Cancel_is_held_until_a_provisional_comes() // 9.1
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Relay("CANCEL");
        rig.Advance(400);
        Assert.That(rig.ToCallee(), Is.EqualTo(["0 INVITE"]));
        rig.Answer(100);
        Assert.That(rig.ToCallee(), Is.EqualTo(["0 INVITE", "400 CANCEL"]));
        rig.Answer(487);
        Assert.That(rig.ToClient[^1], Is.EqualTo("400 487 INVITE"));
        rig.ExpectAllReleased();
    }

    [TestCase(200)]
    [TestCase(486)]
    public void Held_cancel_is_forgotten_when_the_final_reply_comes_first(int code) // 9.1
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Relay("CANCEL");
        rig.Answer(code);
        Assert.That(rig.ToCallee(), Does.Not.Contain("0 CANCEL"));
        Assert.That(rig.ToClient[^1], Is.EqualTo($"0 {code} INVITE"));
        rig.ExpectAllReleased();
        Assert.That(rig.Log.All.Any(s => s.What == "CANCEL"), Is.False);
    }

    [Test]
    public void Cancel_is_retransmitted_until_it_is_answered() // 9.1, 17.1.2.2
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Mark();
        rig.Relay("CANCEL");
        rig.Advance(2000);
        Assert.That(rig.ToCallee(), Is.EqualTo(["0 CANCEL", "500 CANCEL", "1500 CANCEL"]));
        rig.Answer(200, method: "CANCEL");
        rig.Mark();
        rig.Advance(10_000);
        Assert.That(rig.ToCallee(), Is.Empty);
        rig.Answer(487);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Callee_that_never_ends_the_call_is_given_up_after_64_T1() // 9.1
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Mark();
        rig.Relay("CANCEL");
        rig.Answer(200, method: "CANCEL");
        rig.Advance(31_990);
        Assert.That(rig.ToClient, Is.EqualTo(["0 200 CANCEL"]));
        rig.Advance(10);
        Assert.That(rig.ToClient[1], Does.StartWith("32000 4").And.EndsWith("INVITE"));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Cancel_again_gets_its_200_again_and_nothing_else_happens() // 17.2.2
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Relay("CANCEL");
        rig.Mark();
        rig.Relay("CANCEL");
        Assert.That(rig.Log.Since.Select(s => s.What), Is.EqualTo(["200 CANCEL"]));
        rig.ExpectAllReleased();
    }

    [TestCase(200)]
    [TestCase(486)]
    public void Cancel_after_the_final_reply_changes_nothing(int code) // 9.2
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(code);
        rig.Mark();
        rig.Relay("CANCEL");
        Assert.That(rig.Log.Since.Select(s => s.What), Is.EqualTo(["200 CANCEL"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Cancel_reaches_every_branch_that_is_still_open() // 16.10
    {
        var rig = new EngineRig();
        rig.Relay("INVITE", callees: 3);
        rig.Answer(180, 0);
        rig.Answer(486, 1);
        rig.Mark();
        rig.Relay("CANCEL");
        Assert.That(rig.ToCallee(0), Is.EqualTo(["0 CANCEL"]));
        Assert.That(rig.ToCallee(1), Is.Empty);
        Assert.That(rig.ToCallee(2), Is.Empty);
        rig.Answer(180, 2);
        Assert.That(rig.ToCallee(2), Is.EqualTo(["0 CANCEL"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Replica_is_cancelled_too_as_soon_as_it_rings()
    {
        var rig = new EngineRig();
        var transaction = rig.Open("INVITE");
        rig.Send(rig.Context, transaction, rig.Callee(0));
        rig.Send(rig.Context, transaction, rig.Callee(1))!.IsReplica = true;
        rig.Close(transaction);
        rig.Relay("CANCEL");
        rig.Mark();
        rig.Answer(180, 1);
        Assert.That(rig.ToCallee(1), Is.EqualTo(["0 CANCEL"]));
        Assert.That(rig.ToClient, Is.Empty);
        rig.ExpectAllReleased();
    }
}
