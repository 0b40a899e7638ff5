using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptedSip.Tests.Modules.RtpProxy;

/// <summary>Hears commands of the RTP proxy protocol on a port of this machine, or on a local socket, and answers as told.</summary>
internal sealed class FakeRtpProxy : IDisposable
{
    private readonly Socket _socket;
    private readonly Func<string, string?> _answer;
    private readonly ConcurrentQueue<string> _commands = [];
    private readonly Thread _thread;
    private readonly string? _path;

    /// <param name="answer">From a command without its cookie to the answer; null for none.</param>
    /// <param name="path">Of a local socket; null for UDP.</param>
    public FakeRtpProxy(Func<string, string?> answer, string? path = null)
    {
        _answer = answer;
        _path = path;
        _socket = path is null ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Bind(path is null ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(path));
        if (path is not null)
            _socket.Listen();
        _thread = new Thread(path is null ? Serve : ServeLocal) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>As rtpproxy_sock wants it.</summary>
    public string Address => _path is null ? $"udp:127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}" : $"unix:{_path}";

    /// <summary>What it was told, in order.</summary>
    public IEnumerable<string> Commands => _commands;

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
        if (_path is not null)
            File.Delete(_path);
    }

    private void Serve()
    {
        var bytes = new byte[2048];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var text = Encoding.ASCII.GetString(bytes, 0, _socket.ReceiveFrom(bytes, ref from));
                var space = text.IndexOf(' ', StringComparison.Ordinal);
                _commands.Enqueue(text[(space + 1)..]);
                if (_answer(text[(space + 1)..]) is not { } answer)
                    continue;
                // Somebody else's answer is none.
                _socket.SendTo(Encoding.ASCII.GetBytes($"other{text[..(space + 1)]}1\n"), from);
                _socket.SendTo(Encoding.ASCII.GetBytes($"{text[..(space + 1)]}{answer}\n"), from);
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private void ServeLocal()
    {
        try
        {
            while (true)
            {
                using var peer = _socket.Accept();
                using var stream = new NetworkStream(peer);
                using var reader = new StreamReader(stream);
                if (reader.ReadLine() is not { } command)
                    continue;
                _commands.Enqueue(command);
                if (_answer(command) is { } answer)
                    stream.Write(Encoding.ASCII.GetBytes(answer + "\n"));
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
