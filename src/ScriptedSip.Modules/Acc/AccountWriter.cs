using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;

namespace ScriptedSip.Modules.Acc;

/// <summary>Writes records to the log and to tables. Rows go to the queue of the database; when that is full they go to the log, so that none is lost.</summary>
internal sealed class AccountWriter(ScriptLog log, IClock clock, Database? database, AccountColumns columns, IReadOnlyList<string> logExtra, IReadOnlyList<string> databaseExtra)
{
    private readonly ConcurrentDictionary<string, (ChangeShape Shape, bool HasParties)> _shapes = new();
    private long _saidFullAt = long.MinValue / 2;

    public LogLevel Level { get; init; } = LogLevel.Notice;

    /// <summary>Makes sure of a table and its columns, on an engine that can be changed.</summary>
    /// <exception cref="DatabaseException">The table or one of its columns is missing.</exception>
    public void Prepare(string table)
    {
        if (database is null)
            return;
        if (!database.IsShared)
            database.Ensure(StandardSchema.Acc, table);
        database.EnsureColumns(table, databaseExtra);
        _ = ShapeOf(table);
    }

    public void Log(string title, Account account, string toTag, string code, string reason)
    {
        if (!log.IsEnabled(Level))
            return;
        var (from, to) = account.IsUpstream ? (toTag, account.FromTag) : (account.FromTag, toTag);
        var text = new StringBuilder("ACC: ").Append(title).Append(": timestamp=").Append(clock.UtcNow.ToUnixTimeSeconds());
        Append(text, "method", account.Method);
        Append(text, "from_tag", from);
        Append(text, "to_tag", to);
        Append(text, "call_id", account.CallId);
        Append(text, "code", code);
        Append(text, "reason", reason);
        for (var i = 0; i < logExtra.Count; i++)
            Append(text, logExtra[i], account.LogExtra[i]);
        log.WriteScript(Level, Encoding.UTF8.GetBytes(text.Append('\n').ToString()));
    }

    public void Store(string table, Account account, string toTag, string code, string reason)
    {
        if (database is null)
            return;
        var (shape, hasParties) = ShapeOf(table);
        var (from, to) = account.IsUpstream ? (toTag, account.FromTag) : (account.FromTag, toTag);
        var now = clock.UtcNow.UtcDateTime;
        object?[] values =
        [
            account.Method, from, to, account.CallId, code, reason, new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc),
            .. hasParties ? new object?[] { account.Caller, account.Callee, account.RequestUri } : [], .. account.DatabaseExtra,
        ];
        if (database.Writes.Add(new Change(shape, values)) > 0)
            return;
        if (clock.Milliseconds - _saidFullAt > 60_000)
        {
            _saidFullAt = clock.Milliseconds;
            log.Write(LogLevel.Error, $"acc: too many records wait for {database.Url}; they go to the log");
        }
        log.Write(LogLevel.Error, $"ACC: not stored: table={table};" + string.Join(';', shape.Columns.Select((c, i) => $"{c}={Convert.ToString(values[i], CultureInfo.InvariantCulture)}")));
    }

    private (ChangeShape Shape, bool HasParties) ShapeOf(string table) => _shapes.GetOrAdd(table, name =>
    {
        // Tables that were made by other servers have no columns for the parties; what they have is in the extra columns.
        var known = database!.ColumnsOf(name) ?? throw new DatabaseException($"acc: {database.Url} has no table {name}; make it with \"scriptedsip db init URL\"");
        var hasParties = known.Contains("caller") && known.Contains("callee") && known.Contains("request_uri");
        return (new ChangeShape(ChangeKind.Insert, name, [columns.Method, columns.FromTag, columns.ToTag, columns.CallId, columns.Code, columns.Reason, columns.Time,
            .. hasParties ? (IEnumerable<string>)["caller", "callee", "request_uri"] : [], .. databaseExtra]), hasParties);
    });

    // A line end in a value must not look like another record.
    private static void Append(StringBuilder text, string name, string value) =>
        text.Append(';').Append(name).Append('=').Append(value.ReplaceLineEndings(" "));
}

/// <summary>Names of the columns, from parameters.</summary>
internal sealed record AccountColumns(string Method, string FromTag, string ToTag, string CallId, string Code, string Reason, string Time);
