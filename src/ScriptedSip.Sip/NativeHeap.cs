using System.Runtime.InteropServices;

namespace ScriptedSip.Sip;

/// <summary>What the system's allocator holds for the runtime: the compiler's work space, mostly.</summary>
public static class NativeHeap
{
    // glibc alone has it, and keeps what was freed unless asked.
    private static readonly unsafe delegate* unmanaged<nuint, int> GiveBack =
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "malloc_trim", out var address)
            ? (delegate* unmanaged<nuint, int>)address
            : null;

    /// <summary>Returns what is free to the system.</summary>
    public static unsafe void Trim()
    {
        if (GiveBack != null)
            _ = GiveBack(0);
    }
}
