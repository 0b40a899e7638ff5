using System.Net;

namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>Some equal places of one SRV record (or of a name without any): they are tried one after the other.</summary>
internal sealed record ServerGroup(int Priority, int Weight, SipEndpoint[] Endpoints);

/// <summary>Where a name leads: groups in the order of their transport and priority, and for how long that holds.</summary>
/// <param name="Groups">Empty when the name leads nowhere.</param>
/// <param name="Seconds">How long this holds; 0 when nobody answered.</param>
internal sealed record ServerPlan(IReadOnlyList<ServerGroup> Groups, int Seconds);

/// <summary>Locates SIP servers by name (RFC 3263 4). Only transports and address families the program has sockets for are looked for.</summary>
internal sealed class ServerLocator(Func<string, DnsType, Task<DnsAnswer>> ask, SocketTable sockets)
{
    private const int LongestPlan = 3600;
    private const int MostServers = 16;

    // Transports by their NAPTR service and SRV prefix, the preferred one first (RFC 3263 4.1).
    private static readonly (TransportProtocol Protocol, string Service, string Prefix)[] Transports =
    [
        (TransportProtocol.Udp, "SIP+D2U", "_sip._udp."),
        (TransportProtocol.Tcp, "SIP+D2T", "_sip._tcp."),
        (TransportProtocol.Tls, "SIPS+D2T", "_sips._tcp."),
    ];

    /// <param name="host">Name in lower case.</param>
    /// <param name="port">0 when the URI has none.</param>
    /// <param name="protocol">None when the URI leaves it open.</param>
    public async Task<ServerPlan> LocateAsync(string host, int port, TransportProtocol protocol)
    {
        var search = new Search();
        if (port != 0)
            // RFC 3263 4.1, 4.2: with a port there is no SRV look-up, and UDP unless something else is asked for.
            await AddAddressesAsync(search, host, port, protocol == TransportProtocol.None ? TransportProtocol.Udp : protocol, 0, 0).ConfigureAwait(false);
        else if (protocol != TransportProtocol.None)
            await LocateForAsync(search, host, protocol).ConfigureAwait(false);
        else
            await LocateAnyAsync(search, host).ConfigureAwait(false);
        return new ServerPlan(search.Groups, search.Seconds);
    }

    private async Task LocateForAsync(Search search, string host, TransportProtocol protocol)
    {
        if (!await AddServicesAsync(search, PrefixOf(protocol) + host, protocol, 0).ConfigureAwait(false))
            await AddAddressesAsync(search, host, DefaultPort(protocol), protocol, 0, 0).ConfigureAwait(false);
    }

    private async Task LocateAnyAsync(Search search, string host)
    {
        var pointers = await AskAsync(search, host, DnsType.Naptr).ConfigureAwait(false);
        // Nobody answers: the other questions would wait just as long for nothing.
        if (pointers.Status == DnsStatus.Unanswered)
            return;
        var rank = 0;
        foreach (var pointer in pointers.Of<NaptrRecord>().OrderBy(n => n.Order).ThenBy(n => n.Preference))
        {
            var transport = Array.Find(Transports, t => t.Service == pointer.Services);
            if (pointer.Flags == "S" && transport.Service is not null && Speaks(transport.Protocol)
                && await AddServicesAsync(search, pointer.Replacement, transport.Protocol, rank).ConfigureAwait(false))
            {
                rank++;
            }
        }
        if (rank > 0)
            return;
        // RFC 3263 4.1: no usable NAPTR; ask for the SRV records of each transport that is spoken here.
        foreach (var (protocol, _, prefix) in Transports)
        {
            if (protocol != TransportProtocol.Tls && Speaks(protocol) && await AddServicesAsync(search, prefix + host, protocol, rank).ConfigureAwait(false))
                rank++;
        }
        if (rank == 0)
            await AddAddressesAsync(search, host, ListenSocket.DefaultPort, TransportProtocol.Udp, 0, 0).ConfigureAwait(false);
    }

    /// <summary>Adds what the SRV records of a name lead to; false when it has none, so that something else is to be tried. Groups of a lower rank come first, whatever their priority.</summary>
    private async Task<bool> AddServicesAsync(Search search, string name, TransportProtocol protocol, int rank)
    {
        var answer = await AskAsync(search, name, DnsType.Srv).ConfigureAwait(false);
        var services = answer.Of<SrvRecord>().OrderBy(s => s.Priority).Take(MostServers).ToList();
        // RFC 2782: a single record with the root as target says that the service is not there.
        await Task.WhenAll(services.Where(s => s.Target.Length > 0)
            .Select(s => AddAddressesAsync(search, s.Target, s.Port, protocol, (rank << 16) | s.Priority, s.Weight))).ConfigureAwait(false);
        return services.Count > 0 || answer.Status == DnsStatus.Unanswered;
    }

    private async Task AddAddressesAsync(Search search, string host, int port, TransportProtocol protocol, int priority, int weight)
    {
        var endpoints = new List<SipEndpoint>();
        if (IPAddress.TryParse(host, out var numeric))
        {
            endpoints.Add(new SipEndpoint(protocol, numeric, port));
        }
        else
        {
            var questions = new List<Task<DnsAnswer>>(2);
            if (Speaks(protocol, ipv4: true))
                questions.Add(AskAsync(search, host, DnsType.A));
            if (Speaks(protocol, ipv4: false))
                questions.Add(AskAsync(search, host, DnsType.Aaaa));
            foreach (var answer in await Task.WhenAll(questions).ConfigureAwait(false))
                endpoints.AddRange(answer.Of<AddressRecord>().Take(MostServers).Select(a => new SipEndpoint(protocol, a.Address, port)));
        }
        if (endpoints.Count > 0)
            search.Add(new ServerGroup(priority, weight, [.. endpoints]));
    }

    private async Task<DnsAnswer> AskAsync(Search search, string name, DnsType type)
    {
        var answer = await ask(name, type).ConfigureAwait(false);
        search.HoldsFor(answer.Seconds);
        return answer;
    }

    private bool Speaks(TransportProtocol protocol) => Speaks(protocol, ipv4: true) || Speaks(protocol, ipv4: false);

    private bool Speaks(TransportProtocol protocol, bool ipv4)
    {
        foreach (var socket in sockets.All)
        {
            if (socket.Protocol == protocol && socket.Endpoint.IsIPv4 == ipv4)
                return true;
        }
        return false;
    }

    private static string PrefixOf(TransportProtocol protocol) => Array.Find(Transports, t => t.Protocol == protocol).Prefix;

    private static int DefaultPort(TransportProtocol protocol) => protocol == TransportProtocol.Tls ? 5061 : ListenSocket.DefaultPort;

    /// <summary>What one search has found so far; its parts may run side by side.</summary>
    private sealed class Search
    {
        private readonly List<ServerGroup> _groups = [];

        public int Seconds { get; private set; } = LongestPlan;

        public IReadOnlyList<ServerGroup> Groups
        {
            get
            {
                lock (_groups)
                    return [.. _groups.OrderBy(g => g.Priority)];
            }
        }

        public void Add(ServerGroup group)
        {
            lock (_groups)
                _groups.Add(group);
        }

        public void HoldsFor(int seconds)
        {
            lock (_groups)
                Seconds = Math.Min(Seconds, seconds);
        }
    }
}
