using ScriptedSip.Data;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Attributes;

/// <summary>The gflags module: flags of the whole server, and in SER 2.0 its attributes, <c>$g.name</c>, from a table that is read again every ten seconds.</summary>
internal sealed class GFlagsModule : GlobalFlags, IDatabaseUser
{
    private const string FlagsAttribute = "gflags";

    private Database? _database;

    [ModParam("initial", "Global flags at the start, as a number.")]
    public int Initial { get; set; }

    [ModParam("load_global_attrs", "1: attributes of the server are read from a table.")]
    public bool LoadsAttributes { get; set; }

    [ModParam("db_url", "The database with that table.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("global_attrs_table", "The table.")]
    public string Table { get; set; } = "global_attrs";

    [ModParam("global_attrs_name", "Column with the name.")]
    public string NameColumn { get; set; } = "name";

    [ModParam("global_attrs_type", "Column with the type: 0 number, 2 text.")]
    public string TypeColumn { get; set; } = "type";

    [ModParam("global_attrs_value", "Column with the value.")]
    public string ValueColumn { get; set; } = "value";

    [ModParam("global_attrs_flags", "Column with flags: 1 for the server, 2 disabled.")]
    public string FlagsColumn { get; set; } = "flags";

    /// <inheritdoc/>
    public string? DatabaseInUse => !LoadsAttributes ? null : DatabaseUrl.Length > 0 ? DatabaseUrl : Databases.Standard;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        SetAll((uint)Initial);
        if (DatabaseInUse is not { } url)
            return;
        _database = host.Import<Databases>()!.Open(url);
        var attributes = host.CurrentScript().GlobalAttributes;
        new TableSnapshot<object>(_database, new SelectShape(Table, [NameColumn, TypeColumn, ValueColumn, FlagsColumn], []), rows =>
        {
            attributes.Replace(rows.Where(static row => AttributeRows.IsUsable(row[3]))
                .Select(static row => (SerAttributes.ToWrite("g", row[0] as string ?? ""), AttributeRows.ValueOf(row[1], row[2]))));
            return attributes;
        }, attributes).Begin(host);
        if (attributes.Get(SerAttributes.ToWrite("g", FlagsAttribute)) is { IsInt: true } flags)
            SetAll((uint)flags.Number);
    }

    [SipFunction("flush_gflags", RouteKinds.Any, "Writes the flags into the table of attributes, where they are read at the next start; -1 when no table is read.")]
    public Outcome Flush(Frame frame)
    {
        if (_database is not { } database)
            return Outcome.False;
        object?[] values = [FlagsAttribute, 0L, All.ToString(System.Globalization.CultureInfo.InvariantCulture), AttributeRows.ForServer];
        var answer = frame.Await(_ => database.Ask(d =>
        {
            d.Apply([new Change(new ChangeShape(ChangeKind.Delete, Table, [NameColumn]), [FlagsAttribute]),
                new Change(new ChangeShape(ChangeKind.Insert, Table, [NameColumn, TypeColumn, ValueColumn, FlagsColumn]), values)]);
            return true;
        }), 5000);
        return Outcome.From(answer.IsAnswered);
    }
}
