using System.Diagnostics;
using System.Globalization;
using System.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>The built program, started on a script and an address of its own, with everything it writes.</summary>
internal sealed class RunningProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    public RunningProgram(string script, string listen, params string[] options)
    {
        var program = Repository.Program;
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, "-l", listen, .. options, script])
        {
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.Latin1,
        })!;
        _reading = Task.Run(ReadOutput);
        WaitUntil(text => text.Contains("listening on", StringComparison.Ordinal) && text.EndsWith('\n'));
    }

    /// <summary>Everything written so far, one character per byte.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Waits until what has been written is as wanted; returns it, or what there is when patience ends.</summary>
    public string WaitUntil(Predicate<string> isWanted, TimeSpan? patience = null)
    {
        var waited = Stopwatch.StartNew();
        while (!isWanted(Output) && waited.Elapsed < (patience ?? Patience) && !_process.HasExited)
            Thread.Sleep(5);
        return Output;
    }

    /// <summary>Sends it a signal by name, as in HUP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Asks it to end, as a service manager would, and returns its exit code.</summary>
    public int Stop()
    {
        if (!_process.HasExited)
            Signal("TERM");
        if (!_process.WaitForExit(Patience))
            Assert.Fail("the program does not stop when it is asked to");
        _reading.Wait(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void ReadOutput()
    {
        var chunk = new char[4096];
        for (var count = _process.StandardError.Read(chunk); count > 0; count = _process.StandardError.Read(chunk))
        {
            lock (_output)
                _output.Append(chunk, 0, count);
        }
    }
}
