using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Storage;

/// <summary>A driver module of other servers: db_mysql, postgres, dbtext … Which engine is used follows from each URL here, so loading one has no effect.</summary>
internal sealed class DriverModule : ScriptModule
{
    private const string Own = "A matter of the drivers of this program.";

    [ModParam("timeout_interval", Own, Ignored = true)]
    public int TimeoutInterval { get; set; }

    [ModParam("auto_reconnect", "Lost connections are always made again.", Ignored = true)]
    public int AutoReconnect { get; set; }

    [ModParam("ping_interval", Own, Ignored = true)]
    public int PingInterval { get; set; }

    [ModParam("connect_timeout", Own, Ignored = true)]
    public int ConnectTimeout { get; set; }

    [ModParam("server_timezone", "Times are kept in UTC.", Ignored = true)]
    public int ServerTimezone { get; set; }

    [ModParam("retries", Own, Ignored = true)]
    public int Retries { get; set; }

    [ModParam("max_db_retries", Own, Ignored = true)]
    public int MaxRetries { get; set; }

    [ModParam("max_db_queries", Own, Ignored = true)]
    public int MaxQueries { get; set; }

    [ModParam("exec_query_threshold", Own, Ignored = true)]
    public int QueryThreshold { get; set; }

    [ModParam("db_mode", "Text tables are read again when their files change.", Ignored = true)]
    public int Mode { get; set; }
}
