using ScriptedSip.Sip;

namespace ScriptedSip.Tests.Sip;

internal sealed class FreeListTests
{
    [Test]
    public void Trim_keeps_what_was_needed_since_the_last_and_tells_of_the_rest()
    {
        var list = new FreeList<string>();
        foreach (var item in (string[])["a", "b", "c"])
            list.TryPut(item);
        list.Trim();
        Assert.That(list.TryTake(out var taken) && list.TryPut(taken));

        var givenUp = new List<string>();
        Assert.That(list.Trim(givenUp.Add), Is.EqualTo(2));
        Assert.That(givenUp, Has.Count.EqualTo(2));
        Assert.That(list.Count, Is.EqualTo(1));
        Assert.That(list.Trim(), Is.EqualTo(1));
        Assert.That(list.TryTake(out _), Is.False);
    }

    [Test]
    public void No_more_are_kept_than_the_capacity()
    {
        var list = new FreeList<string>(capacity: 1);
        Assert.That(list.TryPut("a"), Is.True);
        Assert.That(list.TryPut("b"), Is.False);
        Assert.That(list.TryTake(out var item) ? item : null, Is.EqualTo("a"));
    }
}
