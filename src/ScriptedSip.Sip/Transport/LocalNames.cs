using System.Text;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Sip.Transport;

/// <summary>The names and addresses that mean this server: its sockets, their advertised names and the script's aliases.</summary>
public sealed class LocalNames
{
    private readonly IReadOnlyList<ListenSocket> _sockets;
    private volatile (byte[] Host, int Port, TransportProtocol Protocol)[] _names = [];

    /// <param name="sockets">Listening sockets: address and advertised host, with port and protocol.</param>
    /// <param name="aliases">Further names; port 0 and protocol None match any.</param>
    public LocalNames(IEnumerable<ListenSocket> sockets, IEnumerable<(string Host, int Port, TransportProtocol Protocol)> aliases)
    {
        _sockets = [.. sockets];
        Replace(aliases);
    }

    /// <summary>Further hosts that mean this server on any port: the domains of a table. Asked last; null for none.</summary>
    public Func<ReadOnlySpan<byte>, bool>? Further { get; set; }

    /// <summary>Other aliases from now on; the sockets stay.</summary>
    public void Replace(IEnumerable<(string Host, int Port, TransportProtocol Protocol)> aliases)
    {
        var names = new List<(byte[], int, TransportProtocol)>();
        foreach (var socket in _sockets)
        {
            names.Add((socket.AddressText.Span.ToArray(), socket.Endpoint.Port, socket.Protocol));
            names.Add((socket.HostText.Span.ToArray(), socket.Port, socket.Protocol));
        }
        foreach (var (host, port, protocol) in aliases)
            names.Add((Encoding.UTF8.GetBytes(host), port, protocol));
        _names = [.. names];
    }

    /// <summary>
    /// True when host, port and protocol mean this server. A port of 0 stands for the default port, as it does in a URI; protocol None matches any.
    /// An IPv6 host may come with or without brackets.
    /// </summary>
    public bool IsMyself(ReadOnlySpan<byte> host, int port, TransportProtocol protocol)
    {
        if (host.Length > 1 && host[^1] == '.')
            host = host[..^1];
        var effectivePort = port == 0 ? ListenSocket.DefaultPort : port;
        foreach (ref readonly var name in _names.AsSpan())
        {
            if ((name.Port == 0 || name.Port == effectivePort)
                && (protocol == TransportProtocol.None || name.Protocol == TransportProtocol.None || name.Protocol == protocol)
                && HostNames.AreEqual(name.Host, host))
                return true;
        }
        return Further is { } further && further(host);
    }

    /// <summary>True when a host alone, whatever the port and protocol, means this server.</summary>
    public bool IsMyHost(ReadOnlySpan<byte> host)
    {
        if (host.Length > 1 && host[^1] == '.')
            host = host[..^1];
        foreach (ref readonly var name in _names.AsSpan())
        {
            if (HostNames.AreEqual(name.Host, host))
                return true;
        }
        return Further is { } further && further(host);
    }
}
