using System.Globalization;
using System.Text;

namespace ScriptedSip.Data;

/// <summary>A column of a text table: its name and type stand in the first line of the file, as <c>name(type)</c> with the words null and auto behind it.</summary>
internal sealed record TextColumn(string Name, string Kind, bool IsNullable, bool IsAutomatic)
{
    public static TextColumn Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || !text.EndsWith(')'))
            throw new FormatException($"\"{text}\" is no column: it is written name(type)");
        var parts = text[(open + 1)..^1].Split(',');
        return new TextColumn(text[..open], parts[0].ToLowerInvariant(), parts.Contains("null"), parts.Contains("auto"));
    }

    public static TextColumn From(Column column) => new(column.Name, column.Kind switch
    {
        ColumnKind.Serial or ColumnKind.Integer => "int",
        ColumnKind.Number => "double",
        _ => "string",
    }, column.Default is null && column.Kind != ColumnKind.Serial, column.Kind == ColumnKind.Serial);

    public override string ToString() => $"{Name}({Kind}{(IsNullable ? ",null" : "")}{(IsAutomatic ? ",auto" : "")})";

    public object? Read(string text)
    {
        if (text.Length == 0 && (IsNullable || Kind is "int" or "double"))
            return null;
        return Kind switch
        {
            "int" => long.Parse(text, CultureInfo.InvariantCulture),
            "double" => double.Parse(text, CultureInfo.InvariantCulture),
            _ => text,
        };
    }

    /// <summary>A value in the type of this column.</summary>
    public object? Convert(object? value) => (Kind, value) switch
    {
        (_, null) => IsNullable ? null : Kind is "int" or "double" ? null : "",
        ("int", DateTime time) => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeSeconds(),
        ("int", double number) => (long)number,
        ("int", string text) => Read(text),
        ("double", DateTime time) => (double)new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeSeconds(),
        ("double", long number) => (double)number,
        ("double", string text) => Read(text),
        ("int" or "double", _) => value,
        (_, DateTime time) => SqlTime.Format(time),
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    public static string Write(object? value) => System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    public static bool AreEqual(object? left, object? right) => Equals(left, right) || (left is not null && right is not null && Write(left) == Write(right));
}

/// <summary>One table: a line with the columns, then a line for each row, values between colons.</summary>
internal sealed class TextTable
{
    private readonly string _path;
    private DateTime _written;
    private long _size;
    private long _lastId;

    private TextTable(string path, string name, TextColumn[] columns)
    {
        _path = path;
        Name = name;
        Columns = columns;
    }

    public string Name { get; }

    public TextColumn[] Columns { get; }

    public List<object?[]> Rows { get; } = [];

    /// <summary>False once somebody has changed the file.</summary>
    public bool IsCurrent => new FileInfo(_path) is { Exists: true } file && file.LastWriteTimeUtc == _written && file.Length == _size;

    public static TextTable Create(string path, string name, TableSchema schema) => new(path, name, [.. schema.Columns.Select(TextColumn.From)]);

    public static TextTable Load(string path, string name)
    {
        var lines = File.ReadAllText(path, Encoding.UTF8).Split('\n');
        var table = new TextTable(path, name, [.. lines[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(TextColumn.Parse)]);
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || line[0] == '#')
                continue;
            var fields = Fields(line);
            if (fields.Count != table.Columns.Length)
                throw new FormatException($"{name}, line {i + 1}: {fields.Count} values for {table.Columns.Length} columns");
            table.Rows.Add([.. fields.Select((f, c) => table.Columns[c].Read(f))]);
        }
        var serial = Array.FindIndex(table.Columns, c => c.IsAutomatic);
        if (serial >= 0)
            table._lastId = table.Rows.Max(r => r[serial] as long?) ?? 0;
        table.Note();
        return table;
    }

    public int Position(string column)
    {
        var position = Array.FindIndex(Columns, c => c.Name == column);
        return position >= 0 ? position : throw new DatabaseException($"the table {Name} has no column {column}");
    }

    public void Add(int[] positions, object?[] values)
    {
        var row = new object?[Columns.Length];
        for (var i = 0; i < row.Length; i++)
            row[i] = Columns[i].IsAutomatic ? ++_lastId : Columns[i].Convert(null);
        for (var i = 0; i < positions.Length; i++)
            row[positions[i]] = values[i];
        Rows.Add(row);
    }

    public void Save()
    {
        var text = new StringBuilder().AppendJoin(' ', Columns.AsEnumerable()).Append('\n');
        foreach (var row in Rows)
            text.AppendJoin(':', row.Select(v => Escape(TextColumn.Write(v)))).Append('\n');
        var beside = _path + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            file.Flush(flushToDisk: true);
        }
        File.Move(beside, _path, overwrite: true);
        Note();
    }

    private void Note()
    {
        var file = new FileInfo(_path);
        _written = file.LastWriteTimeUtc;
        _size = file.Length;
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\0", "\\0", StringComparison.Ordinal);

    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == ':')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (line[i] == '\\' && i + 1 < line.Length)
            {
                field.Append(line[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '0' => '\0', var other => other });
            }
            else
            {
                field.Append(line[i]);
            }
        }
        fields.Add(field.ToString());
        return fields;
    }
}
