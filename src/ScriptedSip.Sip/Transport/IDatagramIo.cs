using System.Collections.Concurrent;
using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>Moves datagrams in batches. Holds the memory a thread needs for that; used by one thread at a time, on any port.</summary>
public interface IDatagramIo
{
    /// <summary>
    /// Waits for datagrams, at most <see cref="UdpPort.WaitMilliseconds"/>, and takes what is there, at most <see cref="DatagramIo.BatchSize"/>;
    /// 0 when nothing came.
    /// </summary>
    /// <exception cref="SocketException">The port cannot be read at all.</exception>
    int Receive(UdpPort port);

    /// <summary>One datagram of the last batch. The bytes are good until the next <see cref="Receive"/>.</summary>
    byte[] Received(int index, out int length, out SipEndpoint source);

    /// <summary>
    /// Leaves the bytes of one datagram of the last batch to the caller beyond the next <see cref="Receive"/>, which gets another buffer for its place.
    /// The caller gives them back with <see cref="DatagramIo.Recycle"/>.
    /// </summary>
    void Detach(int index);

    /// <summary>
    /// Sends packets in order until one fails; returns how many went. When that is not all of them, <paramref name="error"/> says why the next one did not.
    /// </summary>
    int Send(UdpPort port, ReadOnlySpan<OutboundPacket> packets, out SocketError error);
}

/// <summary>Chooses the way of datagrams this machine offers.</summary>
public static class DatagramIo
{
    /// <summary>Most datagrams taken at once.</summary>
    public const int BatchSize = 32;

    /// <summary>Room for the longest datagram there is.</summary>
    internal const int SlotSize = 64 * 1024;

    internal static bool HasBatchCalls => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    private static readonly ConcurrentBag<byte[]> SpareSlots = [];

    /// <summary>Gives back the buffer of a detached datagram.</summary>
    public static void Recycle(byte[] detached) => SpareSlots.Add(detached);

    internal static byte[] NewSlot() => SpareSlots.TryTake(out var slot) ? slot : GC.AllocateUninitializedArray<byte>(SlotSize, pinned: true);

    public static IDatagramIo Create() => HasBatchCalls ? new LinuxDatagramIo() : new SocketDatagramIo();
}
