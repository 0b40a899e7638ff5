using ScriptedSip.Data;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Storage;

/// <summary>A module that works on tables of a database.</summary>
internal abstract class DatabaseModule : ScriptModule, IDatabaseUser
{
    /// <summary>What scripts mean that name no database: the standard one of the dialect, which --db-url can put elsewhere.</summary>
    public const string StandardUrl = "mysql://localhost/openser";

    private Database? _database;

    [ModParam("db_url", "The database: sqlite:///path, postgres://user:password@host/name, text:///directory.")]
    public string DatabaseUrl { get; set; } = "";

    /// <inheritdoc/>
    public virtual string? DatabaseInUse => DatabaseUrl.Length > 0 ? DatabaseUrl : StandardUrl;

    /// <summary>The database; null when the module uses none.</summary>
    protected Database? Database => _database;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        if (DatabaseInUse is { } url)
            _database = host.Import<Databases>()!.Open(url);
    }
}
