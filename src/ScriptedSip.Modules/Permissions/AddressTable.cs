using System.Net;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Permissions;

/// <summary>Addresses and networks in numbered groups, from the rows of table <c>address</c>. Immutable.</summary>
internal sealed class AddressTable
{
    /// <summary>A group that stands for all.</summary>
    public const long AnyGroup = -1;

    private readonly Entry[] _entries;

    private AddressTable(Entry[] entries) => _entries = entries;

    public static AddressTable Empty { get; } = new([]);

    /// <summary>Rows of group, address, mask length, port (0: any) and tag; those that name no address are left out.</summary>
    public static AddressTable Read(List<object?[]> rows)
    {
        var entries = new List<Entry>();
        foreach (var row in rows)
        {
            if (!IPAddress.TryParse(row[1] as string, out var address))
                continue;
            var endpoint = new SipEndpoint(TransportProtocol.Udp, address, 0);
            var most = endpoint.IsIPv4 ? 32 : 128;
            var mask = row[2] is long length and >= 0 && length <= most ? (int)length : most;
            entries.Add(new Entry(NumberOf(row[0]), endpoint, endpoint.IsIPv4 ? mask + 96 : mask, (int)NumberOf(row[3]),
                row[4] is string { Length: > 0 } tag ? Value.FromText(Utf8Text.From(tag)) : Value.Null));
        }
        return new AddressTable([.. entries]);
    }

    /// <summary>The first entry of a group with an address; false when there is none. Port 0 is any port.</summary>
    public bool TryFind(long group, in SipEndpoint address, int port, out long foundGroup, out Value tag)
    {
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if ((group != AnyGroup && entry.Group != group) || (entry.Port != 0 && port != 0 && entry.Port != port) || !entry.Contains(address))
                continue;
            (foundGroup, tag) = (entry.Group, entry.Tag);
            return true;
        }
        (foundGroup, tag) = (0, Value.Null);
        return false;
    }

    private static long NumberOf(object? value) => value is long number ? number : 0;

    private readonly record struct Entry(long Group, SipEndpoint Network, int PrefixLength, int Port, Value Tag)
    {
        // IPv4 addresses are the last 32 bits of 128.
        public bool Contains(in SipEndpoint address)
        {
            if (Network.IsIPv4 != address.IsIPv4)
                return false;
            var high = PrefixLength >= 64 ? ulong.MaxValue : PrefixLength == 0 ? 0 : ulong.MaxValue << (64 - PrefixLength);
            var low = PrefixLength <= 64 ? 0 : PrefixLength == 128 ? ulong.MaxValue : ulong.MaxValue << (128 - PrefixLength);
            return ((Network.AddressHigh ^ address.AddressHigh) & high) == 0 && ((Network.AddressLow ^ address.AddressLow) & low) == 0;
        }
    }
}
