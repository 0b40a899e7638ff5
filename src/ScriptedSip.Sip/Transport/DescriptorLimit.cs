namespace ScriptedSip.Sip.Transport;

/// <summary>How many files and sockets the system lets this process have.</summary>
public static class DescriptorLimit
{
    // What is not for connections: the program's own files, its UDP sockets, look-ups, logs. Without a spare descriptor the runtime cannot even
    // start a thread, so this must never be used up.
    private const int Reserve = 192;

    /// <summary>Descriptors of this process (RLIMIT_NOFILE); a large number where that is not known.</summary>
    public static int Current => DatagramIo.HasBatchCalls && Libc.GetLimit(Libc.OpenFiles, out var limit) == 0
        ? (int)Math.Min(limit.Current, int.MaxValue)
        : int.MaxValue;

    /// <summary>Stream connections that leave room for the rest of the program, out of so many descriptors.</summary>
    public static int Connections(int descriptors) => descriptors - Math.Min(descriptors / 2, Reserve);
}
