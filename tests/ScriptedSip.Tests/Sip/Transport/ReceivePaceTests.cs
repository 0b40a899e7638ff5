using NUnit.Framework;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transport;

/// <summary>When a receiving thread rests between batches. Time is in microseconds and moved by hand.</summary>
internal sealed class ReceivePaceTests
{
    private readonly ReceivePace _pace = new(1_000_000);
    private long _now;

    [Test]
    public void Single_datagrams_are_waited_for()
    {
        Assert.That(Run(batches: 50, of: 1, every: 1000), Is.Zero);
    }

    [Test]
    public void Steady_traffic_is_left_to_gather_no_longer_than_the_limit()
    {
        Assert.That(Run(batches: 500, of: 1, every: 100), Is.EqualTo(ReceivePace.LongestRestMicroseconds));
    }

    [Test]
    public void Dense_traffic_gathers_in_less()
    {
        Assert.That(Run(batches: 500, of: 10, every: 100), Is.EqualTo(80));
    }

    [Test]
    public void Full_batch_means_that_more_is_waiting()
    {
        Run(batches: 500, of: 10, every: 100);

        Assert.That(_pace.After(DatagramIo.BatchSize, _now + 100), Is.Zero);
    }

    [Test]
    public void After_a_pause_the_next_datagram_is_waited_for()
    {
        Run(batches: 500, of: 1, every: 100);

        Assert.That(Run(batches: 1, of: 1, every: 250_000), Is.Zero);
    }

    private int Run(int batches, int of, int every)
    {
        var rest = 0;
        for (var i = 0; i < batches; i++)
            rest = _pace.After(of, _now += every);
        return rest;
    }
}
