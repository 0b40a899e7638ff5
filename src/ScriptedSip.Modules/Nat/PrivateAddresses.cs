using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Nat;

/// <summary>
/// Addresses that mean nothing outside of their own network: RFC 1918, RFC 6598 (carrier NAT), link-local, and IPv6 unique local (RFC 4193) and link-local.
/// </summary>
internal static class PrivateAddresses
{
    /// <summary>True for the text of such an address, brackets of IPv6 allowed; false for others and for names.</summary>
    public static bool Contains(ReadOnlySpan<byte> host) =>
        SipEndpoint.TryParseAddress(host, TransportProtocol.Udp, 0, out var endpoint) && Contains(endpoint);

    public static bool Contains(in SipEndpoint endpoint)
    {
        if (!endpoint.IsIPv4)
            return endpoint.AddressHigh >> 57 == 0xFC >> 1 || endpoint.AddressHigh >> 54 == 0xFE80 >> 6;
        var address = endpoint.IPv4;
        return address >> 24 == 10
            || address >> 20 == 0xAC1
            || address >> 16 == 0xC0A8
            || address >> 22 == 0x6440 >> 6
            || address >> 16 == 0xA9FE;
    }
}
