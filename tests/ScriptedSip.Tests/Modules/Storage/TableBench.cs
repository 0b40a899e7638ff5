using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Tests.Data;

namespace ScriptedSip.Tests.Modules.Storage;

/// <summary>A module bench with a SQLite database that has the standard tables, filled with SQL.</summary>
internal sealed class TableBench : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Databases _databases = new(new Dictionary<string, string>());

    public TableBench()
    {
        Bench.Host.Export(_databases);
        _ = Database.ColumnsOf("version");
    }

    public ModuleBench Bench { get; } = new();

    public string Url => $"sqlite://{_directory.File("test.db")}";

    public Database Database => _databases.Open(Url);

    public List<object?[]> Sql(string statement) => Database.Query(statement);

    /// <summary>An INVITE from alice@atlanta.example to a Request-URI.</summary>
    public Frame Invite(string uri = "sip:bob@example.com") =>
        Bench.Receive(ModuleBench.Invite.Replace("INVITE sip:bob@example.com:5070;transport=tcp SIP/2.0", $"INVITE {uri} SIP/2.0", StringComparison.Ordinal));

    /// <summary>Makes the last connection go away for good: what is not in memory is out of reach.</summary>
    public void Lose()
    {
        _databases.Dispose();
    }

    public void Dispose()
    {
        _databases.Dispose();
        _directory.Dispose();
    }
}
