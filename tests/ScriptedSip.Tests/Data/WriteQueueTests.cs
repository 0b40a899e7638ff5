using System.Collections.Concurrent;
using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WriteQueueTests : IDisposable
{
    private static readonly ChangeShape Shape = new(ChangeKind.Insert, "t", ["a"]);

    private readonly FakeDatabase _database = new() { RetryAfter = 20 };

    public void Dispose() => _database.Dispose();

    [Test]
    public async Task What_is_waiting_becomes_durable_together()
    {
        using var hold = _database.Hold();
        var first = Add("1");
        var asked = _database.Writes.WhenDurable(first, first);
        await _database.Entered;
        for (var i = 2; i <= 50; i++)
            Add($"{i}");
        var last = _database.Writes.WhenDurable(50, 50);
        hold.Dispose();
        Assert.That(await asked && await last, Is.True);
        Assert.That(_database.Batches.Select(b => b.Count), Is.EqualTo(new[] { 1, 49 }));
    }

    [Test]
    public async Task Row_that_is_refused_fails_alone_and_is_told()
    {
        var told = new ConcurrentQueue<string>();
        _database.Writes.OnRefused = told.Enqueue;
        using (_database.Hold())
        {
            var opening = Add("opening");
            _ = _database.Writes.WhenDurable(opening, opening);
            await _database.Entered;
            Add("good");
            Add("bad");
            Add("good too");
        }
        Assert.That(await _database.Writes.WhenDurable(2, 2), Is.True);
        Assert.That(await _database.Writes.WhenDurable(3, 3), Is.False);
        Assert.That(await _database.Writes.WhenDurable(4, 4), Is.True);
        Assert.That((_database.Applied, told.Count), Is.EqualTo((3, 1)));
    }

    [Test]
    public async Task While_the_database_is_gone_nobody_waits_and_nothing_is_lost()
    {
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _database.OnNews = news =>
        {
            if (news.EndsWith("is back", StringComparison.Ordinal))
                back.SetResult();
        };
        _database.IsGone = true;
        var number = Add("1");
        Assert.That(await _database.Writes.WhenDurable(number, number), Is.False);
        Add("2");
        Assert.That(_database.Writes.Pending, Is.EqualTo(2));
        _database.IsGone = false;
        await back.Task;
        Assert.That(await _database.Writes.WhenDurable(2, 2), Is.True);
        Assert.That(_database.Applied, Is.EqualTo(2));
    }

    [Test]
    public async Task Full_queue_takes_no_more()
    {
        _database.Writes.Capacity = 2;
        using (_database.Hold())
        {
            Assert.That((Add("1"), Add("2"), Add("3")), Is.EqualTo((1L, 2L, 0L)));
            Assert.That(_database.Writes.HasRoom, Is.False);
        }
        Assert.That(await _database.Writes.WhenDurable(2, 2), Is.True);
        Assert.That(_database.Writes.HasRoom, Is.True);
    }

    [Test]
    public void End_writes_what_is_waiting()
    {
        Add("1");
        _database.Dispose();
        Assert.That(_database.Applied, Is.EqualTo(1));
    }

    private long Add(string value) => _database.Writes.Add(new Change(Shape, [value]));

    private sealed class FakeDatabase() : Database(DatabaseUrl.Parse("sqlite://fake")!)
    {
        private readonly SemaphoreSlim _free = new(1);
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<IReadOnlyList<Change>> Batches { get; } = new();

        public int Applied => Batches.Sum(b => b.Count);

        public volatile bool IsGone;

        public Task Entered => _entered.Task;

        public IDisposable Hold()
        {
            _free.Wait();
            return new Holding(_free);
        }

        protected override void ApplyAll(IReadOnlyList<Change> changes)
        {
            _entered.TrySetResult();
            _free.Wait();
            _free.Release();
            if (IsGone)
                throw new IOException("gone");
            if (changes.Any(c => (string?)c.Values[0] == "bad"))
                throw new FormatException("bad row");
            Batches.Enqueue([.. changes]);
        }

        protected override DatabaseException? Translate(Exception e) => new(e.Message, isUnavailable: e is IOException);

        protected override void ReadRows(SelectShape shape, object?[] values, Action<object?[]> take) { }

        protected override List<object?[]> QueryRows(string sql, object?[] values) => [];

        protected override void CreateTable(TableSchema schema, string name) { }

        protected override IReadOnlyList<string>? ReadColumns(string table) => null;

        protected override void Dispose(bool isDisposing) { }

        private sealed class Holding(SemaphoreSlim free) : IDisposable
        {
            private int _isDone;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isDone, 1) == 0)
                    free.Release();
            }
        }
    }
}
