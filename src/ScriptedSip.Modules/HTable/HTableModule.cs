using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.HTable;

/// <summary>htable: tables all messages share, as <c>$sht(table=>name)</c>.</summary>
internal sealed partial class HTableModule : ScriptModule
{
    private const int WaitMilliseconds = 5000;
    private const string ExpiredEvent = "htable:expired:";

    // The value a run of event_route[htable:expired:table] is about.
    [ThreadStatic]
    private static (byte[] Key, Value Value)? s_ended;

    private ScriptTable[] _tables = [];
    private ModuleHost _host = null!;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        _host = host;
        if (DatabaseInUse is { } url)
        {
            var database = host.Import<Databases>()!.Open(url);
            foreach (var table in _tables.Where(table => table.DatabaseTable.Length > 0 && _before?.Find(table.NameBytes)?.DatabaseTable != table.DatabaseTable))
                Fill(database, table);
        }
        // Tables that stay keep what is in them, whatever a database has had of them when the program started.
        foreach (var table in _tables)
        {
            foreach (var (key, entry) in _before?.Find(table.NameBytes)?.All(host.Clock.Milliseconds) ?? [])
                table.Keep(key, entry);
        }
        host.Every(SearchSeconds * 1000, TakeEnded);
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running)
    {
        _before = (HTableModule)running;
        return null;
    }

    [SipVariable("sht", "A value of a table, as $sht(table=>name); null, or the table's initval, when it has none. Assigning null removes it.", Setter = nameof(SetValue))]
    public Value GetValue(Frame frame, Utf8Text name, int index) =>
        TryFind(name, out var table, out var key) ? table.Get(key, Now(frame)) : Value.Null;

    public bool SetValue(Frame frame, Utf8Text name, int index, AssignKind kind, in Value value)
    {
        if (!TryFind(name, out var table, out var key))
            return false;
        table.Set(key, value, Now(frame));
        return true;
    }

    [SipVariable("shtex", "Seconds a value of a table has left, 0 for one that does not end; null when there is none.", Setter = nameof(SetTimeLeft))]
    public Value GetTimeLeft(Frame frame, Utf8Text name, int index)
    {
        var left = TryFind(name, out var table, out var key) ? table.TimeLeft(key, Now(frame)) : -1;
        return left < 0 ? Value.Null : Value.FromInt((left + 999) / 1000);
    }

    public bool SetTimeLeft(Frame frame, Utf8Text name, int index, AssignKind kind, in Value value) =>
        value is { IsInt: true, Number: >= 0 } && TryFind(name, out var table, out var key) && table.SetTimeLeft(key, value.Number * 1000, Now(frame));

    [SipVariable("shtinc", "Adds 1 to a number in a table, from its initval or 0 on, and is the sum.")]
    public Value Increment(Frame frame, Utf8Text name, int index) => TryFind(name, out var table, out var key) ? table.Add(key, 1, Now(frame)) : Value.Null;

    [SipVariable("shtdec", "Takes 1 from a number in a table, from its initval or 0 on, and is the difference.")]
    public Value Decrement(Frame frame, Utf8Text name, int index) => TryFind(name, out var table, out var key) ? table.Add(key, -1, Now(frame)) : Value.Null;

    [SipVariable("shtcn", "How many names of a table match: $shtcn(table=>expression), ~%text for names that begin so.")]
    public Value CountNames(Frame frame, Utf8Text name, int index) => Count(frame, name, ofValues: false);

    [SipVariable("shtcv", "How many values of a table match: $shtcv(table=>expression), ~%text for values that begin so, eqi:n, nei:n, lti:n, gti:n for numbers.")]
    public Value CountValues(Frame frame, Utf8Text name, int index) => Count(frame, name, ofValues: true);

    [SipVariable("shtrecord", "In event_route[htable:expired:table] the name (key) or the value that has ended.")]
    public Value Ended(Frame frame, Utf8Text part, int index) => s_ended is not var (key, value) ? Value.Null
        : part.Span.SequenceEqual("key"u8) ? Value.FromText(new Utf8Text(key)) : value;

    [SipFunction("sht_rm", RouteKinds.Any, "Removes a name from a table; 1, or -1 when there is no such table.")]
    public Outcome Remove(Frame frame, Utf8Text table, Utf8Text name)
    {
        var found = Find(table.Span);
        found?.Remove(name.Span);
        return Outcome.From(found is not null);
    }

    [SipFunction("sht_reset", RouteKinds.Any, "Empties a table; 1, or -1 when there is none of that name.")]
    public Outcome Reset(Frame frame, Utf8Text table)
    {
        var found = Find(table.Span);
        found?.Clear();
        return Outcome.From(found is not null);
    }

    [SipFunction("sht_lock", RouteKinds.Any, "Waits until no other run holds this name, table=>name, and holds it until it is unlocked or the run ends; -1 after five seconds.")]
    public Outcome Lock(Frame frame, Utf8Text name) =>
        Outcome.From(TryFind(name, out var table, out var key) && table.Locks.Enter(frame, System.Text.Encoding.UTF8.GetString(key), WaitMilliseconds));

    [SipFunction("sht_unlock", RouteKinds.Any, "Lets go of a name, table=>name; 1.")]
    public Outcome Unlock(Frame frame, Utf8Text name)
    {
        if (TryFind(name, out var table, out var key))
            table.Locks.Leave(frame, System.Text.Encoding.UTF8.GetString(key));
        return Outcome.True;
    }

    [SipFunction("sht_inc", RouteKinds.Any, "Adds 1 to a number in a table; the sum when it is above 0, else -1.")]
    public Outcome Add(Frame frame, Utf8Text table, Utf8Text name) => Changed(Find(table.Span)?.Add(name.Span, 1, Now(frame)) ?? Value.Null);

    [SipFunction("sht_dec", RouteKinds.Any, "Takes 1 from a number in a table; the difference when it is above 0, else -1.")]
    public Outcome Subtract(Frame frame, Utf8Text table, Utf8Text name) => Changed(Find(table.Span)?.Add(name.Span, -1, Now(frame)) ?? Value.Null);

    [ResultMatters]
    [SipFunction("sht_is_null", RouteKinds.Any, "1 when a name of a table has no value, else -1.")]
    public Outcome IsNull(Frame frame, Utf8Text table, Utf8Text name) => Outcome.From(Find(table.Span) is not { } found || found.TimeLeft(name.Span, Now(frame)) < 0);

    [SipFunction("sht_setxs", RouteKinds.Any, "Gives a name of a table a text that ends after some seconds, 0 for never; 1, or -1 when there is no such table.")]
    public Outcome SetText(Frame frame, Utf8Text table, Utf8Text name, Utf8Text value, int seconds) => Set(frame, table, name, Value.FromText(value), seconds);

    [SipFunction("sht_setxi", RouteKinds.Any, "Gives a name of a table a number that ends after some seconds, 0 for never; 1, or -1 when there is no such table.")]
    public Outcome SetNumber(Frame frame, Utf8Text table, Utf8Text name, int value, int seconds) => Set(frame, table, name, Value.FromInt(value), seconds);

    /// <summary>A table by its name; null when no parameter declares it.</summary>
    internal ScriptTable? Find(ReadOnlySpan<byte> name)
    {
        foreach (var table in _tables)
        {
            if (name.SequenceEqual(table.NameBytes))
                return table;
        }
        return null;
    }

    private static long Now(Frame frame) => frame.Context.Clock.Milliseconds;

    private static Outcome Changed(in Value value) => value is { IsInt: true, Number: > 0 and <= int.MaxValue } ? new Outcome((int)value.Number) : Outcome.False;

    private Outcome Set(Frame frame, Utf8Text table, Utf8Text name, in Value value, int seconds)
    {
        if (Find(table.Span) is not { } found || seconds < 0)
            return Outcome.False;
        found.Set(name.Span, value, Now(frame));
        return Outcome.From(found.SetTimeLeft(name.Span, seconds * 1000L, Now(frame)));
    }

    // "table=>name"; early scripts write "table::name" as well.
    private bool TryFind(Utf8Text name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ScriptTable? table, out ReadOnlySpan<byte> key)
    {
        var text = name.Span;
        var arrow = text.IndexOf("=>"u8);
        if (arrow < 0)
            arrow = text.IndexOf("::"u8);
        table = arrow < 0 ? null : Find(text[..arrow].Trim((byte)' '));
        key = arrow < 0 ? default : text[(arrow + 2)..];
        return table is not null;
    }

    private void TakeEnded(ScriptContext context)
    {
        foreach (var table in _tables)
        {
            var ended = table.TakeEnded(_host.Clock.Milliseconds);
            if (ended.Count == 0 || _host.CurrentScript().FindRoute(RouteKinds.Event, ExpiredEvent + table.Name) is not { } route)
                continue;
            foreach (var (key, entry) in ended)
            {
                s_ended = (key, entry.Value);
                _host.Import<IOwnRuns>()!.Run(context, route, RouteKinds.Event);
                s_ended = null;
            }
        }
    }
}
