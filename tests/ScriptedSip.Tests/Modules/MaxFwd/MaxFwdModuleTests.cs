using NUnit.Framework;
using ScriptedSip.Modules.MaxFwd;

namespace ScriptedSip.Tests.Modules.MaxFwd;

[TestFixture]
internal sealed class MaxFwdModuleTests
{
    private readonly ModuleBench _bench = new();

    // RFC 3261 16.6 step 3: a present Max-Forwards is decremented by one.
    [Test]
    public void Process_header_present_counts_down()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(new MaxFwdModule().Process(frame, 10).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(frame), Is.EqualTo(ModuleBench.Invite.Replace("Max-Forwards: 70", "Max-Forwards: 69", StringComparison.Ordinal)));
    }

    // RFC 3261 16.6 step 3: a missing one is added; the dialect says 2.
    [Test]
    public void Process_header_missing_adds_it_and_returns_2()
    {
        var frame = _bench.Receive(Without());
        Assert.That(new MaxFwdModule().Process(frame, 10).Code, Is.EqualTo(2));
        Assert.That(ModuleBench.Edited(frame), Does.Contain("\r\nMax-Forwards: 10\r\n\r\nv=0"));
    }

    [TestCase(70, ExpectedResult = 1)]
    [TestCase(71, ExpectedResult = -1)]
    public int IsAtLeast_compares_the_received_value(int limit) => new MaxFwdModule().IsAtLeast(_bench.Receive(ModuleBench.Invite), limit).Code;

    [Test]
    public void IsAtLeast_without_header_is_minus_2() => Assert.That(new MaxFwdModule().IsAtLeast(_bench.Receive(Without()), 1).Code, Is.EqualTo(-2));

    [Test]
    public void Process_zero_is_false_and_changes_nothing()
    {
        var frame = _bench.Receive(With(0));
        Assert.That(new MaxFwdModule().Process(frame, 10).Code, Is.EqualTo(-1));
        Assert.That(frame.Edits.Count, Is.Zero);
    }

    [Test]
    public void Process_above_limit_is_lowered()
    {
        var frame = _bench.Receive(With(200));
        Assert.That(new MaxFwdModule { MaxLimit = 20 }.Process(frame, 10).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(frame), Does.Contain("Max-Forwards: 20\r\n"));
    }

    [TestCase(9, ExpectedResult = 1)]
    [TestCase(10, ExpectedResult = -1)]
    public int IsLowerThan_compares_the_received_value(int value) => new MaxFwdModule().IsLowerThan(_bench.Receive(With(value)), 10).Code;

    [Test]
    public void IsLowerThan_without_header_is_minus_2() =>
        Assert.That(new MaxFwdModule().IsLowerThan(_bench.Receive(Without()), 10).Code, Is.EqualTo(-2));

    [Test]
    public void Validate_refuses_a_limit_outside_its_range() =>
        Assert.That(new MaxFwdModule { MaxLimit = 256 }.Validate(_bench.Script), Does.Contain("max_limit"));

    private static string With(int value) => ModuleBench.Invite.Replace("Max-Forwards: 70", $"Max-Forwards: {value}", StringComparison.Ordinal);

    private static string Without() => ModuleBench.Invite.Replace("Max-Forwards: 70\r\n", "", StringComparison.Ordinal);
}
