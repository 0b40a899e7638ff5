using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>The usrloc module: keeps the bindings that the registrar makes.</summary>
internal sealed partial class UsrLocModule : ScriptModule, ILocationStore, IDatabaseUser
{
    private const int SweepPeriod = 1000;
    private const string InMemory = "single-instance-no-db";
    private const string WithDatabase = "single-instance-sql-write-back";

    private static readonly Dictionary<string, LocationMode> Presets = new()
    {
        [InMemory] = LocationMode.Memory,
        ["single-instance-sql-write-through"] = LocationMode.WriteThrough,
        [WithDatabase] = LocationMode.WriteBack,
        ["sql-only"] = LocationMode.DatabaseOnly,
    };

    private readonly Lock _adding = new();
    private LocationTable[] _tables = [];
    private LocationRules _rules = new();
    private ModuleHost _host = null!;

    [ModParam("use_domain", "1: an address-of-record is user and domain; 0: the user alone.")]
    public bool UsesDomain { get; set; }

    [ModParam("matching_mode", "Which contacts are the same binding: 0 equal contact URI, 1 and same Call-ID, 2 and same path, 3 same Call-ID alone.")]
    public int MatchingMode { get; set; }

    [ModParam("cseq_delay", "Seconds in which a REGISTER with an unchanged CSeq is taken as a retransmission; at least 0.")]
    public int CSeqDelay { get; set; } = 20;

    [ModParam("desc_time_order", "1: the newest contact comes first, whatever its q.")]
    public bool DescendingTimeOrder { get; set; }

    [ModParam("timer_interval", "Seconds in which every expired binding is removed once; at least 1.")]
    public int TimerInterval { get; set; } = 60;

    [ModParam("hash_size", "The number of separately locked parts of a table as a power of two, 1 to 16.")]
    public int HashSize { get; set; } = 10;

    [ModParam("working_mode_preset", "How OpenSIPS scripts choose db_mode: \"single-instance-no-db\" 0, \"single-instance-sql-write-through\" 1, \"single-instance-sql-write-back\" 2, \"sql-only\" 3.")]
    public string WorkingModePreset { get; set; } = "";

    /// <inheritdoc/>
    public string? DatabaseInUse => Mode == LocationMode.Memory ? null : DatabaseUrl.Length > 0 ? DatabaseUrl : Databases.Standard;

    private LocationMode Mode => Presets.TryGetValue(WorkingModePreset, out var preset) ? preset : (LocationMode)DatabaseMode;

    public override string? Validate(ScriptVersion script)
    {
        if (WorkingModePreset.Length > 0 && !Presets.ContainsKey(WorkingModePreset))
            return $"usrloc: working_mode_preset must be one of {string.Join(", ", Presets.Keys)}";
        if (DatabaseMode is < 0 or > 3)
            return "usrloc: db_mode must be from 0 to 3";
        if (MatchingMode is < 0 or > 3)
            return "usrloc: matching_mode must be from 0 to 3";
        if (CSeqDelay < 0)
            return "usrloc: cseq_delay must be 0 or more";
        if (TimerInterval < 1)
            return "usrloc: timer_interval must be 1 or more";
        return HashSize is < 1 or > 16 ? "usrloc: hash_size must be from 1 to 16" : null;
    }

    public override void Start(ModuleHost host)
    {
        _rules = new LocationRules((MatchingMode)MatchingMode, DescendingTimeOrder, CSeqDelay * 1000L);
        _host = host;
        if (Mode != LocationMode.Memory)
            UseDatabase(host);
        host.Export<ILocationStore>(this);
        host.Every(SweepPeriod, Sweep);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ILocationTable> Tables => Volatile.Read(ref _tables);

    /// <inheritdoc/>
    public ILocationTable Table(ReadOnlySpan<byte> name) => Find(name) ?? Add(name);

    private void Sweep(ScriptContext context)
    {
        foreach (var table in _tables)
            table.Sweep(context.Now, SweepPeriod, TimerInterval * 1000L);
    }

    // A script has one or two tables: comparing beats hashing.
    private LocationTable? Find(ReadOnlySpan<byte> name)
    {
        foreach (var table in Volatile.Read(ref _tables))
        {
            if (table.Name.Span.SequenceEqual(name))
                return table;
        }
        return null;
    }

    private LocationTable Add(ReadOnlySpan<byte> name)
    {
        lock (_adding)
        {
            if (Find(name) is { } there)
                return there;
            var title = Utf8Text.CopyOf(name).ToString();
            var table = Mode == LocationMode.Memory ? new LocationTable(title, _rules, HashSize) : NewStoredTable(title);
            Volatile.Write(ref _tables, [.. _tables, table]);
            return table;
        }
    }
}
