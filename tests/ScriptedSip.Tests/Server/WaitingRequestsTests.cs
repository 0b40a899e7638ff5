using ScriptedSip.Server.Seats;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Tests.Sip;

namespace ScriptedSip.Tests.Server;

/// <summary>Requests whose runs wait before they have a transaction (RFC 3261 17.2, docs/decisions/0011).</summary>
internal sealed class WaitingRequestsTests
{
    private readonly MessageBufferPool _buffers = new();

    [Test]
    public void Copy_of_a_waiting_request_is_absorbed_until_its_run_has_ended()
    {
        var waiting = new WaitingRequests();
        waiting.Add(Sample.Parse(Sample.Invite));
        Assert.That(waiting.Absorbs(Sample.Parse(Sample.Invite), _buffers), Is.True);
        Assert.That(waiting.Absorbs(Sample.Parse(Sample.Invite.Replace("776asdhds", "other", StringComparison.Ordinal)), _buffers), Is.False);
        Assert.That(waiting.Remove(Sample.Parse(Sample.Invite)), Is.Null);
        Assert.That(waiting.Absorbs(Sample.Parse(Sample.Invite), _buffers), Is.False);
    }

    /// <summary>Who looked for a transaction before the run ended and for the waiting request after it has found neither.</summary>
    [Test]
    public void End_of_a_run_can_be_told_by_those_who_looked_before_it()
    {
        var waiting = new WaitingRequests();
        waiting.Add(Sample.Parse(Sample.Invite));
        var before = waiting.Ended;
        Assert.That(waiting.Absorbs(Sample.Parse(Sample.Invite), _buffers), Is.True);
        Assert.That(waiting.Ended, Is.EqualTo(before));
        waiting.Remove(Sample.Parse(Sample.Invite));
        Assert.That(waiting.Absorbs(Sample.Parse(Sample.Invite), _buffers), Is.False);
        Assert.That(waiting.Ended, Is.Not.EqualTo(before));
    }

    [Test]
    public void Cancel_of_a_waiting_request_is_handed_out_at_its_end()
    {
        var waiting = new WaitingRequests();
        waiting.Add(Sample.Parse(Sample.Invite));
        var cancel = Sample.Parse(Sample.Invite.Replace("INVITE", "CANCEL", StringComparison.Ordinal));
        Assert.That(waiting.Absorbs(cancel, _buffers), Is.True);
        Assert.That(waiting.Absorbs(cancel, _buffers), Is.True);
        var kept = waiting.Remove(Sample.Parse(Sample.Invite));
        Assert.That(kept!.Bytes.Bytes.AsSpan(0, kept.Bytes.Length).SequenceEqual(cancel.Span), Is.True);
        kept.Bytes.Release();
    }
}
