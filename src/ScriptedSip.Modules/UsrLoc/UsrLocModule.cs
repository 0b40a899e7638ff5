using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>The usrloc module: keeps the bindings that the registrar makes. It has no functions of its own.</summary>
internal sealed partial class UsrLocModule : ScriptModule, ILocationStore
{
    private const int SweepPeriod = 1000;
    private const string InMemory = "single-instance-no-db";

    private readonly Lock _adding = new();
    private LocationTable[] _tables = [];
    private LocationRules _rules = new();

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

    [ModParam("working_mode_preset", "How OpenSIPS scripts choose where bindings live: \"single-instance-no-db\", in memory, is the one that can be used.")]
    public string WorkingModePreset { get; set; } = InMemory;

    public override string? Validate(ScriptVersion script)
    {
        if (WorkingModePreset != InMemory)
            return $"usrloc: only working_mode_preset \"{InMemory}\" can be used; database modes are not there yet";
        if (DatabaseMode != 0)
            return "usrloc: only db_mode 0 (bindings in memory) can be used; database modes are not there yet";
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
        host.Export<ILocationStore>(this);
        host.Every(SweepPeriod, Sweep);
    }

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
            var table = new LocationTable(Utf8Text.CopyOf(name).ToString(), _rules, HashSize);
            Volatile.Write(ref _tables, [.. _tables, table]);
            return table;
        }
    }
}
