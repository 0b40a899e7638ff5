using System.Text.Json.Nodes;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Server.Reload;
using ScriptedSip.Sip;

namespace ScriptedSip.Server.Control;

/// <summary>The commands every program has.</summary>
internal sealed class ProgramCommands(CommandLine line, ProxyServer server, ScriptHost host, ScriptReloader reloader)
{
    private readonly DateTime _startedAt = DateTime.UtcNow;

    [ControlCommand("version", "", "Shows the version of the program.")]
    public static JsonNode? Version(IReadOnlyList<string> arguments) => $"scriptedsip {Commands.Version}";

    [ControlCommand("ps", "", "Shows the process, the script it runs and what its threads are there for.")]
    public JsonNode? Processes(IReadOnlyList<string> arguments) => new JsonObject
    {
        ["pid"] = Environment.ProcessId,
        ["started"] = _startedAt.ToString("O"),
        ["uptime_seconds"] = (long)(DateTime.UtcNow - _startedAt).TotalSeconds,
        ["script"] = Path.GetFullPath(line.File),
        ["reloads"] = reloader.Count,
        ["listening"] = new JsonArray([.. server.Sockets.All.Select(s => JsonValue.Create(s.ToString()))]),
        ["threads"] = new JsonArray([.. server.SeatNames.Select(n => JsonValue.Create(n))]),
        ["waiting_runs"] = server.WaitingRuns,
    };

    [ControlCommand("stats", "", "Shows what has been counted since the start, and what is alive now.")]
    public JsonNode? Statistics(IReadOnlyList<string> arguments)
    {
        var result = new JsonObject
        {
            ["Transactions"] = host.Transactions.Count,
            ["Connections"] = server.ConnectionCount,
            ["BuffersHeld"] = server.Buffers.Outstanding,
            ["WaitingRuns"] = server.WaitingRuns,
        };
        for (var counter = (Counter)0; counter < Counter.Count; counter++)
            result[counter.ToString()] = server.Counters[counter];
        return result;
    }

    [ControlCommand("reload", "", "Reads the script again and puts it in place of the running one, if nothing is wrong with it.")]
    public JsonNode? Reload(IReadOnlyList<string> arguments)
    {
        var result = reloader.Reload("reload");
        var findings = new JsonArray([.. result.Shown.Select(f => JsonValue.Create(DiagnosticPrinter.Line(f)))]);
        if (!result.IsDone)
            throw new ControlException(result.Failure ?? "the script was refused; the one that runs goes on") { Details = findings };
        return new JsonObject { ["milliseconds"] = result.Milliseconds, ["findings"] = findings };
    }
}
