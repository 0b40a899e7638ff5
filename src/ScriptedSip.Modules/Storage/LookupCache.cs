using System.Collections.Concurrent;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;

namespace ScriptedSip.Modules.Storage;

/// <summary>
/// Answers of one look-up, remembered for some seconds: a change in the database is seen after that time. Answers without rows are remembered
/// shorter. While the database is gone, old answers go on being given.
/// </summary>
internal sealed class LookupCache(Database database, SelectShape shape, IClock clock, int milliseconds, int capacity = 100_000)
{
    // Somebody new is let in soon after he was entered.
    private const int WithoutRows = 2000;

    private readonly ConcurrentDictionary<string, (long AskedAt, List<object?[]> Rows)> _answers = new(StringComparer.Ordinal);

    // A request waits for a look-up at most this long; after 500 ms its sender repeats it, after 32 s it gives up (RFC 3261 17.1.2.2).
    private const int WaitMilliseconds = 5000;

    /// <summary>The rows, remembered or asked for; null when there is no answer and the database does not give one.</summary>
    public List<object?[]>? Find(Frame frame, params string[] values)
    {
        if (_answers.TryGetValue(KeyOf(values), out var known) && IsFresh(known, milliseconds))
            return known.Rows;
        return FindAnew(frame, values) ?? known.Rows;
    }

    /// <summary>The rows as the database has them now; null when it does not answer.</summary>
    public List<object?[]>? FindAnew(Frame frame, params string[] values) => frame.Await(_ => Ask(values), WaitMilliseconds).Answer;

    /// <summary>How old the answer is, in milliseconds; the longest time when there is none.</summary>
    public long AgeOf(string[] values) => _answers.TryGetValue(KeyOf(values), out var answer) ? clock.Milliseconds - answer.AskedAt : long.MaxValue;

    private Task<List<object?[]>> Ask(string[] values) => database.Ask(d =>
    {
        var rows = d.Select(shape, values);
        if (_answers.Count >= capacity)
            MakeRoom();
        _answers[KeyOf(values)] = (clock.Milliseconds, rows);
        return rows;
    });

    private bool IsFresh((long AskedAt, List<object?[]> Rows) answer, int time) =>
        clock.Milliseconds - answer.AskedAt < (answer.Rows.Count == 0 ? Math.Min(time, WithoutRows) : time);

    private void MakeRoom()
    {
        foreach (var (key, answer) in _answers)
        {
            if (!IsFresh(answer, milliseconds))
                _answers.TryRemove(key, out _);
        }
        if (_answers.Count >= capacity)
            _answers.Clear();
    }

    private static string KeyOf(string[] values) => values.Length == 1 ? values[0] : string.Join('\0', values);
}
