using ScriptedSip.Server;
using ScriptedSip.Sip;

namespace ScriptedSip.Tests.Server;

internal sealed class IdleTrimTests
{
    [Test]
    public void Memory_is_given_back_twice_after_each_burst_and_once_more_when_its_transactions_have_ended()
    {
        var counters = new SipCounters();
        var collections = 0;
        var trim = new IdleTrim(counters, () => collections++);

        Seconds(10);
        Assert.That(collections, Is.Zero, "nothing to give back");

        counters.Add(Counter.RequestsReceived, IdleTrim.QuietMessages);
        Seconds(IdleTrim.QuietSeconds);
        Assert.That(collections, Is.Zero, "not quiet for long enough");
        Seconds(1);
        Assert.That(collections, Is.EqualTo(1));
        Seconds(10);
        Assert.That(collections, Is.EqualTo(2), "what the first left to finalizers");

        counters.Add(Counter.RepliesReceived, IdleTrim.QuietMessages - 1);
        Seconds(10);
        Assert.That(collections, Is.EqualTo(2), "no burst");

        Seconds(IdleTrim.SettledSeconds);
        Assert.That(collections, Is.EqualTo(3));
        Seconds(IdleTrim.SettledSeconds);
        Assert.That(collections, Is.EqualTo(3), "nothing new to give back");

        void Seconds(int count)
        {
            for (var i = 0; i < count; i++)
                trim.OnSecond();
        }
    }
}
