using System.Runtime.InteropServices;
using static ScriptedSip.Sip.Transport.Libc;

namespace ScriptedSip.Sip.Transport;

/// <summary>Reads what ICMP said about datagrams sent earlier: the kernel keeps it apart, with the beginning of the datagram it is about (ip(7), IP_RECVERR).</summary>
internal sealed unsafe class LinuxErrorQueue
{
    private const int BatchSize = 8;

    // Routers quote at least 8 bytes behind the UDP header, most of them several hundred: our Via is among the first of those.
    private const int QuoteSize = 1024;
    private const int ControlSize = 128;

    // A flood of reports must not keep the thread from its messages.
    private const int MostBatches = 16;

    private MultiMessage[] _messages = [];
    private Vector[] _vectors = [];
    private SocketName[] _names = [];
    private byte[] _quotes = [];
    private byte[] _controls = [];

    /// <summary>Takes the reports waiting at a port and tells the port about those that mean "unreachable".</summary>
    public void Drain(UdpPort port)
    {
        if (_messages.Length == 0)
            Allocate();
        for (var batch = 0; batch < MostBatches; batch++)
        {
            Prepare();
            var count = ReceiveMany(port.Descriptor, LinuxDatagramIo.First(_messages), BatchSize, ErrorQueue, null);
            for (var i = 0; i < count; i++)
                Report(port, i);
            if (count < BatchSize)
                return;
        }
    }

    private void Report(UdpPort port, int index)
    {
        ref var message = ref _messages[index];
        if (message.ControlLength < (nuint)(sizeof(ControlHeader) + sizeof(ExtendedError)))
            return;
        var header = (ControlHeader*)message.Control;
        var isIPv4 = header->Level == IPv4Level && header->Type == IPv4ReceiveErrors;
        if (!isIPv4 && (header->Level != IPv6Level || header->Type != IPv6ReceiveErrors))
            return;
        var error = (ExtendedError*)(header + 1);
        if (!IsUnreachable(*error))
            return;
        var length = Math.Min((int)message.Transferred, QuoteSize);
        port.OnUnreachable?.Invoke(LinuxDatagramIo.ToEndpoint(_names[index]), _quotes.AsSpan(index * QuoteSize, length));
    }

    // RFC 3261 18.4: unreachable and parameter problem count; source quench, time exceeded and "too large" do not.
    private static bool IsUnreachable(in ExtendedError error) => error.Origin switch
    {
        ExtendedError.FromIcmp => (error.Type == 3 && error.Code != 4) || error.Type == 12,
        ExtendedError.FromIcmpV6 => error.Type is 1 or 4,
        _ => false,
    };

    private void Allocate()
    {
        _vectors = GC.AllocateArray<Vector>(BatchSize, pinned: true);
        _names = GC.AllocateArray<SocketName>(BatchSize, pinned: true);
        _quotes = GC.AllocateArray<byte>(BatchSize * QuoteSize, pinned: true);
        _controls = GC.AllocateArray<byte>(BatchSize * ControlSize, pinned: true);
        _messages = GC.AllocateArray<MultiMessage>(BatchSize, pinned: true);
    }

    // The kernel writes into all lengths, so they are set anew each time.
    private void Prepare()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _vectors[i] = new Vector { Start = LinuxDatagramIo.First(_quotes) + (i * QuoteSize), Length = QuoteSize };
            _messages[i] = new MultiMessage
            {
                Name = LinuxDatagramIo.First(_names) + i,
                NameLength = SocketName.LengthV6,
                Vectors = LinuxDatagramIo.First(_vectors) + i,
                VectorCount = 1,
                Control = LinuxDatagramIo.First(_controls) + (i * ControlSize),
                ControlLength = ControlSize,
            };
        }
    }

    /// <summary>struct cmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    /// <summary>struct sock_extended_err.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedError
    {
        /// <summary>SO_EE_ORIGIN_ICMP and SO_EE_ORIGIN_ICMP6.</summary>
        public const byte FromIcmp = 2, FromIcmpV6 = 3;

        public uint Errno;
        public byte Origin;
        public byte Type;
        public byte Code;
        public byte Padding;
        public uint Info;
        public uint Data;
    }
}
