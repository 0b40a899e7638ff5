namespace ScriptedSip.Data;

/// <summary>The shape of a look-up, made once for each use: rows whose <paramref name="Where"/> columns equal the values given.</summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">The columns wanted.</param>
/// <param name="Where">The columns compared; none for all rows.</param>
/// <param name="Since">A time column that must not lie before the value given last; empty for none.</param>
public sealed record SelectShape(string Table, IReadOnlyList<string> Columns, IReadOnlyList<string> Where, string Since = "");
