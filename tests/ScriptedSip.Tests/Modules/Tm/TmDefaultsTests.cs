using ScriptedSip.Modules.Tm;

namespace ScriptedSip.Tests.Modules.Tm;

/// <summary>What tm's parameters are when a script sets none: the values of the manuals, in milliseconds where they are times.</summary>
internal sealed class TmDefaultsTests
{
    private readonly TmModule _tm = new();

    [Test]
    public void Times_are_those_of_the_manuals()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That((_tm.NoReplyTimer, _tm.NoFinalReplyTimer), Is.EqualTo((30_000, 120_000)));
            Assert.That((_tm.NoReplyTimeout, _tm.NoFinalReplyTimeout), Is.EqualTo((30_000, 120_000)));
            Assert.That((_tm.T1, _tm.T2), Is.EqualTo((500, 4_000)));
            Assert.That((_tm.T1Timer, _tm.T2Timer), Is.EqualTo((500, 4_000)));
            Assert.That((_tm.MaxInviteLifetime, _tm.MaxNonInviteLifetime), Is.EqualTo((180_000, 32_000)));
            Assert.That(_tm.RestartOnEachReply, Is.EqualTo(1));
        }
    }

    /// <summary>wt_timer is 5 s in the manuals and 0 here: as long as RFC 3261 asks (docs/decisions/0008).</summary>
    [Test]
    public void Finished_transactions_stay_as_long_as_the_rfc_asks() => Assert.That(_tm.WaitTimer, Is.Zero);

    [Test]
    public void Switches_are_those_of_the_manuals()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That((_tm.AutoTrying, _tm.Auto100Trying, _tm.TryingReason), Is.EqualTo((1, 1, "trying -- your call is important to us")));
            Assert.That((_tm.AggregateChallenges, _tm.Remap503, _tm.Disable6xxBlock, _tm.PassCancelReason), Is.EqualTo((1, 1, 0, 1)));
            Assert.That((_tm.DefaultCode, _tm.DefaultReason), Is.EqualTo((500, "Server Internal Error")));
            Assert.That((_tm.TimeoutCode, _tm.TimeoutReason), Is.EqualTo((408, "Request Timeout")));
            Assert.That(_tm.FollowingHeaders, Is.Empty);
            Assert.That((_tm.NoReplyVariable, _tm.NoFinalReplyVariable), Is.EqualTo((default(object), default(object))));
        }
    }

    /// <summary>failure_reply_mode and local_cancel_reason differ between the dialects; unmatched_cancel follows RFC 3261 16.10, not Kamailio's 0.</summary>
    [Test]
    public void What_the_dialects_disagree_about_is_left_to_the_dialect() =>
        Assert.That((_tm.FailureReplyMode, _tm.LocalCancelReason, _tm.UnmatchedCancel), Is.EqualTo((-1, -1, 1)));
}
