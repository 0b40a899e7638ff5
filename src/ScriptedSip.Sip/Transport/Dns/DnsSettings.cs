using System.Collections.Frozen;
using System.Globalization;
using System.Net;

namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>Whom to ask, how patiently, and the names the machine knows without asking. Immutable.</summary>
internal sealed record DnsSettings
{
    private const int MostServers = 3;

    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>How long one server may take for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the list of servers is gone through.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Addresses by name in lower case, as /etc/hosts has them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IPAddress>> Hosts { get; init; } = FrozenDictionary<string, IReadOnlyList<IPAddress>>.Empty;

    /// <summary>Reads the two files in their own formats (resolv.conf(5), hosts(5)); what is missing or cannot be read in them is passed over.</summary>
    public static DnsSettings Parse(string resolverFile, string hostsFile)
    {
        var servers = new List<IPEndPoint>();
        var settings = new DnsSettings();
        foreach (var words in Lines(resolverFile))
        {
            if (words[0] == "nameserver" && words.Length > 1 && servers.Count < MostServers && IPAddress.TryParse(words[1], out var address))
                servers.Add(new IPEndPoint(address, 53));
            else if (words[0] == "options")
                settings = words.Skip(1).Aggregate(settings, WithOption);
        }
        // resolv.conf(5): without a nameserver line, the machine itself is asked.
        if (servers.Count == 0)
            servers.Add(new IPEndPoint(IPAddress.Loopback, 53));
        return settings with { Servers = servers, Hosts = ParseHosts(hostsFile) };
    }

    private static DnsSettings WithOption(DnsSettings settings, string option)
    {
        var colon = option.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !int.TryParse(option.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1)
            return settings;
        return option[..colon] switch
        {
            // A caller waits for this: two seconds a server are enough whatever the file allows.
            "timeout" => settings with { Timeout = TimeSpan.FromSeconds(Math.Min(value, 2)) },
            "attempts" => settings with { Attempts = Math.Min(value, 3) },
            _ => settings,
        };
    }

    private static Dictionary<string, IReadOnlyList<IPAddress>> ParseHosts(string hostsFile)
    {
        var hosts = new Dictionary<string, IReadOnlyList<IPAddress>>(StringComparer.Ordinal);
        foreach (var words in Lines(hostsFile))
        {
            if (!IPAddress.TryParse(words[0], out var address))
                continue;
            foreach (var name in words.Skip(1).Select(w => w.ToLowerInvariant()))
                hosts[name] = hosts.TryGetValue(name, out var known) ? [.. known, address] : [address];
        }
        // RFC 6761 6.3: this name never leaves the machine.
        hosts.TryAdd("localhost", [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        return hosts;
    }

    private static IEnumerable<string[]> Lines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var comment = line.AsSpan().IndexOfAny('#', ';');
            var words = (comment < 0 ? line : line[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
                yield return words;
        }
    }
}

/// <summary>The settings of this machine, read again when their files change.</summary>
internal sealed class MachineDnsSettings(string resolverFile = "/etc/resolv.conf", string hostsFile = "/etc/hosts")
{
    private readonly Lock _gate = new();
    private (DateTime Resolver, DateTime Hosts) _stamp;
    private DnsSettings? _current;

    public DnsSettings Read()
    {
        lock (_gate)
        {
            var stamp = (File.GetLastWriteTimeUtc(resolverFile), File.GetLastWriteTimeUtc(hostsFile));
            if (_current is null || stamp != _stamp)
            {
                _stamp = stamp;
                _current = DnsSettings.Parse(TextOf(resolverFile), TextOf(hostsFile));
            }
            return _current;
        }
    }

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
