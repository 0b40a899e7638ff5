using System.Diagnostics;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server.Reload;

/// <summary>
/// Exchanges the script of a running program: reads and checks it beside the running one, on the thread of whoever asks, and swaps them between two
/// messages. Whatever is wrong with the new one, the old one goes on.
/// </summary>
internal sealed class ScriptReloader(CommandLine line, ScriptHost host, ConsoleLog log, IReadOnlyCollection<string> files)
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyCollection<string> _files = files;

    /// <summary>The files of the script as last read, whether it was taken or refused.</summary>
    public IReadOnlyCollection<string> Files => _files;

    /// <summary>How often the script has been exchanged.</summary>
    public int Count { get; private set; }

    /// <summary>Tries it once; two who ask at the same time come one after the other.</summary>
    /// <param name="why">Who asked, for the log.</param>
    public ReloadResult Reload(string why)
    {
        lock (_gate)
        {
            var result = Try();
            if (result.IsDone)
                Count++;
            Tell(why, result);
            return result;
        }
    }

    /// <summary>The same on a thread of its own, for callers that must not be held up.</summary>
    public void ReloadInBackground(string why) => new Thread(() => Reload(why)) { IsBackground = true, Name = "reload" }.Start();

    private ReloadResult Try()
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var files = new SortedSet<string>(StringComparer.Ordinal);
            var loaded = ScriptSource.Read(line, host.Modules, host.Services, files);
            _files = files;
            var (isDone, findings) = host.Replace(loaded, line);
            return new ReloadResult(isDone, findings, watch.ElapsedMilliseconds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ReloadResult(false, [], watch.ElapsedMilliseconds, $"cannot read {line.File}: {e.Message}");
        }
        catch (Exception e)
        {
            // A fault of ours must not end a program that serves calls.
            return new ReloadResult(false, [], watch.ElapsedMilliseconds, $"cannot load {line.File}: {e}");
        }
    }

    private void Tell(string why, ReloadResult result)
    {
        foreach (var finding in result.Shown)
            log.Announce(DiagnosticPrinter.Line(finding), finding.Severity == Severity.Error ? LogLevel.Error : LogLevel.Warning);
        if (result.Failure is not null)
            log.Announce(result.Failure, LogLevel.Error);
        if (result.IsDone)
            log.Announce($"{why}: {line.File} runs now, read in {result.Milliseconds} ms");
        else
            log.Announce($"{why}: {line.File} was refused; the script that runs goes on", LogLevel.Error);
    }
}
