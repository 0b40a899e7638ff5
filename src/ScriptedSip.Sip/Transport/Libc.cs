using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ScriptedSip.Sip.Transport;

/// <summary>The batch calls of Linux, which the framework does not offer, and the shapes they read (64-bit kernels).</summary>
internal static partial class Libc
{
    /// <summary>SOL_SOCKET.</summary>
    public const int SocketLevel = 1;

    public const int ReusePort = 15;

    /// <summary>SO_RCVBUFFORCE: a receive buffer beyond net.core.rmem_max, for those who may.</summary>
    public const int ReceiveBufferForce = 33;

    /// <summary>MSG_WAITFORONE: block for the first datagram only.</summary>
    public const int WaitForOne = 0x10000;

    /// <summary>MSG_DONTWAIT: take what is there.</summary>
    public const int DoNotWait = 0x40;

    /// <summary>MSG_ERRQUEUE with MSG_DONTWAIT: take what the network said about packets sent earlier.</summary>
    public const int ErrorQueue = 0x2040;

    /// <summary>SOL_IP and SOL_IPV6, IP_RECVERR and IPV6_RECVERR.</summary>
    public const int IPv4Level = 0, IPv6Level = 41, IPv4ReceiveErrors = 11, IPv6ReceiveErrors = 25;

    /// <summary>AF_INET and AF_INET6 as Linux numbers them.</summary>
    public const ushort InterNetwork = 2, InterNetworkV6 = 10;

    /// <summary>EINTR, EAGAIN, ECONNREFUSED.</summary>
    public const int Interrupted = 4, Again = 11, ConnectionRefused = 111;

    /// <summary>
    /// True for an errno that may be about a packet sent earlier, which a call on the socket brings up: ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN,
    /// ENOPROTOOPT, EPROTO, EACCES, EMSGSIZE, EOPNOTSUPP (icmp(7), "Error handling").
    /// </summary>
    public static bool IsFromNetwork(int errno) => errno is ConnectionRefused or 113 or 101 or 112 or 92 or 71 or 13 or 90 or 95;

    /// <summary>MADV_DONTNEED: the pages lose what is in them.</summary>
    public const int NotNeeded = 4;

    /// <summary>RLIMIT_NOFILE.</summary>
    public const int OpenFiles = 7;

    /// <summary>The framework's name of an errno a datagram call can give.</summary>
    public static SocketError ErrorOf(int errno) => errno switch
    {
        1 or 13 => SocketError.AccessDenied,
        Again => SocketError.WouldBlock,
        22 => SocketError.InvalidArgument,
        90 => SocketError.MessageSize,
        97 => SocketError.AddressFamilyNotSupported,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        105 => SocketError.NoBufferSpaceAvailable,
        ConnectionRefused => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static unsafe partial int ReceiveMany(int socket, MultiMessage* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static unsafe partial int SendMany(int socket, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    public static unsafe partial int Sleep(Duration* duration, Duration* left);

    [LibraryImport("libc", EntryPoint = "madvise")]
    public static unsafe partial int Advise(void* start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    public static partial int GetLimit(int resource, out ResourceLimit limit);

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Duration
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct rlimit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Current;
        public ulong Maximum;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct Vector
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct MultiMessage
    {
        public SocketName* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
        private readonly int _endOfInnerHeader;

        /// <summary>Bytes received or sent.</summary>
        public uint Transferred;
    }

    /// <summary>struct sockaddr_in and sockaddr_in6 in one place; everything but the family is in network order.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 28)]
    public struct SocketName
    {
        [FieldOffset(0)] public ushort Family;
        [FieldOffset(2)] public ushort Port;
        [FieldOffset(4)] public uint IPv4;
        [FieldOffset(8)] public ulong High;
        [FieldOffset(16)] public ulong Low;
        [FieldOffset(24)] public uint Scope;

        public const uint LengthV4 = 16, LengthV6 = 28;
    }
}
