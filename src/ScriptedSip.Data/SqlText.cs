using System.Globalization;
using System.Text;

namespace ScriptedSip.Data;

/// <summary>
/// Statements in the SQL both engines share: names quoted and checked, values always as parameters @p0, @p1 …
/// </summary>
internal static class SqlText
{
    /// <summary>A name as SQL writes it. Names come from scripts, so only letters, digits and underscores are taken.</summary>
    public static string Name(string name)
    {
        if (name.Length is 0 or > 63 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new DatabaseException($"\"{name}\" cannot be the name of a table or column");
        return $"\"{name}\"";
    }

    public static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Name));

    public static string Select(SelectShape shape)
    {
        var conditions = shape.Where.Select((c, i) => $"{Name(c)} = @p{i}").ToList();
        if (shape.Since.Length > 0)
            conditions.Add($"{Name(shape.Since)} >= @p{shape.Where.Count}");
        var where = conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
        return $"SELECT {Names(shape.Columns)} FROM {Name(shape.Table)}{where}";
    }

    public static string Of(ChangeShape shape) => shape.Kind switch
    {
        ChangeKind.Insert => Insert(shape),
        ChangeKind.Upsert => $"{Insert(shape)} ON CONFLICT ({Names(shape.Columns.Take(shape.KeyCount))}) DO UPDATE SET {Assignments(shape, c => "excluded." + Name(c))}",
        ChangeKind.Update => $"UPDATE {Name(shape.Table)} SET {Assignments(shape, null)} WHERE {Equalities(shape.Columns.Take(shape.KeyCount), 0)}",
        ChangeKind.Delete => $"DELETE FROM {Name(shape.Table)}{(shape.Columns.Count > 0 ? " WHERE " + Equalities(shape.Columns, 0) : "")}",
        _ => $"DELETE FROM {Name(shape.Table)} WHERE {Name(shape.Columns[0])} < @p0{(shape.Columns.Count > 1 ? " AND " + Equalities(shape.Columns.Skip(1), 1) : "")}",
    };

    /// <summary>The statements that make a table and its indexes unless they are there.</summary>
    public static string Create(TableSchema schema, string name, Func<ColumnKind, string> typeOf)
    {
        var text = new StringBuilder($"CREATE TABLE IF NOT EXISTS {Name(name)} (");
        text.AppendJoin(", ", schema.Columns.Select(c => $"{Name(c.Name)} {typeOf(c.Kind)}{Standard(c)}"));
        if (schema.Unique.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $", UNIQUE ({Names(schema.Unique.Split(','))})");
        text.Append(");");
        foreach (var index in schema.Indexes)
        {
            var title = $"{name}_{index.Replace(',', '_')}_idx";
            text.Append(CultureInfo.InvariantCulture, $" CREATE INDEX IF NOT EXISTS {Name(title)} ON {Name(name)} ({Names(index.Split(','))});");
        }
        return text.ToString();
    }

    private static string Insert(ChangeShape shape) =>
        $"INSERT INTO {Name(shape.Table)} ({Names(shape.Columns)}) VALUES ({string.Join(", ", shape.Columns.Select((_, i) => $"@p{i}"))})";

    private static string Assignments(ChangeShape shape, Func<string, string>? valueOf) =>
        string.Join(", ", shape.Columns.Skip(shape.KeyCount).Select((c, i) => $"{Name(c)} = {valueOf?.Invoke(c) ?? $"@p{shape.KeyCount + i}"}"));

    private static string Equalities(IEnumerable<string> columns, int first) =>
        string.Join(" AND ", columns.Select((c, i) => $"{Name(c)} = @p{first + i}"));

    private static string Standard(Column column) => column.Default switch
    {
        null => "",
        string text => $" DEFAULT '{text}' NOT NULL",
        var number => string.Create(CultureInfo.InvariantCulture, $" DEFAULT {number} NOT NULL"),
    };
}
