using NUnit.Framework;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Sip;

internal sealed class MessageBufferPoolTests
{
    [Test]
    public void Trim_gives_up_what_lay_unused_since_the_last_and_keeps_what_was_needed()
    {
        var pool = new MessageBufferPool();
        var burst = Enumerable.Range(0, 10).Select(_ => pool.Rent(1000)).ToList();
        burst.ForEach(b => b.Release());
        pool.Trim();
        pool.Rent(1000).Release();
        pool.Trim();

        MessageBuffer[] rented = [pool.Rent(1000), pool.Rent(1000)];
        Assert.That(rented.Count(burst.Contains), Is.EqualTo(1), "one was in use between the two trims, nine were not");
        Assert.That(pool.Outstanding, Is.EqualTo(2));
    }

    [TestCase(256)]
    [TestCase(768)]
    [TestCase(4096)]
    [TestCase(MessageBufferPool.LargestSize)]
    public void Unused_buffers_are_kept_up_to_the_bytes_allowed_for_their_size(int size)
    {
        const int Fits = 3;
        var pool = new MessageBufferPool(Fits * size);
        var first = Enumerable.Range(0, Fits + 1).Select(_ => pool.Rent(size)).ToList();
        first.ForEach(b => b.Release());

        var second = Enumerable.Range(0, Fits + 1).Select(_ => pool.Rent(size)).ToList();
        Assert.That(second.Count(first.Contains), Is.EqualTo(Fits));
    }
}
