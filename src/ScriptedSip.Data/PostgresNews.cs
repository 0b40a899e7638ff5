using Npgsql;

namespace ScriptedSip.Data;

/// <summary>
/// Listens to what other programs on the same PostgreSQL announce (LISTEN, NOTIFY), on a thread and a connection of its own. Engines that speak
/// PostgreSQL's protocol without these statements, or take them and tell nothing, are asked every second for what has changed.
/// </summary>
internal sealed class PostgresNews : IDisposable
{
    private const char Separator = '\u001e';
    private const int LargestPayload = 7000;
    private const int SurePeriod = 10_000;
    private const int PollPeriod = 1000;
    private const int TestPatience = 3000;

    // A connection whose other end is gone without a word looks like one on which nothing happens.
    private const int BeatPeriod = 2000;
    private const int BeatPatienceSeconds = 3;

    // Longer than a transaction may take from its clock reading to its end, and than clocks of servers differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _source;
    private readonly INewsFeed _feed;
    private readonly string _origin;
    private readonly HashSet<string> _news = [];
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _hasBegun = new();
    private NpgsqlConnection? _connection;
    private DateTime _seenUntil = DateTime.UtcNow;
    private volatile bool _isStopping;
    private bool _cannotListen;
    private bool _isHeard;

    /// <summary>Begins to listen; on return nothing that happens from now on is missed, unless the server cannot be reached.</summary>
    public PostgresNews(NpgsqlDataSource source, string origin, INewsFeed feed)
    {
        _source = source;
        _feed = feed;
        _origin = origin;
        _thread = new Thread(Run) { IsBackground = true, Name = "news from postgres" };
        _thread.Start();
        _hasBegun.Wait();
    }

    /// <summary>Announcements for the end of a transaction, as few as possible.</summary>
    public static IEnumerable<string> Payloads(string origin, IEnumerable<string> news)
    {
        var payload = origin;
        foreach (var one in news.Distinct())
        {
            if (payload.Length > origin.Length && System.Text.Encoding.UTF8.GetByteCount(payload) + System.Text.Encoding.UTF8.GetByteCount(one) > LargestPayload)
            {
                yield return payload;
                payload = origin;
            }
            payload += Separator + one;
        }
        if (payload.Length > origin.Length)
            yield return payload;
    }

    /// <summary>True for an engine's word that it has no such statement or function.</summary>
    public static bool IsUnknown(PostgresException e) => e.SqlState is "0A000" or "42601" or "42883";

    public void Dispose()
    {
        _isStopping = true;
        _connection?.Dispose();
        if (_thread.Join(1000))
            _hasBegun.Dispose();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            try
            {
                Follow();
            }
            catch (Exception e)
            {
                // Whatever it was, a new connection and a look at what has changed meanwhile put it right; the database says by itself that it is gone.
                if (e is PostgresException failure && IsUnknown(failure))
                    _cannotListen = true;
                _hasBegun.Set();
                if (!_isStopping)
                    Thread.Sleep(PollPeriod);
            }
        }
    }

    private void Follow()
    {
        if (!_cannotListen)
        {
            using var connection = _source.OpenConnection();
            _connection = connection;
            connection.Notification += (_, e) => Take(e.Payload);
            using (var listen = new NpgsqlCommand("LISTEN scriptedsip", connection))
                listen.ExecuteNonQuery();
            using (var test = new NpgsqlCommand("SELECT pg_notify('scriptedsip', $1)", connection) { Parameters = { new NpgsqlParameter { Value = _origin } } })
                test.ExecuteNonQuery();
            _cannotListen = !_isHeard && !connection.Wait(TestPatience);
            _hasBegun.Set();
            if (_cannotListen)
                return;
            using var beat = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = BeatPatienceSeconds };
            while (!_isStopping)
            {
                CatchUp();
                var sureAt = Environment.TickCount64 + SurePeriod;
                while (!_isStopping && sureAt - Environment.TickCount64 is > 0 and var left)
                {
                    if (!connection.Wait((int)Math.Min(left, BeatPeriod)))
                        beat.ExecuteNonQuery();
                    Deliver();
                }
            }
            return;
        }
        CatchUp();
        Thread.Sleep(PollPeriod);
    }

    private void CatchUp()
    {
        var now = DateTime.UtcNow;
        _feed.OnGap(_seenUntil - Overlap);
        _seenUntil = now;
    }

    private void Take(string payload)
    {
        _isHeard = true;
        var parts = payload.Split(Separator);
        if (parts[0] != _origin)
            _news.UnionWith(parts.Skip(1));
    }

    private void Deliver()
    {
        if (_news.Count == 0)
            return;
        _feed.OnNews(_news);
        _news.Clear();
    }
}
