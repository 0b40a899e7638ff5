using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace ScriptedSip.Sip;

/// <summary>
/// Has the run-time's compiler give way to messages. It makes hot code faster in the background; where it shares a processor with a worker it would take
/// half of it for seconds, just when the code is still slow, and datagrams would be dropped that the worker alone could have served.
/// </summary>
public sealed partial class CompilerThread
{
    /// <summary>How often to look: the thread comes with new work and goes four seconds after it.</summary>
    public const int LookMilliseconds = 100;

    // About a tenth of a processor somebody else wants, all of one nobody wants.
    private const int Niceness = 10;

    private const int PrioProcess = 0;

    // What the kernel keeps of ".NET Tiered Compilation Worker".
    private const string Name = ".NET Tiered Com";

    private long _compiled;
    private string? _thread;

    /// <summary>To be called every <see cref="LookMilliseconds"/>; looks for the thread only while something is being compiled.</summary>
    public void OnLook()
    {
        var compiled = JitInfo.GetCompiledMethodCount();
        if (compiled == _compiled || !OperatingSystem.IsLinux())
            return;
        _compiled = compiled;
        if (Directory.Exists(_thread))
            return;
        try
        {
            foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
            {
                if (!File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(Name, StringComparison.Ordinal))
                    continue;
                _thread = thread;
                Yield(uint.Parse(Path.GetFileName(thread.AsSpan()), CultureInfo.InvariantCulture));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A thread that has ended meanwhile, or a system that shows none.
        }
    }

    // A program that runs at less than this priority keeps its own.
    private static void Yield(uint thread)
    {
        if (GetPriority(PrioProcess, thread) < Niceness)
            _ = SetPriority(PrioProcess, thread, Niceness);
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, uint who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int niceness);
}
