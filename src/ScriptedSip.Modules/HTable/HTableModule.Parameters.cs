using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.HTable;

/// <summary>Parameters of htable, and how its tables are filled.</summary>
internal sealed partial class HTableModule : IDatabaseUser
{
    private const string Alone = "Tables are not copied to other servers.";

    private string? _mistake;

    [ModParam("htable", "A table as \"name=>autoexpire=120;updateexpire=0;initval=0;dbtable=name;dbmode=0;cols='key,value'\": seconds a value lives, whether a new value begins a new life, what names have at first, where it is filled from, whether it is written back there when the program ends. size and dmqreplicate have no meaning here.")]
    public void AddTable(string text)
    {
        var arrow = text.IndexOf("=>", StringComparison.Ordinal);
        var name = (arrow < 0 ? text : text[..arrow]).Trim();
        var table = new ScriptTable(name);
        foreach (var field in (arrow < 0 ? "" : text[(arrow + 2)..]).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (field.Split('=', 2, StringSplitOptions.TrimEntries) is not [var key, var value] || !Read(table, key, value.Trim('\'', '"')))
                _mistake ??= $"htable: '{field}' in the table {name} is not understood";
        }
        if (name.Length == 0 || Find(table.NameBytes) is not null)
            _mistake ??= name.Length == 0 ? $"htable: \"{text}\" names no table; it is written name=>autoexpire=120" : $"htable: there are two tables {name}";
        _tables = [.. _tables, table];
    }

    [ModParam("db_url", "The database tables with a dbtable are filled from at the start.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("key_name_column", "Column with the name.")]
    public string NameColumn { get; set; } = "key_name";

    [ModParam("value_type_column", "Column with the type of the value: 0 text, 1 number.")]
    public string TypeColumn { get; set; } = "value_type";

    [ModParam("key_value_column", "Column with the value.")]
    public string ValueColumn { get; set; } = "key_value";

    [ModParam("timer_interval", "Seconds between two searches for values that have ended, at least 1; they count no more from their end on.")]
    public int SearchSeconds { get; set; } = 20;

    [ModParam("key_type_column", "Column that says which names are lists; each row is one value here.", Ignored = true)]
    public string KeyTypeColumn { get; set; } = "key_type";

    [ModParam("array_size_suffix", "Lists have no entry with their size.", Ignored = true)]
    public string SizeSuffix { get; set; } = "";

    [ModParam("fetch_rows", "A table is read at once.", Ignored = true)]
    public int RowsAtOnce { get; set; }

    [ModParam("expires_column", "Column with the time a value ends, in seconds since 1970; 0 for never.")]
    public string ExpiresColumn { get; set; } = "expires";

    [ModParam("db_expires", "1: the database keeps when values end; 0: from a database they live as long as others.")]
    public bool KeepsEnds { get; set; }

    [ModParam("timer_procs", "The clock has its thread.", Ignored = true)]
    public int TimerProcesses { get; set; }

    [ModParam("enable_dmq", Alone, Ignored = true)]
    public int EnablesDmq { get; set; }

    [ModParam("dmq_init_sync", Alone, Ignored = true)]
    public int AsksDmq { get; set; }

    [ModParam("dmq_peer_id", Alone, Ignored = true)]
    public string DmqPeer { get; set; } = "";

    [ModParam("event_callback", "Events run the blocks named after them.", Ignored = true)]
    public string EventCallback { get; set; } = "";

    [ModParam("event_callback_mode", "Events run the blocks named after them.", Ignored = true)]
    public int EventCallbackMode { get; set; }

    /// <inheritdoc/>
    public string? DatabaseInUse => !Array.Exists(_tables, static table => table.DatabaseTable.Length > 0) ? null : DatabaseUrl.Length > 0 ? DatabaseUrl : Databases.Standard;

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script) => _mistake ?? (SearchSeconds < 1 ? "htable: timer_interval must be at least 1" : null);

    private static bool Read(ScriptTable table, string key, string value)
    {
        var isNumber = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        switch (key)
        {
            case "autoexpire" when isNumber && number >= 0:
                table.Lifetime = number * 1000L;
                return true;
            case "updateexpire" when isNumber:
                table.RenewsLife = number != 0;
                return true;
            case "initval":
                table.Initial = isNumber ? Value.FromInt(number) : Value.FromText(Utf8Text.From(value));
                return true;
            case "dbtable":
                table.DatabaseTable = value;
                return true;
            case "cols":
                table.Columns = value.Split(',', StringSplitOptions.TrimEntries);
                return table.Columns.Length >= 2;
            case "dbmode" when isNumber:
                table.IsWrittenBack = number != 0;
                return true;
            default:
                return key is "size" or "dmqreplicate" or "coldelim" or "colnull";
        }
    }
}
