using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>What a run of SIPp came to.</summary>
internal readonly record struct SippResult(int ExitCode, int Successful, int Failed, int Unexpected);

/// <summary>One run of SIPp on a scenario of tests/sipp.</summary>
internal sealed class Sipp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // What a machine that stood still for seconds sends all at once fits in; SIPp's own 64 KB lose some of it.
    private const string SocketBuffer = "2000000";

    private readonly string _directory = Directory.CreateTempSubdirectory("sipp").FullName;
    private readonly Process _process;

    private Sipp(string scenario, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("sipp",
        [
            "-sf", Repository.Path($"tests/sipp/{scenario}.xml"), "-i", "127.0.0.1", "-nostdin", "-timeout", "100s", "-timeout_error", "-buff_size", SocketBuffer,
            "-trace_stat", "-fd", "1", "-stf", StatisticsFile, "-trace_err", "-error_file", ErrorFile, .. arguments,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory,
        })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What SIPp had to complain about; with load on the machine also that it is late.</summary>
    public string Errors => File.Exists(ErrorFile) ? File.ReadAllText(ErrorFile) : "";

    private string StatisticsFile => Path.Combine(_directory, "statistics.csv");

    private string ErrorFile => Path.Combine(_directory, "errors.log");

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, "sipp")));

    /// <summary>Waits for so many calls on a port, and lets them ring for a while.</summary>
    public static Sipp Answer(string scenario, int port, int calls, int ringMilliseconds = 0) =>
        new(scenario, "-p", Text(port), "-m", Text(calls), "-d", Text(ringMilliseconds));

    /// <summary>Makes so many calls to a user of a proxy, each second so many of them.</summary>
    public static Sipp Call(string scenario, int port, int calls, int rate, string user, int proxy, string password = "none") =>
        new(scenario, "-p", Text(port), "-m", Text(calls), "-r", Text(rate), "-l", Text(calls), "-s", user, "-ap", password, $"127.0.0.1:{proxy}");

    /// <summary>A UDP port of 127.0.0.1 that nobody has at this moment.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public SippResult Finish()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            _process.WaitForExit();
        }
        if (!File.Exists(StatisticsFile))
            return new SippResult(_process.ExitCode, 0, 0, 0);
        var rows = File.ReadAllLines(StatisticsFile).Select(l => l.Split(';')).ToList();
        int Last(string column) => int.Parse(rows[^1][Array.IndexOf(rows[0], column)], CultureInfo.InvariantCulture);
        return new SippResult(_process.ExitCode, Last("SuccessfulCall(C)"), Last("FailedCall(C)"), Last("FailedUnexpectedMessage(C)"));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
