namespace ScriptedSip.Data;

/// <summary>The databases of the program, each opened once however many modules use it, behind the redirections of the command line.</summary>
/// <param name="redirects">From a scheme to the URL that takes its place.</param>
public sealed class Databases(IReadOnlyDictionary<string, string> redirects) : IDisposable
{
    // What scripts for other servers may name; anything else is a slip of the pen.
    private static readonly string[] OfOthers = ["mysql", "mariadb", "unixodbc", "odbc", "oracle", "berkeley", "virtual", "cluster", "http", "perlvdb", "cassandra", "mongodb", "redis"];

    private readonly Dictionary<DatabaseUrl, Database> _open = [];
    private readonly Lock _gate = new();

    /// <summary>In the place of a URL: the database of modules that are given none.</summary>
    public const string Standard = "standard:";

    // What the dialect's own modules take when nobody names a database.
    private const string StandardOfTheDialect = "mysql://localhost/openser";

    /// <summary>What <see cref="Standard"/> stands for; empty for the dialect's own, which --db-url can put elsewhere.</summary>
    public string StandardUrl { get; init; } = "";

    /// <summary>What stands between the values of a row in a flat file.</summary>
    public char FlatDelimiter { get; set; } = '|';

    /// <summary>Told what an operator should know.</summary>
    public Action<string>? OnNews { get; init; }

    /// <summary>Why a URL cannot be used; null when it can.</summary>
    /// <param name="url">The URL as a script has it.</param>
    /// <param name="reads">True for somebody who does not only add rows.</param>
    public string? Refusal(string url, bool reads = true)
    {
        if (Find(url, out var refusal) is not { } found)
            return refusal;
        return reads && found.IsWriteOnly ? $"{found} can only be written to: accounting can use it, a module that looks something up cannot" : null;
    }

    /// <summary>The database of a URL. Nothing is connected before it is used.</summary>
    /// <exception cref="DatabaseException">The URL cannot be used.</exception>
    public Database Open(string url)
    {
        var parsed = Find(url, out var refusal) ?? throw new DatabaseException(refusal!);
        lock (_gate)
        {
            if (_open.TryGetValue(parsed, out var there))
                return there;
            Database database = parsed.Scheme switch
            {
                "sqlite" => new SqliteDatabase(parsed),
                "text" => new TextDatabase(parsed),
                "flatstore" => new FlatDatabase(parsed, () => FlatDelimiter),
                _ => new PostgresDatabase(parsed),
            };
            database.OnNews = OnNews;
            _open.Add(parsed, database);
            return database;
        }
    }

    /// <summary>Closes all, after what waits to be written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var database in _open.Values)
                database.Dispose();
            _open.Clear();
        }
    }

    private DatabaseUrl? Find(string url, out string? refusal)
    {
        refusal = null;
        if (url == Standard)
            url = StandardUrl.Length > 0 ? StandardUrl : StandardOfTheDialect;
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && (redirects.TryGetValue(url[..colon], out var target) || redirects.TryGetValue(DatabaseUrl.CanonicalScheme(url[..colon]), out target)))
            url = target;
        if (DatabaseUrl.Parse(url) is not { } parsed)
        {
            // A URL nobody understands may hold a password anywhere.
            refusal = "a database URL cannot be read; it is written sqlite:///path, postgres://user:password@host/name or text:///directory";
            return null;
        }
        if (parsed.Scheme is "sqlite" or "postgres" or "text" or "flatstore")
            return parsed;
        if (!OfOthers.Contains(parsed.Scheme))
        {
            refusal = $"there is no kind of database called {parsed.Scheme} ({parsed}); sqlite, postgres, text and flatstore are known here";
            return null;
        }
        refusal = $"there is no driver for {parsed.Scheme} databases ({parsed}); say where its data is with --db-url {parsed.Scheme}=sqlite:///path, or another URL of sqlite, postgres or text";
        return null;
    }
}
