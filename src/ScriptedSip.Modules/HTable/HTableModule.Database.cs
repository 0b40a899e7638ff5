using System.Globalization;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.HTable;

/// <content>Tables are filled from a database at the start; those with dbmode=1 are written back at the end.</content>
internal sealed partial class HTableModule
{
    // True for the instance whose tables count: not for one that a reload has put another in the place of, nor for one that never began.
    private bool _isCurrent;
    private HTableModule? _before;

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        _isCurrent = true;
        if (_before is not null)
            _before._isCurrent = false;
    }

    /// <inheritdoc/>
    public override void Withdraw()
    {
        // What is in the tables belongs to the instance that goes on.
        _isCurrent = false;
        if (_before is not null)
            _before._isCurrent = true;
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        if (!_isCurrent || DatabaseInUse is not { } url)
            return;
        var database = _host.Import<Databases>()!.Open(url);
        foreach (var table in _tables.Where(static table => table.IsWrittenBack && table.DatabaseTable.Length > 0))
        {
            try
            {
                database.Apply(Rows(table));
            }
            catch (DatabaseException e)
            {
                _host.Log.Write(LogLevel.Error, $"htable: the table {table.Name} is not written back: {e.Message}");
            }
        }
    }

    private string[] ColumnsOf(ScriptTable table) => table.Columns.Length > 0 ? table.Columns : [NameColumn, TypeColumn, ValueColumn, .. KeepsEnds ? [ExpiresColumn] : Array.Empty<string>()];

    private void Fill(Database database, ScriptTable table)
    {
        var (now, today) = (_host.Clock.Milliseconds, _host.Clock.UtcNow.ToUnixTimeSeconds());
        var hasOwnColumns = table.Columns.Length > 0;
        foreach (var row in database.Select(new SelectShape(table.DatabaseTable, ColumnsOf(table), [])))
        {
            var key = Encoding.UTF8.GetBytes(Text(row[0]));
            // Several columns become one text.
            var text = hasOwnColumns ? string.Join(',', row.Skip(1).Select(Text)) : Text(row[2]);
            var isNumber = hasOwnColumns ? row is [_, long] : row[1] is 1L;
            var end = !hasOwnColumns && KeepsEnds && row[3] is long seconds ? seconds : 0;
            if (end > 0 && end <= today)
                continue;
            table.Set(key, isNumber && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? Value.FromInt(number)
                : Value.FromText(Utf8Text.From(text)), now);
            if (end > 0)
                table.SetTimeLeft(key, (end - today) * 1000, now);
        }
    }

    // The old rows go with the same transaction that brings the new ones.
    private List<Change> Rows(ScriptTable table)
    {
        var (now, today) = (_host.Clock.Milliseconds, _host.Clock.UtcNow.ToUnixTimeSeconds());
        var columns = ColumnsOf(table);
        var insert = new ChangeShape(ChangeKind.Insert, table.DatabaseTable, columns);
        var changes = new List<Change> { new(new ChangeShape(ChangeKind.Delete, table.DatabaseTable, []), []) };
        foreach (var (key, entry) in table.All(now))
        {
            var name = Encoding.UTF8.GetString(key);
            var value = entry.Value;
            var text = value.IsText ? value.Text.ToString() : value.Number.ToString(CultureInfo.InvariantCulture);
            var row = new object?[columns.Length];
            row[0] = name;
            if (table.Columns.Length > 0)
            {
                text.Split(',', row.Length - 1).CopyTo(row, 1);
            }
            else
            {
                (row[1], row[2]) = (value.IsText ? 0L : 1L, text);
                if (KeepsEnds)
                    row[3] = entry.EndsAt == 0 ? 0L : today + (entry.EndsAt - now + 999) / 1000;
            }
            changes.Add(new Change(insert, row));
        }
        return changes;
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
