namespace ScriptedSip.Data;

/// <summary>What a column holds.</summary>
public enum ColumnKind
{
    /// <summary>A number the database gives by itself; the primary key.</summary>
    Serial,

    Integer,
    Number,
    Text,

    /// <summary>A time in UTC.</summary>
    Time,
}

/// <summary>One column. All but the serial one can be left out of an insert: text is then empty or null, a number its default.</summary>
/// <param name="Name">Name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Default">Value of rows that say nothing; null for NULL.</param>
public sealed record Column(string Name, ColumnKind Kind, object? Default = null);

/// <summary>One table of the dialect's standard schema, from which the statements that make it are derived for each engine.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Number in the table <c>version</c>.</param>
/// <param name="Columns">Columns in order.</param>
/// <param name="Unique">Columns no two rows have in common, comma-separated; empty for none.</param>
/// <param name="Indexes">Further indexes, columns comma-separated.</param>
public sealed record TableSchema(string Name, int Version, IReadOnlyList<Column> Columns, string Unique, params string[] Indexes);
