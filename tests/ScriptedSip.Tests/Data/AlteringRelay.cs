using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptedSip.Tests.Data;

/// <summary>
/// Stands between a client and a server of 127.0.0.1 and puts other words, as long, in the place of some the client sends. A connection can be made
/// silent: it stays open, and nothing goes through any more, as when the server's machine is gone.
/// </summary>
internal sealed class AlteringRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, int> _altered = new();
    private readonly ConcurrentBag<Link> _links = [];
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

    /// <summary>How often a word has been replaced.</summary>
    public int CountOf(string word) => _altered.GetValueOrDefault(word);

    /// <summary>Makes the connections silent on which a word has been replaced.</summary>
    public void Silence(string word)
    {
        foreach (var link in _links.Where(l => l.Words.ContainsKey(word)))
            link.IsSilent = true;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var link in _links)
            link.End();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync().ConfigureAwait(false);
                var link = new Link(client, new TcpClient());
                _links.Add(link);
                await link.Server.ConnectAsync(IPAddress.Loopback, _server).ConfigureAwait(false);
                _ = CopyAsync(link, link.Client, link.Server, alters: true);
                _ = CopyAsync(link, link.Server, link.Client, alters: false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // A statement comes in one segment: drivers write a message as a whole.
    private async Task CopyAsync(Link link, TcpClient from, TcpClient to, bool alters)
    {
        var buffer = new byte[65536];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                if (link.IsSilent)
                    continue;
                if (alters)
                    Alter(link, buffer.AsSpan(0, read));
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of them has hung up.
        }
        link.End();
    }

    private void Alter(Link link, Span<byte> bytes)
    {
        foreach (var (from, to) in _words)
        {
            var rest = bytes;
            for (var at = rest.IndexOf(from); at >= 0; at = rest.IndexOf(from))
            {
                to.CopyTo(rest[at..]);
                rest = rest[(at + to.Length)..];
                var word = Encoding.ASCII.GetString(from);
                _altered.AddOrUpdate(word, 1, (_, count) => count + 1);
                link.Words[word] = true;
            }
        }
    }

    private sealed record Link(TcpClient Client, TcpClient Server)
    {
        private volatile bool _isSilent;

        public ConcurrentDictionary<string, bool> Words { get; } = new();

        public bool IsSilent
        {
            get => _isSilent;
            set => _isSilent = value;
        }

        public void End()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
