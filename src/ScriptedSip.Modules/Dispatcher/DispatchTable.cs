using System.Globalization;
using ScriptedSip.Data;

namespace ScriptedSip.Modules.Dispatcher;

/// <summary>
/// The sets of a database table, a row for each destination. The two families of servers have different columns; those a table lacks mean
/// nothing special.
/// </summary>
internal sealed class DispatchTable(Database database, string table, DispatchColumns columns)
{
    private readonly string[] _all = [columns.Set, columns.Uri, columns.Flags, columns.Priority, columns.Attributes, columns.State, columns.Weight, columns.Socket];

    /// <summary>Reads the table.</summary>
    /// <exception cref="DatabaseException">It cannot be read.</exception>
    /// <exception cref="FormatException">A row is malformed; the message says which and how.</exception>
    public DispatchList Read()
    {
        if (!database.IsShared && StandardSchema.Find("dispatcher") is { } schema)
            database.Ensure(schema, table);
        var known = database.ColumnsOf(table) ?? throw new DatabaseException($"{database.Url} has no table {table}; make it with \"scriptedsip db init URL\"");
        var there = _all.Where((column, i) => i < 2 || known.Contains(column)).ToArray();
        var destinations = new SortedDictionary<int, List<DispatchDestination>>();
        foreach (var row in database.Select(new SelectShape(table, there, [])))
        {
            var values = _all.Select(column => Array.IndexOf(there, column) is >= 0 and var i ? row[i] : null).ToArray();
            var set = (int)Number(values[0]);
            if (!destinations.TryGetValue(set, out var list))
                destinations.Add(set, list = []);
            try
            {
                list.Add(Destination(values));
            }
            catch (FormatException e)
            {
                throw new FormatException($"table {table}, set {set}: {e.Message}", e);
            }
        }
        return DispatchList.Of(destinations);
    }

    private static DispatchDestination Destination(object?[] values)
    {
        var attributes = Text(values[4]);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("weight", Text(values[6])), ("socket", Text(values[7]))])
        {
            if (value.Length > 0 && !attributes.Contains(name + "=", StringComparison.Ordinal))
                attributes = attributes.Length == 0 ? $"{name}={value}" : $"{attributes};{name}={value}";
        }
        var flags = (int)Number(values[2]) | (Number(values[5]) switch
        {
            0 => 0,
            1 => (int)DestinationState.Inactive,
            _ => (int)(DestinationState.Inactive | DestinationState.Probing),
        });
        return DispatchList.Destination(Text(values[1]), flags, (int)Number(values[3]), attributes);
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static long Number(object? value) => value switch
    {
        long number => number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };
}

/// <summary>Names of the columns, from parameters.</summary>
/// <param name="Set">Number of the set.</param>
/// <param name="Uri">The destination.</param>
/// <param name="Flags">Its state, as in a list file.</param>
/// <param name="Priority">Higher is better.</param>
/// <param name="Attributes">As in a list file.</param>
/// <param name="State">How OpenSIPS has the state: 0 active, 1 inactive, 2 probing.</param>
/// <param name="Weight">Column of OpenSIPS.</param>
/// <param name="Socket">Column of OpenSIPS.</param>
internal sealed record DispatchColumns(string Set, string Uri, string Flags, string Priority, string Attributes, string State, string Weight, string Socket);
