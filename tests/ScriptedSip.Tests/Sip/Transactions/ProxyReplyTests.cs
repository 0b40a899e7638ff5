using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>What goes upstream of what comes back: RFC 3261 16.7.</summary>
[TestFixture]
internal sealed class ProxyReplyTests
{
    [Test]
    public void Provisionals_pass_but_a_100_does_not() // 16.7, step 5
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(100);
        rig.Answer(180);
        rig.Answer(183);
        Assert.That(rig.ToClient, Is.EqualTo(["0 180 INVITE", "0 183 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Reply_goes_upstream_without_our_via() // 16.7, step 3
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(200);
        Assert.That(rig.Last(rig.Client, "200 INVITE").Headers("Via"), Is.EqualTo(["SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Success_and_its_retransmissions_pass() // 16.7, step 5; 13.3.1.4
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(200);
        rig.Advance(500);
        rig.Answer(200);
        rig.Advance(1000);
        rig.Answer(200);
        Assert.That(rig.ToClient, Is.EqualTo(["0 200 INVITE", "500 200 INVITE", "1500 200 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Success_cancels_the_other_branches_and_their_487_ends_here() // 16.7, step 10
    {
        var rig = new EngineRig();
        rig.Relay("INVITE", callees: 2);
        rig.Answer(180, 0);
        rig.Answer(180, 1);
        rig.Mark();
        rig.Answer(200, 0);
        Assert.That(rig.ToCallee(0), Is.Empty);
        Assert.That(rig.ToCallee(1), Is.EqualTo(["0 CANCEL"]));
        rig.Answer(200, 1, "CANCEL");
        rig.Answer(487, 1);
        Assert.That(rig.ToCallee(1), Is.EqualTo(["0 CANCEL", "0 ACK"]));
        Assert.That(rig.ToClient, Is.EqualTo(["0 200 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Success_of_every_branch_passes() // 16.7, step 5
    {
        var rig = new EngineRig();
        rig.Relay("INVITE", callees: 2);
        rig.Answer(200, 0);
        rig.Answer(200, 1);
        Assert.That(rig.ToClient, Is.EqualTo(["0 200 INVITE", "0 200 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Success_passes_even_after_a_failure_did() // 16.7, step 5
    {
        var rig = new EngineRig(t => t.NoFinalReply = 5000);
        rig.Relay("INVITE");
        rig.Answer(180);
        rig.Advance(5000);
        rig.Relay("ACK");
        rig.Mark();
        rig.Answer(200);
        rig.Answer(200);
        Assert.That(rig.ToClient, Is.EqualTo(["0 200 INVITE", "0 200 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Failure_waits_for_the_other_branches() // 16.7, steps 5 and 6
    {
        var rig = new EngineRig();
        rig.Relay("INVITE", callees: 3);
        rig.Answer(404, 0);
        rig.Answer(500, 1);
        Assert.That(rig.ToClient, Is.Empty);
        Assert.That(rig.ToCallee(0), Is.EqualTo(["0 INVITE", "0 ACK"]));
        rig.Answer(302, 2);
        Assert.That(rig.ToClient, Is.EqualTo(["0 302 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Global_failure_cancels_the_other_branches_and_wins() // 16.7, step 5
    {
        var rig = new EngineRig();
        rig.Relay("INVITE", callees: 2);
        rig.Answer(180, 0);
        rig.Mark();
        rig.Answer(603, 1);
        Assert.That(rig.ToClient, Is.Empty);
        Assert.That(rig.ToCallee(0), Is.EqualTo(["0 CANCEL"]));
        rig.Answer(487, 0);
        Assert.That(rig.ToClient, Is.EqualTo(["0 603 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Service_unavailable_becomes_500_but_not_if_the_script_wants_it() // 16.7, step 6
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(503);
        rig.Engine.Remaps503 = false;
        rig.Relay("INVITE", branch: "2");
        rig.Answer(503);
        Assert.That(rig.ToClient, Is.EqualTo(["0 500 INVITE", "0 503 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Branch_that_timed_out_counts_as_408() // 16.8
    {
        var rig = new EngineRig();
        rig.Relay("INVITE", callees: 2);
        rig.Answer(500, 0);
        rig.Advance(32_000);
        Assert.That(rig.ToClient[^1], Is.EqualTo("32000 408 INVITE"));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Ack_to_a_failure_is_made_here_for_this_hop() // 17.1.1.3
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        rig.Answer(486);
        var invite = rig.Last(rig.Callee(0), "INVITE");
        var ack = rig.Last(rig.Callee(0), "ACK");
        Assert.That(ack.Text, Does.StartWith("ACK sip:bob@example.com SIP/2.0\r\n"));
        Assert.That(ack.Headers("Via"), Is.EqualTo([invite.Header("Via")]));
        Assert.That(ack.Headers("Route"), Is.EqualTo(invite.Headers("Route")));
        Assert.That(ack.Header("From"), Is.EqualTo(invite.Header("From")));
        Assert.That(ack.Header("To"), Is.EqualTo("<sip:bob@example.com>;tag=b"));
        Assert.That(ack.Header("Call-ID"), Is.EqualTo(invite.Header("Call-ID")));
        Assert.That(ack.Header("CSeq"), Is.EqualTo("1 ACK"));
        rig.Mark();
        Assert.That(rig.Relay("ACK"), Is.EqualTo(RequestMatch.AckToFailure));
        Assert.That(rig.Log.Since, Is.Empty);
        rig.ExpectAllReleased();
    }

    [Test]
    public void Reply_made_here_keeps_one_tag_and_a_100_has_none() // 8.2.6.2
    {
        var rig = new EngineRig();
        var transaction = rig.Open("INVITE");
        foreach (var code in new[] { 100, 180, 486 })
            rig.Engine.Reply(rig.Context, transaction, code, "Reply"u8);
        Assert.That(rig.Engine.Reply(rig.Context, transaction, 500, "Reply"u8), Is.False, "a second final reply");
        rig.Close(transaction);
        Assert.That(rig.ToClient, Is.EqualTo(["0 100 INVITE", "0 180 INVITE", "0 486 INVITE"]));
        Assert.That(rig.Last(rig.Client, "100 INVITE").Header("To"), Does.Not.Contain("tag"));
        Assert.That(rig.Last(rig.Client, "180 INVITE").Header("To"), Is.EqualTo(rig.Last(rig.Client, "486 INVITE").Header("To")).And.Contains(";tag="));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Challenges_of_all_branches_travel_together() // 16.7, step 7
    {
        var rig = new EngineRig();
        rig.Relay("INVITE", callees: 3);
        AnswerWith(rig, 0, 407, "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"");
        AnswerWith(rig, 1, 401, "WWW-Authenticate: Digest realm=\"b\", nonce=\"2\"");
        AnswerWith(rig, 2, 401, "WWW-Authenticate: Digest realm=\"c\", nonce=\"3\"");
        var reply = rig.Last(rig.Client, "401 INVITE");
        Assert.That(reply.Headers("WWW-Authenticate"), Is.EquivalentTo(["Digest realm=\"b\", nonce=\"2\"", "Digest realm=\"c\", nonce=\"3\""]));
        Assert.That(reply.Headers("Proxy-Authenticate"), Is.EqualTo(["Digest realm=\"a\", nonce=\"1\""]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Reply_to_another_method_or_to_nobody_is_not_taken_for_an_answer() // 17.1.3
    {
        var rig = new EngineRig();
        rig.Relay("INVITE");
        var invite = rig.Last(rig.Callee(0), "INVITE");
        rig.Mark();
        rig.Answer(invite with { Text = invite.Text.Replace("1 INVITE", "1 BYE", StringComparison.Ordinal) }, 200, rig.Context);
        foreach (var branch in new[] { "z9hG4bKffffff.1.0", "z9hG4bK", "z9hG4bK1000.1", "other", "z9hG4bK1000.0.0", "z9hG4bK-1.1.0" })
            Assert.That(rig.Answer(WithBranch(invite, branch), 200, rig.Context), Is.False, branch);
        Assert.That(rig.Log.Since, Is.Empty);
        rig.ExpectAllReleased();
    }

    private static Sent WithBranch(Sent request, string branch)
    {
        var via = request.Header("Via");
        return request with { Text = request.Text.Replace(via, via[..(via.IndexOf("branch=", StringComparison.Ordinal) + 7)] + branch, StringComparison.Ordinal) };
    }

    private static void AnswerWith(EngineRig rig, int callee, int code, string header)
    {
        var text = EngineRig.ReplyTo(rig.Last(rig.Callee(callee), "INVITE"), code).Replace("Content-Length", header + "\r\nContent-Length", StringComparison.Ordinal);
        SipMessage reply = rig.Parse(rig.Context, text, rig.Callee(callee));
        rig.Engine.OnReply(rig.Context, reply);
        rig.Context.Return(reply);
        rig.Context.Outbox.Flush();
    }
}
