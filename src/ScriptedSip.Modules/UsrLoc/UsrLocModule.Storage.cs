using ScriptedSip.Data;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.UsrLoc;

// What only the database modes do; in a part of its own, so that a script without them never touches a driver.
internal sealed partial class UsrLocModule
{
    private const string UsualTable = "location";

    // A number for this run of the program, written into each row it writes.
    private readonly long _server = System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, int.MaxValue);
    private Database? _database;

    [ModParam("write_queue", "Most changes that wait for a database that is gone; a REGISTER beyond that is answered 503.")]
    public int WriteQueueSize { get; set; } = 100_000;

    [ModParam("ruid_column", Column)]
    public string RuidColumn { get; set; } = "ruid";

    [ModParam("server_id_column", Column)]
    public string ServerIdColumn { get; set; } = "server_id";

    private void UseDatabase(ModuleHost host)
    {
        _database = host.Import<Databases>()!.Open(DatabaseInUse!);
        _database.Writes.Capacity = Math.Max(1, WriteQueueSize);
        Table("location"u8);
        if (_database.IsShared && Mode != LocationMode.DatabaseOnly)
            _database.Follow(new LocationNews(() => Volatile.Read(ref _tables), host.Clock));
        host.Every(TimerInterval * 1000, _ =>
        {
            foreach (var table in Volatile.Read(ref _tables))
                table.Database?.Purge();
        });
    }

    private LocationTable NewStoredTable(string name)
    {
        var rows = new LocationRows(_server, name, Columns, _rules, UsesDomain, _host.Sockets, _host.Clock);
        var table = new LocationTable(name, _rules, HashSize)
        {
            Database = new LocationDatabase(_database!, rows, Mode, name, LocationNews.PrefixOf(name)),
        };
        table.Database.Load(table, _host.Clock.Milliseconds);
        if (name == UsualTable)
            _host.Log.Write(LogLevel.Info, $"usrloc: {table.BindingCount} bindings from {_database!.Url}");
        return table;
    }

    private LocationColumns Columns => new()
    {
        Ruid = RuidColumn,
        User = UserColumn,
        Domain = DomainColumn,
        Contact = ContactColumn,
        Received = ReceivedColumn,
        Path = PathColumn,
        Expires = ExpiresColumn,
        Q = QColumn,
        CallId = CallidColumn,
        CSeq = CseqColumn,
        Flags = FlagsColumn,
        BranchFlags = CflagsColumn,
        UserAgent = UserAgentColumn,
        Socket = SocketColumn,
        Methods = MethodsColumn,
        ServerId = ServerIdColumn,
    };
}
