using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptedSip.Tests.Data;

/// <summary>Stands between a client and a server of 127.0.0.1 and puts other words, as long, in the place of some the client sends.</summary>
internal sealed class AlteringRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, bool> _altered = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly (byte[] From, byte[] To)[] _words;
    private readonly int _server;

    public AlteringRelay(int server, params (string From, string To)[] words)
    {
        _server = server;
        _words = [.. words.Select(w => (Encoding.ASCII.GetBytes(w.From), Encoding.ASCII.GetBytes(w.To)))];
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The words that have been replaced so far.</summary>
    public ICollection<string> Altered => _altered.Keys;

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var client in _clients)
            client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync().ConfigureAwait(false);
                var server = new TcpClient();
                _clients.Add(client);
                _clients.Add(server);
                await server.ConnectAsync(IPAddress.Loopback, _server).ConfigureAwait(false);
                _ = CopyAsync(client, server, alters: true);
                _ = CopyAsync(server, client, alters: false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // A statement comes in one segment: drivers write a message as a whole.
    private async Task CopyAsync(TcpClient from, TcpClient to, bool alters)
    {
        var buffer = new byte[65536];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                if (alters)
                    Alter(buffer.AsSpan(0, read));
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of them has hung up.
        }
        from.Dispose();
        to.Dispose();
    }

    private void Alter(Span<byte> bytes)
    {
        foreach (var (from, to) in _words)
        {
            for (var at = bytes.IndexOf(from); at >= 0; at = bytes.IndexOf(from))
            {
                to.CopyTo(bytes[at..]);
                _altered[Encoding.ASCII.GetString(from)] = true;
            }
        }
    }
}
