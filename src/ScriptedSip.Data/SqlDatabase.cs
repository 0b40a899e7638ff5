using System.Data.Common;

namespace ScriptedSip.Data;

/// <summary>What the engines that know SQL have in common: prepared statements over ADO.NET, one connection for writing, several for reading.</summary>
internal abstract class SqlDatabase(DatabaseUrl url) : Database(url)
{
    private readonly Stack<Session> _idle = new();
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private Session? _writer;
    private bool _isClosed;

    // A database that was gone has ended all connections, not only the one that has found out.
    private volatile int _outages;

    protected override void ReadRows(SelectShape shape, object?[] values, Action<object?[]> take) => Borrowed(session =>
    {
        Read(session.Command(shape, () => SqlText.Select(shape), values.Length), values, take);
        return true;
    });

    protected override List<object?[]> QueryRows(string sql, object?[] values) => Borrowed(session =>
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.Add(NewParameter(command, i));
        return Read(command, values);
    });

    protected override void ApplyAll(IReadOnlyList<Change> changes)
    {
        lock (_writing)
        {
            if (_writer is { } old && old.Outages != _outages)
            {
                _writer = null;
                old.Dispose();
            }
            var session = _writer ??= Open();
            try
            {
                using var transaction = session.Connection.BeginTransaction();
                Execute(session, transaction, changes);
                BeforeCommit(session.Connection, transaction, changes);
                transaction.Commit();
            }
            catch (Exception e)
            {
                // A connection in doubt is not used again; one that has just refused a row is as good as before.
                if (Translate(e) is not { IsUnavailable: false })
                {
                    _writer = null;
                    session.Dispose();
                }
                throw;
            }
        }
    }

    protected override void CreateTable(TableSchema schema, string name) => Borrowed(session =>
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = SqlText.Create(schema, name, TypeOf);
        return command.ExecuteNonQuery();
    });

    protected override IReadOnlyList<string>? ReadColumns(string table) => Borrowed(session =>
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = ColumnsQuery;
        command.Parameters.Add(NewParameter(command, 0));
        var names = Read(command, [table]).ConvertAll(row => (string)row[0]!);
        return names.Count == 0 ? null : names;
    });

    /// <summary>A statement that gives the names of the columns of table @p0.</summary>
    protected abstract string ColumnsQuery { get; }

    protected abstract DbConnection Connect();

    protected abstract string TypeOf(ColumnKind kind);

    /// <summary>Carries out the changes of a transaction, one after the other.</summary>
    protected virtual void Execute(Session session, DbTransaction transaction, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            var command = session.Command(change.Shape, () => SqlText.Of(change.Shape), change.Values.Length);
            command.Transaction = transaction;
            Bind(command, change.Values);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The last step of a transaction.</summary>
    protected virtual void BeforeCommit(DbConnection connection, DbTransaction transaction, IReadOnlyList<Change> changes) { }

    protected override void Disconnected() => Interlocked.Increment(ref _outages);

    protected virtual void SetValue(DbParameter parameter, object? value) => parameter.Value = value ?? DBNull.Value;

    protected override void Dispose(bool isDisposing)
    {
        lock (_gate)
        {
            _isClosed = true;
            while (_idle.TryPop(out var session))
                session.Dispose();
        }
        lock (_writing)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private T Borrowed<T>(Func<Session, T> work)
    {
        Session? session;
        lock (_gate)
            _idle.TryPop(out session);
        if (session is not null && session.Outages != _outages)
        {
            session.Dispose();
            session = null;
        }
        session ??= Open();
        try
        {
            var result = work(session);
            lock (_gate)
            {
                if (!_isClosed)
                {
                    _idle.Push(session);
                    session = null;
                }
            }
            return result;
        }
        finally
        {
            // Still here after a failure: a connection in doubt is not used again.
            session?.Dispose();
        }
    }

    private Session Open()
    {
        var outages = _outages;
        return new Session(Connect()) { Outages = outages };
    }

    private List<object?[]> Read(DbCommand command, object?[] values)
    {
        var rows = new List<object?[]>();
        Read(command, values, row => rows.Add([.. row]));
        return rows;
    }

    private void Read(DbCommand command, object?[] values, Action<object?[]> take)
    {
        Bind(command, values);
        using var reader = command.ExecuteReader();
        var row = new object?[reader.FieldCount];
        while (reader.Read())
        {
            for (var i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : Plain(reader.GetValue(i));
            take(row);
        }
    }

    private void Bind(DbCommand command, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
            SetValue(command.Parameters[i], values[i]);
    }

    private static DbParameter NewParameter(DbCommand command, int index)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = $"p{index}";
        return parameter;
    }

    private static object? Plain(object value) => value switch
    {
        DBNull => null,
        int number => (long)number,
        short number => (long)number,
        float number => (double)number,
        decimal number => (double)number,
        bool truth => truth ? 1L : 0L,
        byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
        string or long or double or DateTime => value,
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>A connection with the statements prepared on it.</summary>
    protected sealed class Session(DbConnection connection) : IDisposable
    {
        // Shapes are made once for each use; who makes them on the way must not fill memory.
        private const int MostCommands = 500;

        private readonly Dictionary<object, DbCommand> _commands = new(ReferenceEqualityComparer.Instance);

        public DbConnection Connection { get; } = connection;

        /// <summary>How often the database had been gone when this connection was made.</summary>
        public int Outages { get; init; }

        public DbCommand Command(object shape, Func<string> text, int parameters)
        {
            if (_commands.TryGetValue(shape, out var command))
                return command;
            if (_commands.Count == MostCommands)
                Forget();
            command = Connection.CreateCommand();
            command.CommandText = text();
            for (var i = 0; i < parameters; i++)
                command.Parameters.Add(NewParameter(command, i));
            _commands.Add(shape, command);
            return command;
        }

        public void Dispose()
        {
            Forget();
            Connection.Dispose();
        }

        private void Forget()
        {
            foreach (var command in _commands.Values)
                command.Dispose();
            _commands.Clear();
        }
    }
}
