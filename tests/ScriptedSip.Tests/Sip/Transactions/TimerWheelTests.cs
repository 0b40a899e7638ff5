using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

[TestFixture]
internal sealed class TimerWheelTests
{
    // One turn of the wheel; deadlines beyond it share slots with nearer ones.
    private const int Turn = 4096 * TimerWheel.TickLength;
    private const int Start = 1_000_003;

    private readonly List<Transaction> _expired = [];
    private TimerWheel _wheel = null!;

    [SetUp]
    public void Begin()
    {
        _wheel = new TimerWheel(Start);
        _expired.Clear();
    }

    [TestCase(1)]
    [TestCase(9)]
    [TestCase(500)]
    [TestCase(32_000)]
    [TestCase(Turn)]
    [TestCase(Turn + 7)]
    [TestCase(180_000)]
    public void Entry_fires_once_and_never_before_its_deadline(int delay)
    {
        var transaction = new Transaction(0);
        _wheel.Schedule(transaction, Start + delay);
        var fired = 0L;
        for (var now = (long)Start; now <= Start + delay + (2 * Turn); now += 3)
        {
            _wheel.Advance(now, _expired);
            if (_expired.Count > 0 && fired == 0)
                fired = now;
        }
        Assert.That(_expired, Is.EqualTo([transaction]));
        // One tick of the wheel and one step of this loop.
        Assert.That(fired, Is.InRange(Start + delay, Start + delay + TimerWheel.TickLength + 3));
    }

    [Test]
    public void Entry_moved_earlier_fires_at_the_new_deadline_only()
    {
        var transaction = new Transaction(0);
        _wheel.Schedule(transaction, Start + 4000);
        _wheel.Schedule(transaction, Start + 500);
        _wheel.Advance(Start + 520, _expired);
        Assert.That(_expired, Is.EqualTo([transaction]));
        _wheel.Advance(Start + 5000, _expired);
        Assert.That(_expired, Has.Count.EqualTo(1));
    }

    [Test]
    public void Entry_moved_later_does_not_fire_at_the_old_deadline()
    {
        var transaction = new Transaction(0);
        _wheel.Schedule(transaction, Start + 500);
        _wheel.Schedule(transaction, Start + 4000);
        _wheel.Advance(Start + 3990, _expired);
        Assert.That(_expired, Is.Empty);
        _wheel.Advance(Start + 4020, _expired);
        Assert.That(_expired, Is.EqualTo([transaction]));
    }

    [Test]
    public void Next_due_is_never_after_the_first_deadline_and_near_it_when_it_comes([Values(20, 700, 32_000, Turn + 7)] int delay)
    {
        Assert.That(_wheel.NextDue, Is.EqualTo(ClientBranch.Never));
        var transaction = new Transaction(0);
        _wheel.Schedule(transaction, Start + delay);
        var now = (long)Start;
        var looks = 0;
        for (; _expired.Count == 0; looks++)
        {
            now = Math.Max(_wheel.NextDue, now + 1);
            _wheel.Advance(now, _expired);
        }

        Assert.That(now, Is.InRange(Start + delay, Start + delay + TimerWheel.TickLength));
        Assert.That(looks, Is.LessThanOrEqualTo(2 + (delay / 600)));
        Assert.That(_wheel.NextDue, Is.EqualTo(ClientBranch.Never));
    }

    [Test]
    public void Removed_entry_never_fires_and_its_neighbours_do()
    {
        var entries = Enumerable.Range(0, 3).Select(i => new Transaction(i)).ToArray();
        foreach (var entry in entries)
            _wheel.Schedule(entry, Start + 100);
        _wheel.Remove(entries[1]);
        _wheel.Remove(entries[1]);
        _wheel.Advance(Start + 200, _expired);
        Assert.That(_expired, Is.EquivalentTo([entries[0], entries[2]]));
    }

    [Test]
    public void Entry_that_fired_can_be_scheduled_again()
    {
        var transaction = new Transaction(0);
        _wheel.Schedule(transaction, Start + 50);
        _wheel.Advance(Start + 70, _expired);
        _wheel.Schedule(transaction, Start + 150);
        _wheel.Advance(Start + 170, _expired);
        Assert.That(_expired, Is.EqualTo([transaction, transaction]));
    }

    [Test]
    public void Deadline_in_the_past_fires_at_the_next_tick()
    {
        var transaction = new Transaction(0);
        _wheel.Schedule(transaction, Start - 5000);
        _wheel.Advance(Start + TimerWheel.TickLength, _expired);
        Assert.That(_expired, Is.EqualTo([transaction]));
    }

    [Test]
    public void Entries_of_one_slot_fire_each_in_its_own_turn()
    {
        var near = new Transaction(0);
        var far = new Transaction(1);
        _wheel.Schedule(near, Start + 1000);
        _wheel.Schedule(far, Start + 1000 + Turn);
        _wheel.Advance(Start + 1010, _expired);
        Assert.That(_expired, Is.EqualTo([near]));
        _wheel.Advance(Start + 990 + Turn, _expired);
        Assert.That(_expired, Has.Count.EqualTo(1));
        _wheel.Advance(Start + 1010 + Turn, _expired);
        Assert.That(_expired, Is.EqualTo([near, far]));
    }

    [Test]
    public void Long_stop_fires_all_that_is_due_and_nothing_else()
    {
        var due = Enumerable.Range(0, 50).Select(i => new Transaction(i)).ToArray();
        foreach (var entry in due)
            _wheel.Schedule(entry, Start + (entry.Slot * 5 * Turn / 50));
        var later = new Transaction(99);
        _wheel.Schedule(later, Start + (20 * Turn));
        _wheel.Advance(Start + (10 * Turn), _expired);
        Assert.That(_expired, Is.EquivalentTo(due));
        _wheel.Advance(Start + (20 * Turn) + TimerWheel.TickLength, _expired);
        Assert.That(_expired[^1], Is.SameAs(later));
    }
}
