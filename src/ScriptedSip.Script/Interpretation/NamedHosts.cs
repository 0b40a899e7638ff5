using System.Collections.Concurrent;
using System.Net;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Interpretation;

/// <summary>
/// The addresses of hosts a script compares with by name, <c>src_ip == "backup.example.com"</c>. Looked up by the system's resolver when the program starts and
/// every <see cref="RefreshSeconds"/> after that, beside the traffic; a name that cannot be resolved keeps the addresses it had, at first none.
/// </summary>
public sealed class NamedHosts
{
    /// <summary>Seconds between look-ups.</summary>
    public const int RefreshSeconds = 60;

    private readonly ConcurrentDictionary<string, NamedHost> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private volatile bool _isLive;

    /// <summary>Finds the addresses of a name.</summary>
    public Func<string, Task<IPAddress[]>> Lookup { get; init; } = static name => Dns.GetHostAddressesAsync(name);

    /// <summary>Looks all names up, and from now on new ones as they turn up. Returns at once.</summary>
    public void Refresh()
    {
        _isLive = true;
        foreach (var (name, host) in _hosts)
            _ = RefreshAsync(name, host);
    }

    internal NamedHost Watch(string name)
    {
        var host = _hosts.GetOrAdd(name, static _ => new NamedHost());
        if (_isLive)
            _ = RefreshAsync(name, host);
        return host;
    }

    private async Task RefreshAsync(string name, NamedHost host)
    {
        try
        {
            var addresses = await Lookup(name).ConfigureAwait(false);
            host.Addresses = [.. addresses.Select(static address => new SipEndpoint(TransportProtocol.Udp, address, 0))];
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ArgumentException)
        {
            // The old addresses are the best guess there is.
        }
    }
}

/// <summary>One of them; read while it is being refreshed.</summary>
internal sealed class NamedHost
{
    private volatile SipEndpoint[] _addresses = [];

    public SipEndpoint[] Addresses
    {
        get => _addresses;
        set => _addresses = value;
    }
}

/// <summary><c>src_ip == "host.name"</c>.</summary>
internal sealed class HostCondition(NamedHost host, bool ofSource, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var endpoint = ofSource ? frame.Message.Source : frame.Message.Local.Endpoint;
        foreach (ref readonly var address in host.Addresses.AsSpan())
        {
            if (address.SameAddress(endpoint))
                return isEqual;
        }
        return !isEqual;
    }
}
