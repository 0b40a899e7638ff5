namespace ScriptedSip.Data;

/// <summary>
/// Writes on their way to a database, in the order they were added. One thread carries them out, all that are waiting in one transaction, so
/// that the price of making something durable is shared. While the database is gone they wait, as many as there is room for.
/// </summary>
public sealed class WriteQueue : IDisposable
{
    private const int LargestBatch = 2000;
    private const int StopMilliseconds = 5000;

    private readonly Database _database;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private readonly HashSet<long> _refused = [];
    private readonly PriorityQueue<Waiter, long> _waiters = new();
    private readonly Queue<Change> _waiting = new();
    private long _added;
    private long _done;
    private long _hurriedTo;
    private bool _isStopping;

    internal WriteQueue(Database database)
    {
        _database = database;
        _thread = new Thread(Run) { IsBackground = true, Name = $"writes to {database.Url.Scheme}" };
        _thread.Start();
    }

    /// <summary>Most changes that wait; beyond that <see cref="Add"/> refuses.</summary>
    public int Capacity { get; set; } = 100_000;

    /// <summary>Milliseconds a change that nobody waits for may lie there to be written with others.</summary>
    public int Linger { get; set; } = 1000;

    /// <summary>Told of a change the database refuses for what it is; it is lost.</summary>
    public Action<string>? OnRefused { get; set; }

    /// <summary>Number of the newest change; 0 before the first.</summary>
    public long Newest => Volatile.Read(ref _added);

    /// <summary>Changes that are not durable yet.</summary>
    public long Pending => Volatile.Read(ref _added) - Volatile.Read(ref _done);

    /// <summary>True when there is room for some more changes.</summary>
    public bool HasRoom => Pending < Capacity;

    /// <summary>Adds a change; its number, or 0 when there is no room.</summary>
    public long Add(in Change change)
    {
        lock (_gate)
        {
            if (_isStopping || _added - _done >= Capacity)
                return 0;
            _waiting.Enqueue(change);
            _added++;
            if (_waiting.Count is 1 or LargestBatch)
                Monitor.PulseAll(_gate);
            return _added;
        }
    }

    /// <summary>
    /// True once the changes up to a number are durable; false when one of them from <paramref name="first"/> on was refused, or the database cannot be
    /// reached. Whoever asks makes the changes before it go at once.
    /// </summary>
    public Task<bool> WhenDurable(long first, long last)
    {
        lock (_gate)
        {
            if (last <= _done)
                return Task.FromResult(!IsRefused(first, last));
            if (_database.IsLost)
                return Task.FromResult(false);
            if (last > _hurriedTo)
            {
                _hurriedTo = last;
                Monitor.PulseAll(_gate);
            }
            var waiter = new Waiter(first);
            _waiters.Enqueue(waiter, last);
            return waiter.Task;
        }
    }

    /// <summary>Writes everything that waits, if the database takes it within some seconds, and ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join(StopMilliseconds);
    }

    private void Run()
    {
        var batch = new List<Change>();
        var stopAt = long.MaxValue;
        while (true)
        {
            lock (_gate)
            {
                WaitForWork();
                if (_isStopping)
                    stopAt = Math.Min(stopAt, Environment.TickCount64 + StopMilliseconds);
                if (_isStopping && _waiting.Count == 0)
                    return;
                while (batch.Count < LargestBatch && _waiting.TryDequeue(out var change))
                    batch.Add(change);
            }
            while (!TryApply(batch))
            {
                lock (_gate)
                {
                    // Whoever waits for these need not wait for the end of the outage.
                    while (_waiters.TryDequeue(out var waiter, out _))
                        waiter.SetResult(false);
                    if (_isStopping)
                        stopAt = Math.Min(stopAt, Environment.TickCount64 + StopMilliseconds);
                    if (Environment.TickCount64 >= stopAt)
                        return;
                    Monitor.Wait(_gate, _database.RetryAfter);
                }
            }
            lock (_gate)
            {
                while (_waiters.TryPeek(out var waiter, out var last) && last <= _done)
                    _waiters.Dequeue().SetResult(!IsRefused(waiter.First, last));
            }
        }
    }

    private bool IsRefused(long first, long last) => _refused.Count > 0 && _refused.Any(n => n >= first && n <= last);

    // Somebody waits, or there is enough for a batch, or the first change has lain there long enough.
    private void WaitForWork()
    {
        while (_waiting.Count == 0 && !_isStopping)
            Monitor.Wait(_gate);
        var until = Environment.TickCount64 + Linger;
        while (!_isStopping && _hurriedTo <= _done && _waiting.Count < LargestBatch)
        {
            var left = until - Environment.TickCount64;
            if (left <= 0 || !Monitor.Wait(_gate, (int)left))
                return;
        }
    }

    private bool TryApply(List<Change> batch)
    {
        try
        {
            _database.Apply(batch);
            Remove(batch, batch.Count);
            return true;
        }
        catch (DatabaseException e) when (e.IsUnavailable)
        {
            return false;
        }
        catch (DatabaseException e)
        {
            return TryApplyHalves(batch, e);
        }
        catch (Exception e)
        {
            // A fault of a driver must not end the thread that all writes go through.
            return TryApplyHalves(batch, new DatabaseException($"{_database.Url}: {e.Message}", inner: e));
        }
    }

    // One of them is refused for what it is; the others must not suffer, nor cost a transaction each. What has been dealt with leaves the batch.
    private bool TryApplyHalves(List<Change> batch, DatabaseException failure)
    {
        if (batch.Count == 1)
        {
            Refuse(_done + 1, failure);
            Remove(batch, 1);
            return true;
        }
        var half = batch.GetRange(0, batch.Count / 2);
        var size = half.Count;
        try
        {
            _database.Apply(half);
            Remove(batch, size);
        }
        catch (DatabaseException e) when (e.IsUnavailable)
        {
            return false;
        }
        catch (Exception e)
        {
            var isDone = TryApplyHalves(half, e as DatabaseException ?? new DatabaseException($"{_database.Url}: {e.Message}", inner: e));
            batch.RemoveRange(0, size - half.Count);
            if (!isDone)
                return false;
        }
        return TryApply(batch);
    }

    private void Remove(List<Change> batch, int count)
    {
        batch.RemoveRange(0, count);
        lock (_gate)
            _done += count;
    }

    private void Refuse(long number, DatabaseException e)
    {
        lock (_gate)
        {
            if (_refused.Count == LargestBatch)
                _refused.Clear();
            _refused.Add(number);
        }
        OnRefused?.Invoke($"the database refuses a row: {e.Message}");
    }

    private sealed class Waiter(long first) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long First { get; } = first;
    }
}
