using ScriptedSip.Data;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Storage;

/// <summary>A module that works on tables of a database.</summary>
internal abstract class DatabaseModule : ScriptModule, IDatabaseUser
{
    private Database? _database;

    [ModParam("db_url", "The database: sqlite:///path, postgres://user:password@host/name, text:///directory; when not set, db_default_url.")]
    public string DatabaseUrl { get; set; } = "";

    /// <inheritdoc/>
    public virtual string? DatabaseInUse => DatabaseUrl.Length > 0 ? DatabaseUrl : Databases.Standard;

    /// <summary>The database; null when the module uses none.</summary>
    protected Database? Database => _database;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        if (DatabaseInUse is { } url)
            _database = host.Import<Databases>()!.Open(url);
    }
}
