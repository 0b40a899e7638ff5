using System.Globalization;
using System.Text.Json;
using ScriptedSip.Data;

namespace ScriptedSip.Server.Tables;

/// <summary>A call, from its INVITE to its BYE.</summary>
/// <param name="CallId">Call-ID.</param>
/// <param name="Caller">URI of From; empty when the table does not say.</param>
/// <param name="Callee">URI of To.</param>
/// <param name="RequestUri">Request-URI as the script left it.</param>
/// <param name="Start">When the INVITE was answered, UTC.</param>
/// <param name="End">When the BYE was answered; null while the call goes on, or when its BYE was never seen.</param>
internal sealed record CallRecord(string CallId, string Caller, string Callee, string RequestUri, DateTime Start, DateTime? End)
{
    /// <summary>Seconds.</summary>
    public double? Duration => (End - Start)?.TotalSeconds;
}

/// <summary>
/// Puts calls together from the rows of acc: an INVITE that was answered with 2xx and the first BYE after it with the same Call-ID and tags, in
/// either order, as either party may hang up.
/// </summary>
internal static class CallRecords
{
    private static readonly string[] Needed = ["method", "from_tag", "to_tag", "callid", "sip_code", "time"];

    public static List<CallRecord> Read(Database database, string table)
    {
        var known = database.ColumnsOf(table) ?? throw new DatabaseException($"{database.Url} has no table {table}");
        string[] parties = known.Contains("caller") ? ["caller", "callee", "request_uri"] : [];
        var rows = database.Select(new SelectShape(table, [.. Needed, .. parties], []))
            .Select(r => (Row: r, Time: SqlTime.Parse(r[5]))).Where(r => r.Time is not null).OrderBy(r => r.Time).ToList();
        var calls = new List<CallRecord>();
        var open = new Dictionary<(string, string, string), int>();
        foreach (var (row, time) in rows)
        {
            if (Text(row, 0) == "INVITE" && Text(row, 4).StartsWith('2'))
            {
                // A re-INVITE is no new call.
                if (!open.TryAdd(KeyOf(row), calls.Count))
                    continue;
                calls.Add(new CallRecord(Text(row, 3), Text(row, 6), Text(row, 7), Text(row, 8), time!.Value, null));
            }
            else if (Text(row, 0) == "BYE" && open.Remove(KeyOf(row), out var call))
            {
                calls[call] = calls[call] with { End = time };
            }
        }
        return calls;
    }

    /// <summary>Writes them as text, csv or json.</summary>
    public static void Write(List<CallRecord> calls, string format, TextWriter output)
    {
        switch (format)
        {
            case "csv":
                output.WriteLine("start,end,duration,caller,callee,request_uri,callid");
                foreach (var call in calls)
                    output.WriteLine(string.Join(',', Fields(call).Select(Quoted)));
                break;
            case "json":
                using (var writer = new Utf8JsonWriter(new TextStream(output), new JsonWriterOptions { Indented = true }))
                    WriteJson(writer, calls);
                output.WriteLine();
                break;
            default:
                foreach (var call in calls)
                {
                    var duration = call.Duration is { } seconds ? Seconds(seconds) + " s" : "not ended";
                    output.WriteLine($"{Fields(call)[0]}  {duration,12}  {call.Caller} -> {call.Callee}  {call.CallId}");
                }
                break;
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, List<CallRecord> calls)
    {
        writer.WriteStartArray();
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("start", call.Start);
            if (call.End is { } end)
            {
                writer.WriteString("end", end);
                writer.WriteNumber("duration", Math.Round(call.Duration!.Value, 3));
            }
            writer.WriteString("caller", call.Caller);
            writer.WriteString("callee", call.Callee);
            writer.WriteString("request_uri", call.RequestUri);
            writer.WriteString("callid", call.CallId);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static string[] Fields(CallRecord call) =>
    [
        SqlTime.Format(call.Start), call.End is { } end ? SqlTime.Format(end) : "", call.Duration is { } seconds ? Seconds(seconds) : "",
        call.Caller, call.Callee, call.RequestUri, call.CallId,
    ];

    private static string Seconds(double seconds) => Math.Round(seconds, 3).ToString("0.0##", CultureInfo.InvariantCulture);

    // RFC 4180; a field that a spreadsheet would take for a formula gets an apostrophe, since callers choose their names.
    private static string Quoted(string field)
    {
        if (field.Length > 0 && "=+-@".Contains(field[0], StringComparison.Ordinal))
            field = "'" + field;
        return field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
    }

    private static (string, string, string) KeyOf(object?[] row)
    {
        var (one, other) = (Text(row, 1), Text(row, 2));
        return string.CompareOrdinal(one, other) < 0 ? (Text(row, 3), one, other) : (Text(row, 3), other, one);
    }

    private static string Text(object?[] row, int column) => column < row.Length ? Convert.ToString(row[column], CultureInfo.InvariantCulture) ?? "" : "";

    /// <summary>UTF-8 into a text writer.</summary>
    private sealed class TextStream(TextWriter output) : MemoryStream
    {
        public override void Flush()
        {
            output.Write(System.Text.Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length));
            SetLength(0);
        }
    }
}
