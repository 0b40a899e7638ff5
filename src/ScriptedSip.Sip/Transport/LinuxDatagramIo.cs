using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static ScriptedSip.Sip.Transport.Libc;

namespace ScriptedSip.Sip.Transport;

/// <summary>Batches by recvmmsg and sendmmsg. All memory the kernel is shown is pinned and lives as long as this object.</summary>
internal sealed unsafe class LinuxDatagramIo : IDatagramIo
{
    private readonly MultiMessage[] _outgoing = GC.AllocateArray<MultiMessage>(DatagramIo.BatchSize, pinned: true);
    private readonly Vector[] _outgoingVectors = GC.AllocateArray<Vector>(DatagramIo.BatchSize, pinned: true);
    private readonly SocketName[] _destinations = GC.AllocateArray<SocketName>(DatagramIo.BatchSize, pinned: true);

    // One report may hide another, and a packet must not suffer for those about its predecessors; what fails this often fails by itself.
    private const int MostReports = 8;

    private static readonly nuint PageSize = (nuint)Environment.SystemPageSize;

    private readonly LinuxErrorQueue _errors = new();

    private byte[][] _slots = [];
    private MultiMessage[] _incoming = [];
    private Vector[] _incomingVectors = [];
    private SocketName[] _sources = [];
    private readonly ReceivePace _pace = new(Stopwatch.Frequency);
    private int _rest;
    private bool _hadLarge;

    public LinuxDatagramIo()
    {
        for (var i = 0; i < DatagramIo.BatchSize; i++)
            _outgoing[i] = HeaderFor(_outgoingVectors, _destinations, i);
    }

    /// <inheritdoc/>
    public int Receive(UdpPort port)
    {
        if (_slots.Length == 0)
            PrepareReceiving();
        if (_rest > 0)
            Rest(_rest);
        int count;
        do
        {
            count = ReceiveMany(port.Descriptor, First(_incoming), DatagramIo.BatchSize, WaitForOne, null);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        if (count < 0)
            count = AfterError(port, Marshal.GetLastPInvokeError());
        _rest = _pace.After(count, Stopwatch.GetTimestamp());
        return count;
    }

    // What the network says about packets sent before is no fault of the port.
    private int AfterError(UdpPort port, int errno)
    {
        if (errno == Again)
        {
            if (_hadLarge)
                GiveBackPages();
            return 0;
        }
        if (!IsFromNetwork(errno))
            throw SystemError();
        // The failed call has taken the error off the socket, and reading reports puts the next one on. So that no flood of them keeps messages waiting,
        // those go first.
        var count = ReceiveMany(port.Descriptor, First(_incoming), DatagramIo.BatchSize, DoNotWait, null);
        _errors.Drain(port);
        return Math.Max(count, 0);
    }

    /// <inheritdoc/>
    public byte[] Received(int index, out int length, out SipEndpoint source)
    {
        ref var message = ref _incoming[index];
        length = (int)message.Transferred;
        message.NameLength = SocketName.LengthV6;
        source = ToEndpoint(_sources[index]);
        _hadLarge |= (nuint)length > PageSize;
        return _slots[index];
    }

    /// <inheritdoc/>
    public void Detach(int index)
    {
        _slots[index] = DatagramIo.NewSlot();
        _incomingVectors[index].Start = First(_slots[index]);
    }

    /// <inheritdoc/>
    public int Send(UdpPort port, ReadOnlySpan<OutboundPacket> packets, out SocketError error)
    {
        error = SocketError.Success;
        var sent = 0;
        var reports = 0;
        while (sent < packets.Length)
        {
            var batch = Math.Min(packets.Length - sent, DatagramIo.BatchSize);
            for (var i = 0; i < batch; i++)
                Prepare(i, packets[sent + i]);
            var count = SendMany(port.Descriptor, First(_outgoing), (uint)batch, 0);
            if (count > 0)
            {
                // A short count means that the packet after it failed; sending on from there brings out why, unless it was a report about an earlier one.
                sent += count;
                if (count < batch)
                    _errors.Drain(port);
            }
            else if (IsFromNetwork(Marshal.GetLastPInvokeError()) && ++reports <= MostReports)
            {
                _errors.Drain(port);
            }
            else if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                error = ErrorOf(Marshal.GetLastPInvokeError());
                break;
            }
        }
        return sent;
    }

    // Few datagrams are longer than a page: without this each place would keep the memory of the longest it ever took.
    private void GiveBackPages()
    {
        _hadLarge = false;
        foreach (var slot in _slots)
        {
            var start = ((nuint)First(slot) + 2 * PageSize - 1) & ~(PageSize - 1);
            var end = ((nuint)First(slot) + DatagramIo.SlotSize) & ~(PageSize - 1);
            _ = Advise((void*)start, end - start, NotNeeded);
        }
    }

    private static void Rest(int microseconds)
    {
        // A signal may end it early, which does no harm.
        var duration = new Duration { Nanoseconds = microseconds * 1000 };
        _ = Sleep(&duration, null);
    }

    private void PrepareReceiving()
    {
        _incoming = GC.AllocateArray<MultiMessage>(DatagramIo.BatchSize, pinned: true);
        _incomingVectors = GC.AllocateArray<Vector>(DatagramIo.BatchSize, pinned: true);
        _sources = GC.AllocateArray<SocketName>(DatagramIo.BatchSize, pinned: true);
        var slots = new byte[DatagramIo.BatchSize][];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = DatagramIo.NewSlot();
            _incomingVectors[i] = new Vector { Start = First(slots[i]), Length = DatagramIo.SlotSize };
            _incoming[i] = HeaderFor(_incomingVectors, _sources, i);
        }
        _slots = slots;
    }

    private static MultiMessage HeaderFor(Vector[] vectors, SocketName[] names, int index) => new()
    {
        Name = First(names) + index,
        NameLength = SocketName.LengthV6,
        Vectors = First(vectors) + index,
        VectorCount = 1,
    };

    private void Prepare(int index, in OutboundPacket packet)
    {
        ref var name = ref _destinations[index];
        ref readonly var to = ref packet.To;
        name.Port = Swap(to.Port);
        if (to.IsIPv4)
        {
            name.Family = InterNetwork;
            name.IPv4 = Swap(to.IPv4);
            _outgoing[index].NameLength = SocketName.LengthV4;
        }
        else
        {
            name.Family = InterNetworkV6;
            // The flow label: none.
            name.IPv4 = 0;
            name.High = Swap(to.AddressHigh);
            name.Low = Swap(to.AddressLow);
            _outgoing[index].NameLength = SocketName.LengthV6;
        }
        // Message buffers are pinned, and the queue holds them until the call is over.
        _outgoingVectors[index] = new Vector { Start = First(packet.Bytes.Bytes), Length = (nuint)packet.Bytes.Length };
    }

    internal static SipEndpoint ToEndpoint(in SocketName name) => name.Family == InterNetwork
        ? new SipEndpoint(TransportProtocol.Udp, Swap(name.IPv4), Swap(name.Port))
        : new SipEndpoint(TransportProtocol.Udp, Swap(name.High), Swap(name.Low), Swap(name.Port));

    internal static T* First<T>(T[] pinned) where T : unmanaged =>
        (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    private static ushort Swap(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static uint Swap(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static ulong Swap(ulong value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static SocketException SystemError() => new((int)ErrorOf(Marshal.GetLastPInvokeError()));
}
