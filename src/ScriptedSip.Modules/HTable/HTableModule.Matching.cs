using System.Buffers.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.HTable;

/// <summary>What htable does with many values at once: look for, count, remove and go through them.</summary>
internal sealed partial class HTableModule
{
    private static readonly int IterationsSlot = Frame.ReserveSlot();

    [SipFunction("sht_rm_name_re", RouteKinds.Any, "Removes the names of a table that match, table=>expression; 1, or -1 when there is no such table or the expression is none.")]
    public Outcome RemoveMatchingNames(Frame frame, Utf8Text pattern) => Outcome.From(TryFind(pattern, out var table, out var expression) && Remove(frame, table, "re"u8, expression, ofValues: false));

    [SipFunction("sht_rm_value_re", RouteKinds.Any, "Removes the names of a table whose values match, table=>expression; 1, or -1 when there is no such table or the expression is none.")]
    public Outcome RemoveMatchingValues(Frame frame, Utf8Text pattern) => Outcome.From(TryFind(pattern, out var table, out var expression) && Remove(frame, table, "re"u8, expression, ofValues: true));

    [SipFunction("sht_rm_name", RouteKinds.Any, "Removes the names of a table that match (re), begin with (sw), equal (eq) or do not equal (ne) a text; -1 when there is no such table.")]
    public Outcome RemoveNames(Frame frame, Utf8Text table, Utf8Text operation, Utf8Text text) => Outcome.From(Find(table.Span) is { } found && Remove(frame, found, operation.Span, text.Span, ofValues: false));

    [SipFunction("sht_rm_value", RouteKinds.Any, "Removes the names of a table whose values match (re), begin with (sw), equal (eq) or do not equal (ne) a text; -1 when there is no such table.")]
    public Outcome RemoveValues(Frame frame, Utf8Text table, Utf8Text operation, Utf8Text text) => Outcome.From(Find(table.Span) is { } found && Remove(frame, found, operation.Span, text.Span, ofValues: true));

    [ResultMatters]
    [SipFunction("sht_match_name", RouteKinds.Any, "1 when a name of a table matches (re), begins with (sw), equals (eq) or does not equal (ne) a text, else -1.", Aliases = "sht_has_name")]
    public Outcome HasName(Frame frame, Utf8Text table, Utf8Text operation, Utf8Text text) => Outcome.From(Find(table.Span) is { } found && Matching(frame, found, operation.Span, text.Span, ofValues: false).Count > 0);

    [ResultMatters]
    [SipFunction("sht_match_str_value", RouteKinds.Any, "1 when a value of a table matches (re), begins with (sw), equals (eq) or does not equal (ne) a text, else -1.", Aliases = "sht_has_str_value")]
    public Outcome HasValue(Frame frame, Utf8Text table, Utf8Text operation, Utf8Text text) => Outcome.From(Find(table.Span) is { } found && Matching(frame, found, operation.Span, text.Span, ofValues: true).Count > 0);

    [SipFunction("sht_print", RouteKinds.Any, "Writes all tables to the log; 1.")]
    public Outcome Print(Frame frame)
    {
        foreach (var table in _tables)
        {
            foreach (var (key, entry) in table.All(Now(frame)))
                _host.Log.Write(LogLevel.Info, $"{table.Name}=>{System.Text.Encoding.UTF8.GetString(key)}: {entry.Value}");
        }
        return Outcome.True;
    }

    [SipFunction("sht_iterator_start", RouteKinds.Any, "Begins to go through a table as it is now, under a name of its own; 1, or -1 when there is no such table.")]
    public Outcome Begin(Frame frame, Utf8Text iteration, Utf8Text table)
    {
        if (Find(table.Span) is not { } found)
            return Outcome.False;
        Iterations(frame)[iteration.ToString()] = new TableIteration(found, [.. found.All(Now(frame))]);
        return Outcome.True;
    }

    [SipFunction("sht_iterator_next", RouteKinds.Any, "Goes to the next name: $shtitkey(iteration), $shtitval(iteration); -1 behind the last.")]
    public Outcome Next(Frame frame, Utf8Text iteration) => Outcome.From(Iteration(frame, iteration) is { } current && ++current.Position < current.Entries.Count);

    [SipFunction("sht_iterator_end", RouteKinds.Any, "Ends going through a table; 1, or -1 when nobody does under that name.")]
    public Outcome End(Frame frame, Utf8Text iteration) => Outcome.From(Iterations(frame).Remove(iteration.ToString()));

    [SipFunction("sht_iterator_rm", RouteKinds.Any, "Removes the name at hand from its table; -1 when there is none.")]
    public Outcome RemoveCurrent(Frame frame, Utf8Text iteration) => Outcome.From(Iteration(frame, iteration) is { Current: var (key, _) } current && current.Table.Remove(key));

    [SipFunction("sht_iterator_setex", RouteKinds.Any, "Lets the value at hand end after some seconds, 0 for never; -1 when there is none.")]
    public Outcome SetCurrentTime(Frame frame, Utf8Text iteration, int seconds) =>
        Outcome.From(seconds >= 0 && Iteration(frame, iteration) is { Current: var (key, _) } current && current.Table.SetTimeLeft(key, seconds * 1000L, Now(frame)));

    [SipFunction("sht_iterator_sets", RouteKinds.Any, "Gives the name at hand a text; -1 when there is none.")]
    public Outcome SetCurrent(Frame frame, Utf8Text iteration, Utf8Text value) => SetCurrent(frame, iteration, Value.FromText(value));

    [SipFunction("sht_iterator_seti", RouteKinds.Any, "Gives the name at hand a number; -1 when there is none.")]
    public Outcome SetCurrent(Frame frame, Utf8Text iteration, int value) => SetCurrent(frame, iteration, Value.FromInt(value));

    [SipVariable("shtitkey", "The name at hand while a table is gone through; null for none.")]
    public Value CurrentKey(Frame frame, Utf8Text iteration, int index) =>
        Iteration(frame, iteration)?.Current is var (key, _) ? Value.FromText(new Utf8Text(key)) : Value.Null;

    [SipVariable("shtitval", "The value at hand while a table is gone through; null for none.")]
    public Value CurrentValue(Frame frame, Utf8Text iteration, int index) => Iteration(frame, iteration)?.Current is var (_, entry) ? entry.Value : Value.Null;

    private static Outcome SetCurrent(Frame frame, Utf8Text iteration, in Value value)
    {
        if (Iteration(frame, iteration) is not { Current: var (key, _) } current)
            return Outcome.False;
        current.Table.Set(key, value, Now(frame));
        return Outcome.True;
    }

    private bool Remove(Frame frame, ScriptTable table, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> text, bool ofValues)
    {
        var isKnown = IsOperation(operation) && (!operation.SequenceEqual("re"u8) || Pattern(text) is not null);
        if (isKnown)
        {
            foreach (var key in Matching(frame, table, operation, text, ofValues))
                table.Remove(key);
        }
        return isKnown;
    }

    private Value Count(Frame frame, Utf8Text name, bool ofValues)
    {
        if (!TryFind(name, out var table, out var text))
            return Value.Null;
        if (text.StartsWith("~%"u8))
            return Value.FromInt(Matching(frame, table, "sw"u8, text[2..], ofValues).Count);
        if (text.StartsWith("~~"u8))
            return Value.FromInt(Matching(frame, table, "re"u8, text[2..], ofValues).Count);
        if (ofValues && text.Length > 4 && text[3] == ':' && Utf8Parser.TryParse(text[4..], out long number, out _))
        {
            var operation = text[..3];
            var count = 0;
            foreach (var (_, entry) in table.All(Now(frame)))
            {
                if (entry.Value.IsInt && Compares(entry.Value.Number, operation, number))
                    count++;
            }
            return Value.FromInt(count);
        }
        return Value.FromInt(Matching(frame, table, "re"u8, text, ofValues).Count);
    }

    private List<byte[]> Matching(Frame frame, ScriptTable table, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> text, bool ofValues)
    {
        var found = new List<byte[]>();
        var pattern = operation.SequenceEqual("re"u8) ? Pattern(text) : null;
        if (!IsOperation(operation) || (pattern is null && operation.SequenceEqual("re"u8)))
            return found;
        foreach (var (key, entry) in table.All(Now(frame)))
        {
            var candidate = ofValues ? entry.Value.ToText(frame.Arena).Span : key;
            if (pattern is not null ? pattern.IsMatch(frame, candidate) : Matches(candidate, operation, text))
                found.Add(key);
        }
        return found;
    }

    private static bool Matches(ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> operation, ReadOnlySpan<byte> text) =>
        operation.SequenceEqual("sw"u8) ? candidate.StartsWith(text) : candidate.SequenceEqual(text) == operation.SequenceEqual("eq"u8);

    private static bool Compares(long value, ReadOnlySpan<byte> operation, long number) =>
        operation.SequenceEqual("eqi"u8) ? value == number
        : operation.SequenceEqual("nei"u8) ? value != number
        : operation.SequenceEqual("lti"u8) ? value < number
        : operation.SequenceEqual("gti"u8) && value > number;

    private static bool IsOperation(ReadOnlySpan<byte> operation) =>
        operation.SequenceEqual("re"u8) || operation.SequenceEqual("sw"u8) || operation.SequenceEqual("eq"u8) || operation.SequenceEqual("ne"u8);

    private BytePattern? Pattern(ReadOnlySpan<byte> text) => _host.CurrentScript().CompilePattern(System.Text.Encoding.UTF8.GetString(text), out _);

    private static TableIteration? Iteration(Frame frame, Utf8Text name) => (frame.Slot(IterationsSlot) as Dictionary<string, TableIteration>)?.GetValueOrDefault(name.ToString());

    private static Dictionary<string, TableIteration> Iterations(Frame frame)
    {
        if (frame.Slot(IterationsSlot) is not Dictionary<string, TableIteration> iterations)
            frame.Slot(IterationsSlot) = iterations = new Dictionary<string, TableIteration>(StringComparer.Ordinal);
        return iterations;
    }

    private sealed class TableIteration(ScriptTable table, List<KeyValuePair<byte[], TableEntry>> entries)
    {
        public ScriptTable Table { get; } = table;

        public List<KeyValuePair<byte[], TableEntry>> Entries { get; } = entries;

        public int Position { get; set; } = -1;

        public KeyValuePair<byte[], TableEntry>? Current => Position >= 0 && Position < Entries.Count ? Entries[Position] : null;
    }
}
