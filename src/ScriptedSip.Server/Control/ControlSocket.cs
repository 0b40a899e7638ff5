using System.Net.Sockets;
using System.Text.Json.Nodes;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Server.Control;

/// <summary>
/// The socket through which the program is asked and told things: local, for its user and group alone. A few clients at a time, each with a few seconds
/// for a request of bounded length, so that none of them can hold up the others or the traffic.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    private const int MostClients = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly string _path;
    private readonly ControlCommands _commands;
    private readonly ConsoleLog _log;
    private readonly SemaphoreSlim _places = new(MostClients);
    private readonly CancellationTokenSource _stopping = new();

    private ControlSocket(Socket socket, string path, ControlCommands commands, ConsoleLog log)
    {
        _socket = socket;
        _path = path;
        _commands = commands;
        _log = log;
    }

    /// <summary>Opens the socket; what a program that was killed has left there is replaced.</summary>
    /// <exception cref="StartFailure">The path is in use, or cannot be used.</exception>
    public static ControlSocket Open(string path, ControlCommands commands, ConsoleLog log)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (IsStale(path))
                File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            // Nobody can connect before Listen.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            socket.Listen(MostClients);
            return new ControlSocket(socket, path, commands, log);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            var why = e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } ? "another program listens there" : e.Message;
            throw new StartFailure($"cannot use {path} as the control socket: {why}");
        }
    }

    public void Start() => _ = AcceptAsync();

    /// <summary>Ends listening and removes the file.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _socket.Dispose();
        File.Delete(_path);
        _stopping.Dispose();
    }

    // A socket file that nobody answers at. Anything else there is none of our business.
    private static bool IsStale(string path)
    {
        if (!File.Exists(path))
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stopping.Token).ConfigureAwait(false);
                var client = await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The program ends.
        }
        catch (SocketException e)
        {
            _log.Write(LogLevel.Error, $"the control socket is closed: {e.Message}");
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                deadline.CancelAfter(Patience);
                if (await ControlProtocol.ReadLineAsync(client, ControlProtocol.LongestRequest, deadline.Token).ConfigureAwait(false) is not { } line)
                    return;
                var reply = ControlProtocol.WordsOf(line) is { } words
                    ? await Task.Run(() => _commands.Execute(words)).ConfigureAwait(false)
                    : new JsonObject { ["ok"] = false, ["error"] = "a request is a line like {\"command\":[\"version\"]}" };
                deadline.CancelAfter(Patience);
                await ControlProtocol.WriteLineAsync(client, reply, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Too slow, or gone.
            }
            finally
            {
                _places.Release();
            }
        }
    }
}
