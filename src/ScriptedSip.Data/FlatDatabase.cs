using System.Globalization;
using System.Text;

namespace ScriptedSip.Data;

/// <summary>
/// A directory with one file for each table, to which rows are only ever added: what db_flatstore of Kamailio and OpenSIPS makes of records of calls,
/// <c>acc_1.log</c>, a line for a row, the values in the order they are written with a delimiter between them. A time is in seconds since 1970. A
/// delimiter, a backslash or a line end within a value has a backslash before it, so that a value is never another row.
/// <para>Files are opened for each batch: one that has been moved away is begun anew, without a command.</para>
/// </summary>
internal sealed class FlatDatabase(DatabaseUrl url, Func<char> delimiter) : Database(url)
{
    // The dialect numbers files by the process that writes them; here one does.
    private const string Suffix = "_1.log";

    private readonly Lock _writing = new();

    protected override void ApplyAll(IReadOnlyList<Change> changes)
    {
        var texts = new Dictionary<string, StringBuilder>();
        foreach (var change in changes)
        {
            if (change.Shape.Kind != ChangeKind.Insert)
                throw new DatabaseException($"{Url}: rows can only be added");
            var path = PathOf(change.Shape.Table);
            if (!texts.TryGetValue(path, out var text))
                texts.Add(path, text = new StringBuilder());
            Append(text, change.Values, delimiter());
        }
        lock (_writing)
        {
            var written = new List<(FileStream File, long Length)>();
            try
            {
                foreach (var (path, text) in texts)
                {
                    var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                    written.Add((file, file.Length));
                    file.Write(Encoding.UTF8.GetBytes(text.ToString()));
                    file.Flush(flushToDisk: true);
                }
            }
            catch
            {
                // All or nothing: it is tried again as a whole.
                foreach (var (file, length) in written)
                    file.SetLength(length);
                throw;
            }
            finally
            {
                written.ForEach(w => w.File.Dispose());
            }
        }
    }

    protected override void ReadRows(SelectShape shape, object?[] values, Action<object?[]> take) => throw CannotBeRead();

    protected override List<object?[]> QueryRows(string sql, object?[] values) => throw CannotBeRead();

    protected override void CreateTable(TableSchema schema, string name)
    {
        _ = PathOf(name);
        Directory.CreateDirectory(Url.Name);
    }

    // Any column is taken; none is known, so that nothing is written that was not asked for.
    protected override void AddColumn(string table, string column) { }

    protected override IReadOnlyList<string>? ReadColumns(string table) => [];

    protected override DatabaseException? Translate(Exception e) => e is IOException or UnauthorizedAccessException
        ? new DatabaseException($"{Url}: {e.Message}", isUnavailable: true, e)
        : null;

    protected override void Dispose(bool isDisposing) { }

    private DatabaseException CannotBeRead() => new($"{Url} can only be written to");

    private string PathOf(string table)
    {
        _ = SqlText.Name(table);
        return Path.Combine(Url.Name, table + Suffix);
    }

    private static void Append(StringBuilder text, object?[] values, char delimiter)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
                text.Append(delimiter);
            var value = values[i] is DateTime time
                ? new DateTimeOffset(time).ToUnixTimeSeconds()
                : values[i];
            foreach (var c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            {
                if (c == delimiter || c == '\\')
                    text.Append('\\').Append(c);
                else if (c is '\n' or '\r')
                    text.Append(c == '\n' ? @"\n" : @"\r");
                else
                    text.Append(c);
            }
        }
        text.Append('\n');
    }
}
