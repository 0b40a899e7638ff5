using ScriptedSip.Data;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Storage;

/// <summary>
/// A small table kept in memory as a whole and read again every few seconds, so that no request ever waits for it. While the database is gone the
/// last reading counts.
/// </summary>
internal sealed class TableSnapshot<T>(Database database, SelectShape shape, Func<List<object?[]>, T> read, T empty) where T : class
{
    private const int RefreshMilliseconds = 10_000;

    private T _current = empty;
    private volatile bool _isReading;

    public T Current => Volatile.Read(ref _current);

    /// <summary>Reads the table now, and from time to time.</summary>
    /// <exception cref="DatabaseException">It cannot be read.</exception>
    public void Begin(ModuleHost host)
    {
        if (!database.IsShared && StandardSchema.Find(shape.Table) is { } schema)
            database.Ensure(schema);
        Read(database);
        host.Every(RefreshMilliseconds, _ => Refresh());
    }

    private void Refresh()
    {
        if (!_isReading)
            _ = RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        _isReading = true;
        try
        {
            await database.Ask(d =>
            {
                Read(d);
                return true;
            }).ConfigureAwait(false);
        }
        catch (DatabaseException)
        {
            // The database says by itself that it is gone; the last reading counts.
        }
        finally
        {
            _isReading = false;
        }
    }

    private void Read(Database from) => Volatile.Write(ref _current, read(from.Select(shape)));
}
