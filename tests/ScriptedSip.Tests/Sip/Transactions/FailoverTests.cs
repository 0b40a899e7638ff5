using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3263 4.3 for every method and every way to fail; what is reported about a server is in <see cref="TargetTests"/>.</summary>
[TestFixture]
internal sealed class FailoverTests
{
    [TestCase("INVITE")]
    [TestCase("OPTIONS")]
    public void Server_that_says_nothing_is_followed_by_the_next_in_a_branch_of_its_own(string method)
    {
        var rig = new EngineRig();
        Start(rig, method);
        rig.Advance(32_000);
        Assert.That(rig.ToCallee(1), Is.EqualTo(["32000 " + method]));
        Assert.That(Branch(rig, 1, method), Is.Not.EqualTo(Branch(rig, 0, method)));
        rig.Answer(200, 1, method);
        Assert.That(rig.ToClient[^1], Is.EqualTo($"32000 200 {method}"));
        rig.ExpectAllReleased();
    }

    [TestCase("INVITE")]
    [TestCase("OPTIONS")]
    public void Server_that_is_unavailable_is_followed_by_the_next_at_once(string method)
    {
        var rig = new EngineRig();
        Start(rig, method);
        rig.Answer(503, 0, method);
        Assert.That(rig.ToClient, Is.Empty);
        Assert.That(rig.ToCallee(1), Is.EqualTo(["0 " + method]));
        // The first one has not got our ACK: it gets another, and nobody is tried for a second time.
        rig.Answer(503, 0, method);
        Assert.That(rig.ToCallee(0), Is.EqualTo(method == "INVITE" ? new[] { "0 INVITE", "0 ACK", "0 ACK" } : ["0 OPTIONS"]));
        rig.Answer(200, 1, method);
        Assert.That(rig.ToClient, Is.EqualTo([$"0 200 {method}"]));
        Assert.That(rig.ToCallee(1), Is.EqualTo(["0 " + method]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Server_that_cannot_be_reached_is_followed_by_the_next()
    {
        var rig = new EngineRig();
        rig.Engine.OnSendFailed(Start(rig, "INVITE"));
        rig.Advance(10);
        Assert.That(rig.ToCallee(1), Is.EqualTo(["10 INVITE"]));
        rig.Answer(486, 1);
        Assert.That(rig.ToClient, Is.EqualTo(["10 486 INVITE"]));
        rig.ExpectAllReleased();
    }

    [Test]
    public void Nobody_else_is_tried_for_a_cancelled_call()
    {
        var rig = new EngineRig();
        Start(rig, "INVITE");
        rig.Answer(180);
        rig.Relay("CANCEL");
        rig.Answer(503);
        Assert.That(rig.ToCallee(1), Is.Empty);
        Assert.That(rig.ToClient[^1], Is.EqualTo("0 500 INVITE"));
        rig.ExpectAllReleased();
    }

    private static long Start(EngineRig rig, string method)
    {
        var transaction = rig.Open(method);
        var branch = rig.Send(rig.Context, transaction, rig.Callee(0))!;
        branch.Targets = new ResolvedTargets([rig.Callee(0), rig.Callee(1)]);
        var ticket = TransactionEngine.TicketOf(transaction, branch);
        rig.Close(transaction);
        return ticket;
    }

    private static string Branch(EngineRig rig, int callee, string method) => rig.Last(rig.Callee(callee), method).Header("Via");
}
