using System.Net;
using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>One listening TCP socket; what it accepts goes to the connection table.</summary>
public sealed class TcpPort : IDisposable
{
    private const int Backlog = 512;
    private const int RetryMilliseconds = 100;

    private readonly Socket _socket;
    private readonly ConnectionTable _connections;

    private TcpPort(ListenSocket local, Socket socket, ConnectionTable connections)
    {
        Local = local;
        _socket = socket;
        _connections = connections;
    }

    public ListenSocket Local { get; }

    /// <summary>Makes sure that the address is free and tells the port the system chose when it was 0.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static SipEndpoint Claim(in SipEndpoint address)
    {
        using var socket = Bind(address);
        socket.Listen(1);
        return address.WithPort(((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    /// <summary>Binds the address; peers wait until <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static TcpPort Open(ListenSocket local, ConnectionTable connections)
    {
        ArgumentNullException.ThrowIfNull(local);
        var socket = Bind(local.Endpoint);
        socket.Listen(Backlog);
        return new TcpPort(local, socket, connections);
    }

    public void Start() => _ = AcceptAsync();

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static Socket Bind(in SipEndpoint address)
    {
        var socket = new Socket(address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (!address.IsIPv4)
                socket.DualMode = false;
            socket.Bind(new IPEndPoint(address.ToIPAddress(), address.Port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _connections.Accept(await _socket.AcceptAsync().ConfigureAwait(false), Local);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, or the peer left the queue: others are to be served as soon as that is possible.
                await Task.Delay(RetryMilliseconds).ConfigureAwait(false);
            }
        }
    }
}
