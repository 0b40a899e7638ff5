using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Modules.AvpOps;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>db_ops: statements in SQL from a script, and their rows as @db.fetch.handle selects. Variables in a statement are bound as parameters.</summary>
internal sealed class DbOpsModule : DatabaseModule
{
    private const int WaitMilliseconds = 5000;

    private static readonly int ResultsSlot = Frame.ReserveSlot();

    private readonly List<string> _handles = [];
    private ScriptLog _log = null!;

    [ModParam("declare_handle", "A name for the rows of a query.")]
    public void DeclareHandle(string name) => _handles.Add(name.Trim());

    [ModParam("xlbuf_size", "Longest statement; there is no limit.", Ignored = true)]
    public int BufferSize { get; set; }

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _log = host.Log;
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("db_query", RouteKinds.Any, "Runs a statement in SQL; 1, or -1 when it fails or has no rows where some were asked for.")]
    public Outcome Query(Frame frame, SqlStatement statement) => Query(frame, statement, default);

    [SipFunction("db_query", RouteKinds.Any, "Runs a statement in SQL and keeps its rows under a handle until the run ends; 1, or -1 when it fails or there are none.")]
    public Outcome Query(Frame frame, SqlStatement statement, [Literal] Utf8Text handle)
    {
        var values = statement.Query.Values(frame);
        var answer = frame.Await(_ => Database!.Ask(d => d.Query(statement.Query.Statement, values)), WaitMilliseconds);
        if (answer.Failure is DatabaseException { IsUnavailable: false } failure)
            _log.Write(LogLevel.Error, $"db_ops: {failure.Message}");
        if (answer.Answer is not { } rows)
            return Outcome.False;
        if (!handle.IsEmpty)
            Results(frame)[handle.ToString()] = new OpenResult(rows);
        return Outcome.From(rows.Count > 0 || !statement.Query.IsQuestion);
    }

    [SipFunction("db_close", RouteKinds.Any, "Forgets the rows of a handle; 1, or -1 when it has none.")]
    public Outcome Close(Frame frame, [Literal] Utf8Text handle) => Outcome.From(Results(frame).Remove(handle.ToString()));

    [SipFunction("db_first", RouteKinds.Any, "Goes to the first row of a handle; -1 when there is none.")]
    public Outcome First(Frame frame, [Literal] Utf8Text handle) => Seek(frame, handle, 0);

    [SipFunction("db_next", RouteKinds.Any, "Goes to the next row of a handle; -1 behind the last.")]
    public Outcome Next(Frame frame, [Literal] Utf8Text handle) => Find(frame, handle.ToString()) is { } result ? Go(result, result.Position + 1) : Outcome.False;

    [SipFunction("db_seek", RouteKinds.Any, "Goes to a row of a handle, 0 being the first; -1 when there is none of that number.")]
    public Outcome Seek(Frame frame, [Literal] Utf8Text handle, int row) => Find(frame, handle.ToString()) is { } result ? Go(result, row) : Outcome.False;

    [SipFunction("db_foreach", RouteKinds.Any, "Runs a route for each row of a handle as long as it returns a positive number; the last return code, -1 when there are no rows.")]
    public Outcome ForEach(Frame frame, [Literal] Utf8Text handle, RouteRef route)
    {
        if (Find(frame, handle.ToString()) is not { Rows.Count: > 0 } result)
            return Outcome.False;
        frame.ReturnCode = 1;
        for (var row = 0; row < result.Rows.Count && frame is { ReturnCode: > 0, Stopped: false }; row++)
        {
            result.Position = row;
            route.Run(frame);
        }
        return new Outcome(frame.ReturnCode);
    }

    [SipFunction("db_proper", RouteKinds.Any, "Nothing has to be prepared before a query in a failure route here; 1 when there is a database to ask.")]
    public Outcome Prepare(Frame frame) => Outcome.From(Database is not null);

    [SipVariable("dbselect", "What @db.fetch.handle selects: count, is_empty, row_no, field[m] of the current row, row[n].field[m].")]
    public Value Select(Frame frame, Utf8Text what, int index)
    {
        var parts = what.ToString().Split('.');
        // The last index has been read already.
        if (parts[^1].IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket)
            parts[^1] = parts[^1][..bracket];
        if (parts.Length < 2 || parts[0] != "fetch" || Find(frame, parts[1]) is not { } result)
            return Value.Null;
        switch (parts.ElementAtOrDefault(2))
        {
            case "count":
                return Number(frame, result.Rows.Count);
            case "is_empty":
                return Number(frame, result.Rows.Count == 0 ? 1 : 0);
            case "row_no":
                return Number(frame, result.Position);
            case null:
                return Field(frame, result, result.Position, 0);
            case "field":
                return Field(frame, result, result.Position, index);
            case "row":
                return Field(frame, result, index, 0);
            case var row when row.StartsWith("row[", StringComparison.Ordinal) && int.TryParse(row[4..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return Field(frame, result, number, index);
            default:
                return Value.Null;
        }
    }

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script) => _handles.Exists(static name => name.Length == 0) ? "db_ops: declare_handle needs a name" : null;

    private static Value Field(Frame frame, OpenResult result, int row, int column)
    {
        if (row < 0)
            row += result.Rows.Count;
        if ((uint)row >= (uint)result.Rows.Count || (uint)column >= (uint)result.Rows[row].Length || result.Rows[row][column] is not { } value)
            return Value.Null;
        return value is long number ? Number(frame, number) : Value.FromText(Utf8Text.From(value is DateTime time ? SqlTime.Format(time) : Convert.ToString(value, CultureInfo.InvariantCulture)!));
    }

    // Selects are texts that may be compared with numbers.
    private static Value Number(Frame frame, long number) => Value.FromBoth(number, Value.FromInt(number).ToText(frame.Arena));

    private static Outcome Go(OpenResult result, int row)
    {
        if ((uint)row >= (uint)result.Rows.Count)
            return Outcome.False;
        result.Position = row;
        return Outcome.True;
    }

    private static OpenResult? Find(Frame frame, string handle) => (frame.Slot(ResultsSlot) as Dictionary<string, OpenResult>)?.GetValueOrDefault(handle);

    private static Dictionary<string, OpenResult> Results(Frame frame)
    {
        if (frame.Slot(ResultsSlot) is not Dictionary<string, OpenResult> results)
            frame.Slot(ResultsSlot) = results = new Dictionary<string, OpenResult>(StringComparer.Ordinal);
        return results;
    }

    private sealed class OpenResult(List<object?[]> rows)
    {
        public List<object?[]> Rows { get; } = rows;

        public int Position { get; set; }
    }
}

/// <summary>A statement in SQL with variables in SER's print format.</summary>
internal sealed class SqlStatement : IParsedArgument<SqlStatement>
{
    private static readonly string[] Verbs = ["select ", "insert ", "update ", "delete ", "replace "];

    public static string Form => "a statement in SQL with every quote closed; SER's own form with slashes is not read";

    public required AvpQuery Query { get; init; }

    public static SqlStatement? Parse(ArgumentText argument) =>
        Array.Exists(Verbs, verb => argument.Text.TrimStart().StartsWith(verb, StringComparison.OrdinalIgnoreCase)) && AvpQuery.From(argument.SplitPercent()) is { } query
            ? new SqlStatement { Query = query }
            : null;
}
