namespace ScriptedSip.Server.Reload;

/// <summary>
/// Has the script read again when one of its files changes, includes also when one appears that was missing. Looks at the files instead of being told:
/// that works with every editor and file system.
/// </summary>
internal sealed class ScriptWatch : IDisposable
{
    private const int PeriodMilliseconds = 500;

    private readonly ScriptReloader _reloader;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;

    public ScriptWatch(ScriptReloader reloader)
    {
        _reloader = reloader;
        _thread = new Thread(Run) { IsBackground = true, Name = "watch" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Set();
        _thread.Join();
        _stopping.Dispose();
    }

    private void Run()
    {
        var seen = Stamps();
        var known = seen;
        while (!_stopping.Wait(PeriodMilliseconds))
        {
            var now = Stamps();
            // Once they have stopped changing: an editor may still be writing.
            if (!now.SequenceEqual(known) && now.SequenceEqual(seen))
            {
                _reloader.Reload("watch");
                now = Stamps();
                known = now;
            }
            seen = now;
        }
    }

    private List<(string File, DateTime WrittenAt, long Length)> Stamps() =>
        [.. _reloader.Files.Select(static path => new FileInfo(path)).Select(static file => (file.FullName, file.LastWriteTimeUtc, file.Exists ? file.Length : -1))];
}
