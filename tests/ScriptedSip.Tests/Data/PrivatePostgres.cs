using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

/// <summary>
/// A PostgreSQL server of the tests' own: in a temporary directory, on a port nobody else has, started when the first test asks for it. As root it
/// runs as the user postgres, which the server insists on. Without PostgreSQL the tests are skipped, unless CI is set.
/// </summary>
internal static class PrivatePostgres
{
    private static readonly Lock Gate = new();
    private static string? _directory;
    private static int _port;
    private static int _databases;

    /// <summary>URL of a new, empty database.</summary>
    public static string NewDatabase()
    {
        lock (Gate)
        {
            if (_directory is null)
                Make();
            var name = $"t{++_databases}";
            Run("psql", "-h", "127.0.0.1", "-p", $"{_port}", "-U", "scriptedsip", "-d", "postgres", "-q", "-c", $"CREATE DATABASE {name}");
            return $"postgres://scriptedsip:hush-hush@127.0.0.1:{_port}/{name}";
        }
    }

    /// <summary>A URL of a new database with the standard tables.</summary>
    public static string NewTables()
    {
        var url = NewDatabase();
        using var databases = new Databases(new Dictionary<string, string>());
        foreach (var table in StandardSchema.Tables)
            databases.Open(url).Ensure(table);
        return url;
    }

    /// <summary>Stops the server at once, with all connections.</summary>
    public static void Stop() => Run("pg_ctl", "-D", _directory!, "-m", "immediate", "-w", "stop");

    /// <summary>Starts it again. It is never the machine that goes down here, so nothing needs to be forced to the disk.</summary>
    public static void Start() =>
        Run("pg_ctl", "-D", _directory!, "-l", Path.Combine(_directory!, "log"), "-o", $"-p {_port} -k {_directory} -c listen_addresses=127.0.0.1 -c fsync=off", "-w", "start");

    /// <summary>Leaves the server running and its connections open, but nothing is answered any more.</summary>
    public static void Freeze() => Signal("STOP");

    /// <summary>The end of <see cref="Freeze"/>.</summary>
    public static void Thaw() => Signal("CONT");

    private static void Signal(string name)
    {
        var file = Path.Combine(_directory ?? "", "postmaster.pid");
        if (_directory is null || !File.Exists(file))
            return;
        var server = File.ReadLines(file).First();
        // New connections first, then those there are.
        Execute("kill", [$"-{name}", server]);
        var children = Directory.GetDirectories("/proc").Select(Path.GetFileName).OfType<string>()
            .Where(id => char.IsAsciiDigit(id[0]) && ParentOf(id) == server).ToArray();
        foreach (var child in children)
        {
            // It may have ended by itself.
            using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{name}", child]) { RedirectStandardError = true })!;
            kill.WaitForExit();
        }
    }

    private static string? ParentOf(string process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("PPid:", StringComparison.Ordinal))[5..].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Stops it for good, if it was ever started.</summary>
    public static void Remove()
    {
        if (_directory is null)
            return;
        Stop();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Make()
    {
        var directory = Directory.CreateTempSubdirectory("scriptedsip-pg").FullName;
        if (Environment.UserName == "root")
            Execute("chown", ["postgres", directory]);
        Run("initdb", "-D", directory, "-U", "scriptedsip", "-A", "trust", "--no-sync", "-E", "UTF8");
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        _directory = directory;
        Start();
    }

    private static void Run(string program, params string[] arguments)
    {
        var path = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin", program)).FirstOrDefault(File.Exists)
            : null;
        if (path is null)
        {
            if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
                Assert.Fail("PostgreSQL is not installed");
            Assert.Ignore("PostgreSQL is not installed");
        }
        if (Environment.UserName == "root")
            Execute("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path!, .. arguments]);
        else
            Execute(path!, arguments);
    }

    private static void Execute(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = "/" };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(60)), Is.True, $"{program} does not end");
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}");
    }
}
