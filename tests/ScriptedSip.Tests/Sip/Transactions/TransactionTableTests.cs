using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TransactionTableTests
{
    private readonly TransactionTable _table = new();

    private static TransactionKey Key(ulong number) => new(number, number * 0x9E3779B97F4A7C15);

    private Transaction Add(ulong number, uint label = 1)
    {
        var transaction = _table.Rent();
        transaction.Label = label;
        Assert.That(_table.AddOrGet(Key(number), transaction), Is.Null);
        return transaction;
    }

    [Test]
    public void Transaction_is_found_under_its_key_with_its_label()
    {
        var transaction = Add(1, label: 77);
        Assert.That(_table.Find(Key(1), out var label), Is.SameAs(transaction));
        Assert.That(label, Is.EqualTo(77));
        Assert.That(_table.Find(Key(2), out label), Is.Null);
        Assert.That(label, Is.Zero);
    }

    [Test]
    public void Second_transaction_of_a_key_gets_the_first_one()
    {
        var first = Add(1);
        Assert.That(_table.AddOrGet(Key(1), _table.Rent()), Is.SameAs(first));
        Assert.That(_table.Count, Is.EqualTo(1));
    }

    [Test]
    public void Removed_transaction_is_gone_once()
    {
        var transaction = Add(1);
        _table.Remove(transaction);
        _table.Remove(transaction);
        Assert.That(_table.Find(Key(1), out _), Is.Null);
        Assert.That(_table.Count, Is.Zero);
    }

    [Test]
    public void Slot_leads_to_the_object_for_life()
    {
        var transaction = Add(1);
        Assert.That(_table.At(transaction.Slot), Is.SameAs(transaction));
        _table.Remove(transaction);
        _table.Return(transaction);
        Assert.That(_table.Rent(), Is.SameAs(transaction));
        Assert.That(_table.At(transaction.Slot), Is.SameAs(transaction));
    }

    [Test]
    public void Trim_gives_up_what_only_a_burst_needed_and_uses_its_slots_again()
    {
        var burst = Enumerable.Range(0, 2000).Select(i => Add((ulong)i)).ToList();
        foreach (var transaction in burst)
        {
            _table.Remove(transaction);
            transaction.Label = 0;
            _table.Return(transaction);
        }
        _table.Trim();
        Assert.That(_table.Capacity, Is.EqualTo(burst.Count), "all were in use since the last time");
        _table.Trim();
        Assert.That(_table.Capacity, Is.Zero);
        Assert.That(burst.Select(t => _table.At(t.Slot)), Has.All.Null);

        var again = Enumerable.Range(0, 2000).Select(i => Add((ulong)i)).ToList();
        Assert.That(again.Select(t => t.Slot), Is.Unique);
        Assert.That(again.Max(t => t.Slot), Is.LessThan(burst.Count));
        Assert.That(again.Select(t => _table.At(t.Slot)), Is.EqualTo(again));
        Assert.That(again.Select((_, i) => _table.Find(Key((ulong)i), out var _)), Is.EqualTo(again));
    }

    [TestCase(-1)]
    [TestCase(1)]
    [TestCase(int.MaxValue)]
    public void Slot_nobody_has_leads_nowhere(int slot)
    {
        _table.Rent();
        Assert.That(_table.At(slot), Is.Null);
    }

    [Test]
    public void Shards_grow_and_lose_nobody()
    {
        const int count = 20_000;
        var all = Enumerable.Range(0, count).Select(i => Add((ulong)i)).ToArray();
        Assert.That(_table.Count, Is.EqualTo(count));
        for (var i = 0; i < count; i++)
        {
            Assert.That(_table.Find(Key((ulong)i), out _), Is.SameAs(all[i]));
            Assert.That(_table.At(all[i].Slot), Is.SameAs(all[i]));
        }
        for (var i = 0; i < count; i += 2)
            _table.Remove(all[i]);
        Assert.That(_table.Count, Is.EqualTo(count / 2));
        for (var i = 0; i < count; i++)
            Assert.That(_table.Find(Key((ulong)i), out _), i % 2 == 0 ? Is.Null : Is.SameAs(all[i]));
    }

    [Test]
    public void Threads_racing_for_one_key_agree_on_one_winner()
    {
        const int threads = 4;
        const int rounds = 500;
        using var barrier = new Barrier(threads);
        var winners = new Transaction[threads, rounds];
        void Race(int thread)
        {
            for (var round = 0; round < rounds; round++)
            {
                var mine = _table.Rent();
                barrier.SignalAndWait();
                winners[thread, round] = _table.AddOrGet(Key((ulong)round), mine) ?? mine;
            }
        }
        var racers = Enumerable.Range(0, threads).Select(i => new Thread(() => Race(i))).ToArray();
        Array.ForEach(racers, r => r.Start());
        Array.ForEach(racers, r => r.Join());
        Assert.That(_table.Count, Is.EqualTo(rounds));
        for (var round = 0; round < rounds; round++)
        {
            for (var thread = 1; thread < threads; thread++)
                Assert.That(winners[thread, round], Is.SameAs(winners[0, round]));
        }
    }
}
