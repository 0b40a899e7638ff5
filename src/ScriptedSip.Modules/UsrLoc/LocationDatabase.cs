using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>
/// Keeps one table of bindings in a database: loads it, writes what changes, and brings in what other servers change. Memory answers every
/// look-up but in the database-only mode, so an outage costs new registrations their durability, never a call.
/// </summary>
internal sealed class LocationDatabase(Database database, LocationRows rows, LocationMode mode, string table, string news)
{
    // A phone sends its REGISTER again after 0.5, 1.5, 3.5 seconds (RFC 3261 17.1.2.2): an answer after that would come too late to be of use.
    private const int WaitMilliseconds = 4000;

    private const int RenameBatch = 2000;

    private static readonly TimeSpan SharedGrace = TimeSpan.FromHours(1);

    // The changes of the update this thread is in, by their numbers in the queue.
    [ThreadStatic]
    private static long _first;
    [ThreadStatic]
    private static long _last;

    private readonly WriteQueue _writes = database.Writes;

    /// <summary>False while a change could not be kept as the mode promises, so that it must not be made.</summary>
    public bool CanKeep => _writes.HasRoom && (mode == LocationMode.WriteBack || !database.IsLost || _writes.Pending == 0);

    /// <summary>A REGISTER or a command has given a binding new values. Called under the lock of the stripe, in the order of changes; does not wait.</summary>
    public void Written(ReadOnlySpan<byte> addressOfRecord, StoredBinding binding) => Add(rows.Write(addressOfRecord, binding, NewsOf(addressOfRecord)));

    /// <summary>A REGISTER or a command has removed a binding; those that end with their time are not mentioned. Called under the lock of the stripe.</summary>
    public void Removed(ReadOnlySpan<byte> addressOfRecord, StoredBinding binding) =>
        Add(database.IsShared ? rows.End(addressOfRecord, binding, NewsOf(addressOfRecord)) : rows.Delete(addressOfRecord, binding));

    /// <summary>Waits until what this thread has changed since the last call is kept as the mode promises; false when it could not be.</summary>
    /// <param name="frame">The run that waits.</param>
    /// <param name="includesEarlier">Also what others have changed: the request was a retransmission, and its first copy may still be under way.</param>
    public bool Keep(Frame frame, bool includesEarlier)
    {
        var (first, last) = (_first, _last);
        (_first, _last) = (0, 0);
        if (first < 0)
            return false;
        if (mode == LocationMode.WriteBack)
            return true;
        if (last == 0)
        {
            if (!includesEarlier)
                return true;
            first = last = _writes.Newest;
        }
        return frame.Await(_ => _writes.WhenDurable(first, last), WaitMilliseconds) is { IsAnswered: true, Answer: true };
    }

    /// <summary>In the database-only mode: brings what memory has about an address-of-record up to date, if the database can be reached.</summary>
    public void Refresh(Frame frame, LocationTable target, ReadOnlySpan<byte> addressOfRecord)
    {
        if (mode != LocationMode.DatabaseOnly)
            return;
        var key = addressOfRecord.ToArray();
        var found = frame.Await(_ => database.Ask(_ => RowsOf(key)), WaitMilliseconds);
        if (found is { IsAnswered: true, Answer: { } answer })
            target.Replace(key, answer.Select(r => (r.Binding, r.ModifiedAt)), frame.Context.Now);
    }

    /// <summary>Fills a table from the database.</summary>
    /// <exception cref="DatabaseException">It cannot be reached, or has no such table.</exception>
    public void Load(LocationTable target, long now)
    {
        var schema = StandardSchema.Location;
        if (!database.IsShared)
            database.Ensure(schema, table);
        else if (database.ColumnsOf(table) is null)
            throw new DatabaseException($"{database.Url} has no table {table}; make it with \"scriptedsip db init URL\"");
        if (mode == LocationMode.DatabaseOnly)
            return;
        var foreign = new List<LocationRow>();
        database.Read(rows.All, values =>
        {
            if (!rows.Read(values, out var row) || !row.Binding.IsLive(now))
                return;
            target.Load(row.AddressOfRecord, row.Binding, row.ModifiedAt, now);
            if (!row.HasOwnName)
                foreign.Add(row);
        });
        foreach (var some in foreign.Chunk(RenameBatch))
            Rename(target, some, now);
    }

    // Data of another program: from now on the rows have the names a change will look for. Only once, before there is traffic.
    private void Rename(LocationTable target, LocationRow[] found, long now)
    {
        var changes = new List<Change>();
        foreach (var row in found)
        {
            if (target.Load(row.AddressOfRecord, row.Binding, row.ModifiedAt, now) is not { } stored)
                continue;
            changes.Add(rows.Delete(row.Name));
            changes.Add(rows.Write(row.AddressOfRecord, stored, null));
        }
        database.Apply(changes);
    }

    /// <summary>Removes the rows that have ended; others may still have to hear of them.</summary>
    public void Purge() => _writes.Add(rows.Purge(database.IsShared ? SharedGrace : TimeSpan.Zero));

    /// <summary>Brings in what others have changed for one address-of-record.</summary>
    public void BringIn(LocationTable target, byte[] addressOfRecord, long now) => BringIn(target, RowsOf(addressOfRecord), now);

    /// <summary>Brings in what others have changed since a time.</summary>
    public void BringIn(LocationTable target, DateTime since, long now) => BringIn(target, Read(database.Select(rows.Changed, since)), now);

    private static void BringIn(LocationTable target, List<LocationRow> found, long now)
    {
        foreach (var row in found)
        {
            if (!row.IsOwn)
                target.Load(row.AddressOfRecord, row.Binding, row.ModifiedAt, now);
        }
    }

    private List<LocationRow> RowsOf(byte[] addressOfRecord)
    {
        var (user, domain) = rows.Split(addressOfRecord);
        return Read(domain is null ? database.Select(rows.OfUser, user) : database.Select(rows.OfAddress, user, domain));
    }

    private List<LocationRow> Read(List<object?[]> values)
    {
        var read = new List<LocationRow>(values.Count);
        foreach (var one in values)
        {
            if (rows.Read(one, out var row))
                read.Add(row);
        }
        return read;
    }

    private string? NewsOf(ReadOnlySpan<byte> addressOfRecord) => database.IsShared ? news + Encoding.UTF8.GetString(addressOfRecord) : null;

    private void Add(in Change change)
    {
        var number = _writes.Add(change);
        if (number == 0)
            _first = -1;
        else if (_first >= 0)
            (_first, _last) = (_first == 0 ? number : _first, number);
    }
}
