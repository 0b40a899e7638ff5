using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace ScriptedSip.Data;

/// <summary>
/// SQLite: the embedded engine. The file and the standard tables are made on first use; readers and the one writer do not wait for each other
/// (write-ahead log), and a commit is on the disk before it returns.
/// </summary>
internal sealed class SqliteDatabase : SqlDatabase
{
    private const int BusyMilliseconds = 5000;

    private readonly string _connection;
    private readonly Lock _making = new();
    private bool _isMade;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    public SqliteDatabase(DatabaseUrl url) : base(url) => _connection = new SqliteConnectionStringBuilder
    {
        DataSource = url.Name,
        Pooling = false,
        DefaultTimeout = BusyMilliseconds / 1000,
    }.ToString();

    protected override string ColumnsQuery => "SELECT name FROM pragma_table_info(@p0)";

    protected override DbConnection Connect()
    {
        var connection = Open();
        lock (_making)
        {
            if (!_isMade)
                Make(connection);
            _isMade = true;
        }
        return connection;
    }

    protected override void AddColumn(string table, string column) => QueryRows($"ALTER TABLE {SqlText.Name(table)} ADD COLUMN {SqlText.Name(column)} TEXT", []);

    protected override string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Serial => "INTEGER PRIMARY KEY",
        ColumnKind.Integer => "INTEGER",
        ColumnKind.Number => "REAL",
        ColumnKind.Time => "TIMESTAMP",
        _ => "TEXT",
    };

    // Times as text in the form every tool reads, whole seconds as in existing data.
    protected override void SetValue(DbParameter parameter, object? value) =>
        base.SetValue(parameter, value is DateTime time ? SqlTime.Format(time) : value);

    protected override DatabaseException? Translate(Exception e)
    {
        if (e is not SqliteException failure)
            return e is ObjectDisposedException ? new DatabaseException($"{Url} is closed", isUnavailable: true) : null;
        // Busy, locked, no memory, read-only, interrupted, I/O error, corrupt, full, cannot open, protocol: the file; anything else: the statement.
        var isUnavailable = failure.SqliteErrorCode is 5 or 6 or 7 or 8 or 9 or 10 or 11 or 13 or 14 or 15 or 26;
        return new DatabaseException($"{Url}: {failure.Message}", isUnavailable, failure);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        Run(connection, $"PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA synchronous = FULL;");
        return connection;
    }

    private void Make(SqliteConnection connection)
    {
        Run(connection, "PRAGMA journal_mode = WAL;");
        using var transaction = connection.BeginTransaction();
        var isNew = false;
        using (var count = connection.CreateCommand())
        {
            count.Transaction = transaction;
            count.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = 'version'";
            isNew = (long)count.ExecuteScalar()! == 0;
        }
        if (isNew)
        {
            foreach (var table in StandardSchema.Tables)
                Run(connection, SqlText.Create(table, table.Name, TypeOf), transaction);
            foreach (var table in StandardSchema.Tables)
                Run(connection, $"INSERT OR IGNORE INTO version (table_name, table_version) VALUES ('{table.Name}', {table.Version})", transaction);
        }
        transaction.Commit();
    }

    private static void Run(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
