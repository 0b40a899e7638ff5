namespace ScriptedSip.Data;

/// <summary>What a <see cref="Change"/> does.</summary>
public enum ChangeKind : byte
{
    /// <summary>A new row.</summary>
    Insert,

    /// <summary>A new row, or new values for the one with the same key columns; these must be unique.</summary>
    Upsert,

    /// <summary>New values for the rows with the same key columns; the others are set.</summary>
    Update,

    /// <summary>No rows with these values any more.</summary>
    Delete,

    /// <summary>No rows any more whose first column lies before its value; further columns must be equal.</summary>
    DeleteBefore,
}

/// <summary>The shape of a change, made once for each use: engines keep what they prepare for it.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Table">The table.</param>
/// <param name="Columns">The columns values are given for.</param>
/// <param name="KeyCount">How many of the first columns are the key of an upsert or update.</param>
public sealed record ChangeShape(ChangeKind Kind, string Table, IReadOnlyList<string> Columns, int KeyCount = 0);

/// <summary>One change of rows.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">A value for each column: string, long, double, <see cref="DateTime"/> in UTC, or null.</param>
/// <param name="News">What other programs on a shared database are told once it is durable; null for nothing.</param>
public readonly record struct Change(ChangeShape Shape, object?[] Values, string? News = null);
