using ScriptedSip.Data;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Permissions;

/// <summary>The tables of addresses and of trusted peers in a database. A table that is not there is empty: nobody is let in by it.</summary>
internal sealed class PermissionTables(PermissionsModule module, Database database, ModuleHost host)
{
    /// <summary>The groups of addresses.</summary>
    /// <exception cref="DatabaseException">The database cannot be read.</exception>
    public TableSnapshot<AddressTable>? Addresses()
    {
        if (Columns(module.AddressTable, "address") is not { } there)
            return null;
        // The two families of servers name and fill this table in different ways.
        var address = there.Contains(module.AddressColumn) ? module.AddressColumn : module.AddressColumnToo;
        string[] all = [module.GroupColumn, address, module.MaskColumn, module.PortColumn, module.TagColumn, module.ProtocolColumn, module.PatternColumn, module.InfoColumn];
        var columns = all.Where(there.Contains).ToArray();
        return Begun(new TableSnapshot<AddressTable>(database, new SelectShape(module.AddressTable, columns, []),
            rows => new AddressTable(rows.Select(r => Entry(all.Select(c => Array.IndexOf(columns, c) is >= 0 and var i ? r[i] : null).ToArray())).OfType<AddressEntry>(),
                module.SubnetMatchMode == 1), AddressTable.Empty));
    }

    /// <summary>The trusted peers.</summary>
    /// <exception cref="DatabaseException">The database cannot be read.</exception>
    public TableSnapshot<TrustedTable>? Trusted()
    {
        if (Columns(module.TrustedTable, "trusted") is not { } there)
            return null;
        // Tables of earlier servers end with the From pattern or the tag.
        string[] all = [module.SourceColumn, module.ProtocolColumn, module.FromColumn, module.TagColumn, module.UriColumn, module.PriorityColumn];
        var columns = all.Where(there.Contains).ToArray();
        return Begun(new TableSnapshot<TrustedTable>(database, new SelectShape(module.TrustedTable, columns, []),
            rows => TrustedTable.Of(rows.Select(r => all.Select(c => Array.IndexOf(columns, c) is >= 0 and var i ? r[i] : null).ToArray()), host.CurrentScript(), host.Log),
            TrustedTable.Empty));
    }

    private TableSnapshot<T> Begun<T>(TableSnapshot<T> snapshot) where T : class
    {
        snapshot.Begin(host);
        return snapshot;
    }

    private IReadOnlyList<string>? Columns(string table, string schema)
    {
        if (table.Length == 0)
            return null;
        if (!database.IsShared)
            database.Ensure(StandardSchema.Find(schema)!, table);
        var columns = database.ColumnsOf(table);
        if (columns is null)
            host.Log.Write(LogLevel.Warning, $"permissions: {database.Url} has no table {table}; make it with \"scriptedsip db init URL\"");
        return columns;
    }

    private AddressEntry? Entry(object?[] row)
    {
        var tag = Text(row[4]);
        if (AddressEntry.TryMake(Number(row[0], 0), Text(row[1]), Number(row[2], -1), Number(row[3], 0), tag.Length > 0 ? tag : Text(row[7])) is { } entry)
        {
            return entry with
            {
                Protocol = TransportNames.Parse(Utf8Text.From(Text(row[5])).Span),
                Pattern = Utf8Text.From(Text(row[6])),
            };
        }
        host.Log.Write(LogLevel.Debug, $"permissions: {module.AddressTable}: \"{Text(row[1])}\" is no address with that mask and port; the row is left out");
        return null;
    }

    private static string Text(object? value) => value?.ToString() ?? "";

    private static int Number(object? value, int missing) => value is long number and >= int.MinValue and <= int.MaxValue ? (int)number : missing;
}
