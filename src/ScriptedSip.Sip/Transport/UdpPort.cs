using System.Net;
using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>The network said that a datagram could not be delivered: where it went, and its beginning as far as it was quoted. Nobody vouches for this.</summary>
internal delegate void UnreachableReport(in SipEndpoint destination, ReadOnlySpan<byte> beginning);

/// <summary>
/// One socket of the operating system on a listening address. Several may share an address: the kernel then deals the datagrams out by their source.
/// </summary>
public sealed class UdpPort : IDisposable
{
    /// <summary>How long a receive waits before it returns empty-handed, so that its thread sees that it must end.</summary>
    public const int WaitMilliseconds = 250;

    /// <summary>How long a send waits for room before the packet is given up.</summary>
    private const int SendWaitMilliseconds = 50;

    private const int BufferBytes = 4 * 1024 * 1024;

    private UdpPort(ListenSocket local, Socket socket)
    {
        Local = local;
        Socket = socket;
        Descriptor = (int)socket.Handle;
    }

    /// <summary>The address as the rest of the program knows it.</summary>
    public ListenSocket Local { get; }

    /// <summary>Told of datagrams that could not be delivered, on whatever thread uses the port.</summary>
    internal UnreachableReport? OnUnreachable { get; set; }

    internal Socket Socket { get; }

    /// <summary>The file descriptor; whoever uses it must have stopped before the port is disposed.</summary>
    internal int Descriptor { get; }

    /// <summary>
    /// Makes sure that nobody else has the address and tells the port the system chose when it was 0. Needed first, because sharing sockets
    /// would join a stranger of the same user without a word.
    /// </summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static SipEndpoint Claim(in SipEndpoint address)
    {
        using var socket = NewSocket(address);
        socket.Bind(new IPEndPoint(address.ToIPAddress(), address.Port));
        return address.WithPort(((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    /// <summary>Opens a socket on a claimed address, ready to share it.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static UdpPort Open(ListenSocket local)
    {
        ArgumentNullException.ThrowIfNull(local);
        var socket = NewSocket(local.Endpoint);
        try
        {
            socket.ReceiveTimeout = WaitMilliseconds;
            socket.SendTimeout = SendWaitMilliseconds;
            Enlarge(socket);
            Share(socket);
            if (DatagramIo.HasBatchCalls)
                ReportErrors(socket, local.Endpoint.IsIPv4);
            socket.Bind(new IPEndPoint(local.Endpoint.ToIPAddress(), local.Endpoint.Port));
            return new UdpPort(local, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private static Socket NewSocket(in SipEndpoint address)
    {
        if (address.IsIPv4)
            return new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = false };
    }

    private static void Enlarge(Socket socket)
    {
        socket.SendBufferSize = BufferBytes;
        socket.ReceiveBufferSize = BufferBytes;
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            socket.SetRawSocketOption(Libc.SocketLevel, Libc.ReceiveBufferForce, BitConverter.GetBytes(BufferBytes));
        }
        catch (SocketException)
        {
            // Not allowed to this user: the ordinary limit holds.
        }
    }

    private static void ReportErrors(Socket socket, bool isIPv4) => socket.SetRawSocketOption(
        isIPv4 ? Libc.IPv4Level : Libc.IPv6Level, isIPv4 ? Libc.IPv4ReceiveErrors : Libc.IPv6ReceiveErrors, BitConverter.GetBytes(1));

    private static void Share(Socket socket)
    {
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(Libc.SocketLevel, Libc.ReusePort, BitConverter.GetBytes(1));
        else if (OperatingSystem.IsWindows())
            // SIO_UDP_CONNRESET off: an ICMP answer to one peer must not fail a receive from another.
            socket.IOControl(unchecked((int)0x9800000C), [0], null);
        else
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
    }
}
