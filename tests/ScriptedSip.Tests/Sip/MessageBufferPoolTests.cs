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
}
