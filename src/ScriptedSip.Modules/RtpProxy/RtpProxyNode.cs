using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>One RTP proxy, reached over UDP, where a cookie in front of command and answer ties them together, or over a local stream socket.</summary>
internal sealed class RtpProxyNode
{
    private const int MaxAnswer = 65_535;

    private static int _cookies = Environment.TickCount;

    private readonly EndPoint _address;
    private readonly bool _isLocal;
    private long _disabledUntil;

    private RtpProxyNode(string name, EndPoint address, bool isLocal, int weight)
    {
        Name = name;
        _address = address;
        _isLocal = isLocal;
        Weight = weight;
    }

    /// <summary>Its address as the script has it.</summary>
    public string Name { get; }

    public int Weight { get; }

    /// <summary>What to give phones as media address when the proxy names none; null for a local socket.</summary>
    public IPAddress? Host => (_address as IPEndPoint)?.Address;

    /// <summary>Reads <c>udp:host:port[=weight]</c>, <c>udp6:host:port</c>, <c>unix:/path</c> or <c>/path</c>; null when it is none or the host is unknown.</summary>
    public static RtpProxyNode? Parse(string text)
    {
        var weight = 1;
        var name = text;
        var equals = text.LastIndexOf('=');
        if (equals > 0 && (!int.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out weight) || weight < 1))
            return null;
        if (equals > 0)
            name = text[..equals];
        if (name.StartsWith("unix:", StringComparison.Ordinal) || name.StartsWith('/'))
            return new RtpProxyNode(name, new UnixDomainSocketEndPoint(name.StartsWith('/') ? name : name[5..]), isLocal: true, weight);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var port = name.LastIndexOf(':');
        if (colon < 0 || port <= colon || name[..colon] is not ("udp" or "udp6")
            || !ushort.TryParse(name.AsSpan(port + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            return null;
        return Resolve(name[(colon + 1)..port].Trim('[', ']')) is { } host ? new RtpProxyNode(name, new IPEndPoint(host, number), isLocal: false, weight) : null;
    }

    public bool IsUsable(long now) => now >= Volatile.Read(ref _disabledUntil);

    /// <summary>Leaves it alone until a time.</summary>
    public void DisableUntil(long time) => Volatile.Write(ref _disabledUntil, time);

    /// <summary>Sends a command, whose characters are bytes, and waits for its answer; null when there is none. Over UDP it is sent again after each timeout.</summary>
    public async Task<string?> AskAsync(string command, int timeoutMilliseconds, int retries, CancellationToken token)
    {
        try
        {
            return _isLocal ? await AskLocalAsync(command, timeoutMilliseconds, token).ConfigureAwait(false)
                : await AskRemoteAsync(command, timeoutMilliseconds, retries, token).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task<string?> AskRemoteAsync(string command, int timeoutMilliseconds, int retries, CancellationToken token)
    {
        var cookie = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}_{Interlocked.Increment(ref _cookies)} ");
        var request = Encoding.Latin1.GetBytes(cookie + command);
        var answer = new byte[MaxAnswer];
        using var socket = new Socket(_address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(_address, token).ConfigureAwait(false);
        for (var attempt = 0; attempt <= retries; attempt++)
        {
            await socket.SendAsync(request, token).ConfigureAwait(false);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(timeoutMilliseconds);
            try
            {
                while (true)
                {
                    var length = await socket.ReceiveAsync(answer, patience.Token).ConfigureAwait(false);
                    var text = Encoding.Latin1.GetString(answer, 0, length);
                    if (text.StartsWith(cookie, StringComparison.Ordinal))
                        return text[cookie.Length..].TrimEnd();
                }
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                // Again, with the same cookie: the proxy knows it has carried the command out already.
            }
        }
        return null;
    }

    private async Task<string?> AskLocalAsync(string command, int timeoutMilliseconds, CancellationToken token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(timeoutMilliseconds);
        try
        {
            var answer = new byte[MaxAnswer];
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(_address, patience.Token).ConfigureAwait(false);
            await socket.SendAsync(Encoding.Latin1.GetBytes(command + "\n"), patience.Token).ConfigureAwait(false);
            var length = 0;
            while (length < answer.Length && !answer.AsSpan(0, length).Contains((byte)'\n'))
            {
                var more = await socket.ReceiveAsync(answer.AsMemory(length), patience.Token).ConfigureAwait(false);
                if (more == 0)
                    break;
                length += more;
            }
            return length == 0 ? null : Encoding.Latin1.GetString(answer, 0, length).TrimEnd();
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return null;
        }
    }

    private static IPAddress? Resolve(string host)
    {
        try
        {
            return IPAddress.TryParse(host, out var address) ? address : Dns.GetHostAddresses(host).FirstOrDefault();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
