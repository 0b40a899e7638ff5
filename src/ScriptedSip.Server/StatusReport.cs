using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Server;

/// <summary>
/// What the program prints on SIGUSR1: one line "name value" for each figure, alike from version to version, so that scripts can compare two of them.
/// Heap figures are taken after a full collection, during which everything stands still for some milliseconds.
/// </summary>
internal sealed class StatusReport(SipCounters counters, Func<int> transactions, Func<int> connections, MessageBufferPool buffers)
{
    /// <summary>SIGUSR1, which the platform hands over under its own number.</summary>
    public static readonly PosixSignal Signal = (PosixSignal)(OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 30 : 10);

    public string Text()
    {
        var text = new StringBuilder("status");
        Append(text, "Transactions", transactions());
        Append(text, "Connections", connections());
        Append(text, "BuffersHeld", buffers.Outstanding);
        Append(text, "HeapBytes", GC.GetTotalMemory(forceFullCollection: true));
        for (var counter = (Counter)0; counter < Counter.Count; counter++)
            Append(text, counter.ToString(), counters[counter]);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, long value) =>
        text.Append("\n  ").Append(name).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture));
}
