using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>Thrown when the program cannot start for a reason outside of the script; the message says which and why.</summary>
internal sealed class StartFailure(string message) : Exception(message);

/// <summary>An address to be bound and what its <c>listen</c> line says about it.</summary>
internal readonly record struct ListenAddress(SipEndpoint Endpoint, ListenSetting Setting);

/// <summary>Turns <c>listen</c> lines (addresses, names, interfaces, none at all) into the addresses to bind.</summary>
internal static class ListenAddresses
{
    private static readonly ListenSetting Everything = new(null, "*", 0);

    /// <param name="listen">The lines; none means all interfaces.</param>
    /// <param name="settings">Default port and whether TCP is wanted.</param>
    /// <param name="note">Told about lines that name a protocol that is not spoken.</param>
    /// <exception cref="StartFailure">A line leads to no address.</exception>
    public static List<ListenAddress> Resolve(IReadOnlyList<ListenSetting> listen, ScriptSettings settings, Action<string> note)
    {
        var addresses = new List<ListenAddress>();
        foreach (var setting in listen.Count == 0 ? [Everything] : listen)
        {
            var hosts = AddressesOf(setting.Host);
            if (hosts.Count == 0)
                throw new StartFailure($"cannot listen on {setting.Host}: it is no address, host name or interface of this machine");
            foreach (var protocol in ProtocolsOf(setting, settings, note))
            {
                foreach (var host in hosts)
                {
                    var endpoint = new SipEndpoint(protocol, host, setting.Port == 0 ? settings.Port : setting.Port);
                    if (!addresses.Exists(a => a.Endpoint == endpoint))
                        addresses.Add(new ListenAddress(endpoint, setting));
                }
            }
        }
        if (addresses.Count == 0)
            throw new StartFailure("there is no address to listen on");
        return addresses;
    }

    private static IEnumerable<TransportProtocol> ProtocolsOf(ListenSetting setting, ScriptSettings settings, Action<string> note)
    {
        if (setting.Protocol is null)
            return settings.DisableTcp ? [TransportProtocol.Udp] : [TransportProtocol.Udp, TransportProtocol.Tcp];
        if (setting.Protocol.Equals("udp", StringComparison.OrdinalIgnoreCase))
            return [TransportProtocol.Udp];
        if (!setting.Protocol.Equals("tcp", StringComparison.OrdinalIgnoreCase))
            note($"not listening on {setting.Protocol}:{setting.Host}: this protocol is not spoken here");
        else if (!settings.DisableTcp)
            return [TransportProtocol.Tcp];
        return [];
    }

    private static List<IPAddress> AddressesOf(string host)
    {
        if (SipEndpoint.TryParseAddress(System.Text.Encoding.ASCII.GetBytes(host), TransportProtocol.Udp, 0, out var numeric))
        {
            // Every address gets a socket of its own, so that replies leave from the address the request came to.
            if (!numeric.IsAnyAddress)
                return [numeric.ToIPAddress()];
            return InterfaceAddresses(null, numeric.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
        }
        if (host is "*" or "any")
            return InterfaceAddresses(null, AddressFamily.InterNetwork);
        var ofInterface = InterfaceAddresses(host, AddressFamily.Unspecified);
        if (ofInterface.Count > 0)
            return ofInterface;
        try
        {
            return [.. Dns.GetHostAddresses(host)];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <param name="name">An interface, or null for all.</param>
    /// <param name="family">Unspecified for both.</param>
    private static List<IPAddress> InterfaceAddresses(string? name, AddressFamily family) =>
        [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => (name is null || i.Name == name) && i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => !a.IsIPv6LinkLocal && (family == AddressFamily.Unspecified || a.AddressFamily == family))];
}
