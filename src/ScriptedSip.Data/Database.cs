namespace ScriptedSip.Data;

/// <summary>
/// One database, whatever its engine. All methods wait for it, so that no thread with messages to process calls them directly; all are
/// thread-safe. What goes wrong is a <see cref="DatabaseException"/>. Values: string, long, double, <see cref="DateTime"/> in UTC, or null.
/// </summary>
public abstract class Database : IDisposable
{
    private readonly Lock _gate = new();
    private WriteQueue? _writes;
    private ReadQueue? _reads;
    private long _retryAt;
    private volatile bool _isLost;
    private volatile bool _wasReached;

    protected Database(DatabaseUrl url) => Url = url;

    public DatabaseUrl Url { get; }

    /// <summary>How long calls fail at once after the database could not be reached, in milliseconds.</summary>
    internal int RetryAfter { get; init; } = 1000;

    /// <summary>Told once when the database is gone, and once when it is back.</summary>
    public Action<string>? OnNews { get; set; }

    /// <summary>True from a failure to reach the database until something works again.</summary>
    public bool IsLost => _isLost;

    /// <summary>True when several programs can work on it and tell each other of changes.</summary>
    public virtual bool IsShared => false;

    /// <summary>Writes that others do not wait for one by one.</summary>
    public WriteQueue Writes
    {
        get
        {
            lock (_gate)
                return _writes ??= new WriteQueue(this);
        }
    }

    /// <summary>Runs some work with this database on a thread of its own; the way to wait for it from the run of a script.</summary>
    public Task<T> Ask<T>(Func<Database, T> work)
    {
        if (_isLost && Environment.TickCount64 < Interlocked.Read(ref _retryAt))
            return Task.FromException<T>(Unreachable());
        lock (_gate)
            _reads ??= new ReadQueue(this);
        return _reads.Ask(work);
    }

    /// <summary>The rows asked for, each with the values of the columns wanted.</summary>
    public List<object?[]> Select(SelectShape shape, params object?[] values)
    {
        var rows = new List<object?[]>();
        Read(shape, row => rows.Add([.. row]), values);
        return rows;
    }

    /// <summary>Gives the rows asked for one after the other, each in the same array: for tables that are too large to be held twice.</summary>
    public void Read(SelectShape shape, Action<object?[]> take, params object?[] values) => Guarded(() =>
    {
        ReadRows(shape, values, take);
        return true;
    });

    /// <summary>Carries out all changes or none; they are durable on return.</summary>
    public void Apply(IReadOnlyList<Change> changes) => Guarded(() =>
    {
        ApplyAll(changes);
        return true;
    });

    /// <summary>Runs one statement a script has written, with its parameters @p0, @p1 …, and gives the rows it has; for engines that know SQL.</summary>
    public List<object?[]> Query(string sql, params object?[] values) => Guarded(() => QueryRows(sql, values));

    /// <summary>Makes a table unless it is there.</summary>
    /// <param name="schema">What it looks like.</param>
    /// <param name="name">Its name, when that is not the schema's.</param>
    public void Ensure(TableSchema schema, string? name = null) => Guarded(() =>
    {
        CreateTable(schema, name ?? schema.Name);
        return true;
    });

    /// <summary>Makes sure that a table has columns for text: adds them where nobody else works on the table.</summary>
    /// <exception cref="DatabaseException">One is missing and cannot be added.</exception>
    public void EnsureColumns(string table, IReadOnlyList<string> columns)
    {
        var known = ColumnsOf(table) ?? [];
        foreach (var column in columns.Except(known))
        {
            Guarded(() =>
            {
                AddColumn(table, column);
                return true;
            });
        }
    }

    /// <summary>The columns of a table; null when there is no such table.</summary>
    public IReadOnlyList<string>? ColumnsOf(string table) => Guarded(() => ReadColumns(table));

    /// <summary>Begins to hear of what other programs change, for shared databases.</summary>
    public virtual void Follow(INewsFeed feed) => throw new NotSupportedException($"{Url} is not shared");

    /// <summary>Finishes what is waiting to be written, as far as that is possible, and closes.</summary>
    public void Dispose()
    {
        _reads?.Dispose();
        _writes?.Dispose();
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void ReadRows(SelectShape shape, object?[] values, Action<object?[]> take);

    protected abstract void ApplyAll(IReadOnlyList<Change> changes);

    protected abstract List<object?[]> QueryRows(string sql, object?[] values);

    protected abstract void CreateTable(TableSchema schema, string name);

    protected virtual void AddColumn(string table, string column) =>
        throw new DatabaseException($"{Url}: the table {table} has no column {column}");

    protected abstract IReadOnlyList<string>? ReadColumns(string table);

    protected abstract void Dispose(bool isDisposing);

    /// <summary>The database has just been lost: connections made before are not to be trusted.</summary>
    protected virtual void Disconnected() { }

    /// <summary>What an exception of the driver means; null when it is none of the driver's.</summary>
    protected abstract DatabaseException? Translate(Exception e);

    /// <summary>Runs one piece of work; while the database is known to be gone, only one try a second gets through.</summary>
    protected T Guarded<T>(Func<T> work)
    {
        if (_isLost && Environment.TickCount64 < Interlocked.Read(ref _retryAt))
            throw Unreachable();
        try
        {
            var result = work();
            _wasReached = true;
            if (_isLost)
                Found();
            return result;
        }
        catch (Exception e) when (e is not DatabaseException && Translate(e) is not null)
        {
            var translated = Translate(e)!;
            if (translated.IsUnavailable)
                Lost(translated);
            throw translated;
        }
    }

    private DatabaseException Unreachable() => new($"{Url} cannot be reached", isUnavailable: true);

    private void Lost(DatabaseException e)
    {
        Interlocked.Exchange(ref _retryAt, Environment.TickCount64 + RetryAfter);
        lock (_gate)
        {
            if (_isLost)
                return;
            _isLost = true;
        }
        Disconnected();
        var meanwhile = _wasReached ? "; what is in memory goes on being served" : "";
        OnNews?.Invoke($"database {Url} cannot be reached: {e.InnerException?.Message ?? e.Message}{meanwhile}");
    }

    private void Found()
    {
        lock (_gate)
        {
            if (!_isLost)
                return;
            _isLost = false;
        }
        OnNews?.Invoke($"database {Url} is back");
    }
}
