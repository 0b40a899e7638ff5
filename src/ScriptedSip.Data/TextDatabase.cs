namespace ScriptedSip.Data;

/// <summary>
/// A directory with one text file for each table, as dbtext has them. For small data edited by hand: a table is read when its file has changed,
/// and written whole, beside the old file and then in its place.
/// </summary>
internal sealed class TextDatabase(DatabaseUrl url) : Database(url)
{
    private readonly Dictionary<string, TextTable> _tables = [];
    private readonly Lock _gate = new();

    protected override void ReadRows(SelectShape shape, object?[] values, Action<object?[]> take)
    {
        lock (_gate)
        {
            var table = Load(shape.Table);
            var wanted = Positions(table, shape.Columns);
            var where = Positions(table, shape.Where);
            var since = shape.Since.Length > 0 ? table.Position(shape.Since) : -1;
            foreach (var row in table.Rows)
            {
                if (Matches(row, where, values, 0) && (since < 0 || !IsBefore(row[since], values[^1])))
                    take(Array.ConvertAll(wanted, p => row[p]));
            }
        }
    }

    protected override void ApplyAll(IReadOnlyList<Change> changes)
    {
        lock (_gate)
        {
            var touched = new HashSet<TextTable>();
            try
            {
                foreach (var change in changes)
                {
                    var table = Load(change.Shape.Table);
                    touched.Add(table);
                    Apply(table, change);
                }
                foreach (var table in touched)
                    table.Save();
            }
            catch
            {
                // All or nothing: what is on the disk counts.
                foreach (var table in touched)
                    _tables.Remove(table.Name);
                throw;
            }
        }
    }

    protected override List<object?[]> QueryRows(string sql, object?[] values) => throw new DatabaseException($"{Url} knows no SQL");

    protected override void CreateTable(TableSchema schema, string name)
    {
        lock (_gate)
        {
            Directory.CreateDirectory(Url.Name);
            if (!File.Exists(PathOf(name)))
                TextTable.Create(PathOf(name), name, schema).Save();
        }
    }

    protected override IReadOnlyList<string>? ReadColumns(string table)
    {
        lock (_gate)
            return File.Exists(PathOf(table)) ? [.. Load(table).Columns.Select(c => c.Name)] : null;
    }

    protected override void Dispose(bool isDisposing) { }

    protected override DatabaseException? Translate(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => new DatabaseException($"{Url}: {e.Message}", inner: e),
        IOException or UnauthorizedAccessException => new DatabaseException($"{Url}: {e.Message}", isUnavailable: true, e),
        FormatException => new DatabaseException($"{Url}: {e.Message}", inner: e),
        _ => null,
    };

    private string PathOf(string table)
    {
        _ = SqlText.Name(table);
        return Path.Combine(Url.Name, table);
    }

    private TextTable Load(string name)
    {
        var path = PathOf(name);
        if (_tables.TryGetValue(name, out var table) && table.IsCurrent)
            return table;
        return _tables[name] = TextTable.Load(path, name);
    }

    private static void Apply(TextTable table, in Change change)
    {
        var (shape, values) = (change.Shape, change.Values);
        var positions = Positions(table, shape.Columns);
        var stored = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
            stored[i] = table.Columns[positions[i]].Convert(values[i]);
        switch (shape.Kind)
        {
            case ChangeKind.Delete:
                table.Rows.RemoveAll(row => Matches(row, positions, stored, 0));
                return;
            case ChangeKind.DeleteBefore:
                table.Rows.RemoveAll(row => IsBefore(row[positions[0]], stored[0]) && Matches(row, positions, stored, 1));
                return;
            case ChangeKind.Insert:
                table.Add(positions, stored);
                return;
        }
        var isThere = false;
        foreach (var row in table.Rows.Where(row => Matches(row, positions[..shape.KeyCount], stored, 0)))
        {
            isThere = true;
            for (var i = shape.KeyCount; i < positions.Length; i++)
                row[positions[i]] = stored[i];
        }
        if (!isThere && shape.Kind == ChangeKind.Upsert)
            table.Add(positions, stored);
    }

    private static int[] Positions(TextTable table, IReadOnlyList<string> columns) => [.. columns.Select(table.Position)];

    private static bool Matches(object?[] row, int[] positions, object?[] values, int first)
    {
        for (var i = first; i < positions.Length; i++)
        {
            if (!TextColumn.AreEqual(row[positions[i]], values[i]))
                return false;
        }
        return true;
    }

    private static bool IsBefore(object? left, object? right) => SqlTime.Parse(left) is { } time && SqlTime.Parse(right) is { } other && time < other;
}
