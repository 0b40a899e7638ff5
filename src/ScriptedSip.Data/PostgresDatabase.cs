using System.Data.Common;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace ScriptedSip.Data;

/// <summary>PostgreSQL, and engines that speak as it does: what a group of proxies shares.</summary>
internal sealed class PostgresDatabase : SqlDatabase
{
    private const int ConnectSeconds = 3;
    private const int CommandSeconds = 10;
    private const int KeepAliveSeconds = 10;
    private const int LargestBatch = 500;

    private readonly NpgsqlDataSource _source;
    private readonly string _origin = Guid.NewGuid().ToString("N");
    private readonly List<PostgresNews> _feeds = [];
    private readonly ConditionalWeakTable<ChangeShape, string> _statements = [];

    // An engine that speaks PostgreSQL's protocol but knows no NOTIFY: other programs find out by asking.
    private volatile bool _cannotAnnounce;

    public PostgresDatabase(DatabaseUrl url) : base(url)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host.Length > 0 ? url.Host : "localhost",
            Port = url.Port > 0 ? url.Port : 5432,
            Database = url.Name,
            Username = url.User,
            Password = url.Password.Length > 0 ? url.Password : null,
            ApplicationName = "scriptedsip",
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            Pooling = false,
            KeepAlive = KeepAliveSeconds,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
        };
        _source = NpgsqlDataSource.Create(settings);
    }

    /// <inheritdoc/>
    public override bool IsShared => true;

    /// <inheritdoc/>
    public override void Follow(INewsFeed feed)
    {
        lock (_feeds)
            _feeds.Add(new PostgresNews(_source, _origin, feed));
    }

    protected override string ColumnsQuery => "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = @p0 ORDER BY ordinal_position";

    protected override DbConnection Connect() => _source.OpenConnection();

    protected override string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Serial => "BIGSERIAL PRIMARY KEY",
        ColumnKind.Integer => "BIGINT",
        ColumnKind.Number => "DOUBLE PRECISION",
        ColumnKind.Time => "TIMESTAMP",
        _ => "VARCHAR",
    };

    // Many statements travel together: a server that is a millisecond away is asked once, not a thousand times.
    protected override void Execute(Session session, DbTransaction transaction, IReadOnlyList<Change> changes)
    {
        foreach (var some in changes.Chunk(LargestBatch))
        {
            using var batch = ((NpgsqlConnection)session.Connection).CreateBatch();
            batch.Transaction = (NpgsqlTransaction)transaction;
            foreach (var change in some)
            {
                var command = batch.CreateBatchCommand();
                command.CommandText = _statements.GetValue(change.Shape, SqlText.Of);
                for (var i = 0; i < change.Values.Length; i++)
                {
                    var parameter = new NpgsqlParameter { ParameterName = $"p{i}" };
                    SetValue(parameter, change.Values[i]);
                    command.Parameters.Add(parameter);
                }
                batch.BatchCommands.Add(command);
            }
            batch.ExecuteNonQuery();
        }
    }

    protected override void ApplyAll(IReadOnlyList<Change> changes)
    {
        var announces = !_cannotAnnounce;
        try
        {
            base.ApplyAll(changes);
        }
        catch (PostgresException) when (announces && _cannotAnnounce)
        {
            // The changes have gone back with the announcement.
            base.ApplyAll(changes);
        }
    }

    protected override void BeforeCommit(DbConnection connection, DbTransaction transaction, IReadOnlyList<Change> changes)
    {
        if (_cannotAnnounce)
            return;
        try
        {
            Announce(connection, transaction, changes);
        }
        catch (PostgresException e) when (PostgresNews.IsUnknown(e))
        {
            _cannotAnnounce = true;
            throw;
        }
    }

    private void Announce(DbConnection connection, DbTransaction transaction, IReadOnlyList<Change> changes)
    {
        foreach (var payload in PostgresNews.Payloads(_origin, changes.Where(c => c.News is not null).Select(c => c.News!.Replace('\0', '\uFFFD'))))
        {
            using var notify = new NpgsqlCommand("SELECT pg_notify('scriptedsip', $1)", (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
            notify.Parameters.Add(new NpgsqlParameter { Value = payload });
            notify.ExecuteNonQuery();
        }
    }

    // Text goes without a type of its own, so that the server reads it as what the column is: existing tables have numbers where others have text.
    protected override void SetValue(DbParameter parameter, object? value)
    {
        var target = (NpgsqlParameter)parameter;
        target.NpgsqlDbType = value switch
        {
            long => NpgsqlDbType.Bigint,
            double => NpgsqlDbType.Double,
            DateTime => NpgsqlDbType.Timestamp,
            _ => NpgsqlDbType.Unknown,
        };
        target.Value = value switch
        {
            null => DBNull.Value,
            DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Unspecified),
            string text => text.Replace('\0', '\uFFFD'),
            _ => value,
        };
    }

    protected override DatabaseException? Translate(Exception e) => e switch
    {
        // Classes 08 connection, 28 account, 3D no such database, 53 resources, 57 operator (shutdown), 40 collision with another transaction, 25006 read-only.
        PostgresException failure => new DatabaseException($"{Url}: {failure.MessageText}",
            failure.SqlState[..2] is "08" or "28" or "3D" or "53" or "57" or "40" || failure.SqlState == "25006", failure),
        NpgsqlException or SocketException or TimeoutException or IOException or ObjectDisposedException => new DatabaseException($"{Url}: {e.Message}", isUnavailable: true, e),
        // What the driver throws from within when a connection breaks in the middle of a batch.
        ArgumentException or InvalidOperationException => new DatabaseException($"{Url}: {e.Message}", isUnavailable: true, e),
        _ => null,
    };

    protected override void Dispose(bool isDisposing)
    {
        lock (_feeds)
            _feeds.ForEach(f => f.Dispose());
        base.Dispose(isDisposing);
        _source.Dispose();
    }
}
