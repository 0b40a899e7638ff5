using ScriptedSip.Data;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Dialog;

/// <summary>
/// Keeps answered calls in the table <c>dialog</c>, a row each, so that a restart does not forget them. What is written waits in the queue of the
/// database, never a message.
/// </summary>
internal sealed class CallStore(Database database, string table, CallRows rows, ScriptLog log)
{
    private readonly ChangeShape _insert = new(ChangeKind.Insert, table, CallRows.Columns);
    private readonly ChangeShape _update = new(ChangeKind.Update, table, CallRows.Columns, CallRows.KeyCount);
    private readonly ChangeShape _delete = new(ChangeKind.Delete, table, CallRows.Columns[..CallRows.KeyCount]);
    private long _newest;

    /// <summary>The calls in the table with their profiles; those whose time is over are for the timer to end.</summary>
    /// <exception cref="DatabaseException">The database cannot be reached, or has no such table.</exception>
    public List<(Call Call, List<ProfileEntry> Profiles)> Load()
    {
        if (!database.IsShared)
            database.Ensure(StandardSchema.Dialog, table);
        else if (database.ColumnsOf(table) is null)
            throw new DatabaseException($"{database.Url} has no table {table}; make it with \"scriptedsip db init URL\"");
        database.EnsureColumns(table, ["vars", "profiles", "xdata"]);
        var found = database.Select(new SelectShape(table, CallRows.Columns, [])).ConvertAll(rows.Read);
        _newest = found.Count == 0 ? 0 : found.Max(static f => f.Call.StoredAs);
        return found;
    }

    /// <summary>Writes a call that has changed since it was written, as long as it lasts.</summary>
    public void Save(Call call)
    {
        if (!call.IsChanged)
            return;
        lock (call.Lock)
        {
            if (!call.IsActive || call.IsForgotten)
                return;
            call.IsChanged = false;
            var isNew = call.StoredAs == 0;
            if (isNew)
                call.StoredAs = Interlocked.Increment(ref _newest);
            if (database.Writes.Add(new Change(isNew ? _insert : _update, rows.Write(call))) > 0)
                return;
            // No room in the queue: it is tried again with the next change of the clock.
            call.IsChanged = true;
            if (isNew)
                call.StoredAs = 0;
        }
    }

    /// <summary>The call is over.</summary>
    public void Remove(Call call)
    {
        lock (call.Lock)
        {
            call.IsForgotten = true;
            if (call.StoredAs != 0 && database.Writes.Add(new Change(_delete, rows.Key(call))) == 0)
                log.Write(LogLevel.Error, $"dialog: too much waits for {database.Url}; a call that has ended stays in the table {table} until its timeout");
        }
    }
}
