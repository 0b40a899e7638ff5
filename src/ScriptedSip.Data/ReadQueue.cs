using System.Collections.Concurrent;

namespace ScriptedSip.Data;

/// <summary>Questions to one database, answered by a few threads of their own, each with its connection.</summary>
internal sealed class ReadQueue : IDisposable
{
    private const int Threads = 4;
    private const int LargestQueue = 10_000;

    private readonly Database _database;
    private readonly BlockingCollection<Action> _questions = new(LargestQueue);

    public ReadQueue(Database database)
    {
        _database = database;
        for (var i = 0; i < Threads; i++)
            new Thread(Run) { IsBackground = true, Name = $"reads from {database.Url.Scheme} #{i}" }.Start();
    }

    public Task<T> Ask<T>(Func<Database, T> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isTaken = !_questions.IsAddingCompleted && _questions.TryAdd(() =>
        {
            try
            {
                answer.SetResult(work(_database));
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        if (!isTaken)
            answer.SetException(new DatabaseException($"{_database.Url}: too many questions are waiting", isUnavailable: true));
        return answer.Task;
    }

    public void Dispose() => _questions.CompleteAdding();

    private void Run()
    {
        foreach (var question in _questions.GetConsumingEnumerable())
            question();
    }
}
