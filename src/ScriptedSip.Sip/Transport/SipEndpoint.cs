using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport;

/// <summary>
/// A transport address as a value: protocol, IP address, port, and for streams the connection it came over.
/// Comparable and hashable without allocation, unlike <see cref="IPEndPoint"/>.
/// </summary>
public readonly struct SipEndpoint : IEquatable<SipEndpoint>
{
    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>An IPv4 address: <paramref name="ipv4"/> in host order.</summary>
    public SipEndpoint(TransportProtocol protocol, uint ipv4, ushort port, int connection = 0)
    {
        Protocol = protocol;
        Port = port;
        Connection = connection;
        _low = 0xFFFF_0000_0000UL | ipv4;
    }

    /// <summary>An IPv6 address as two big-endian halves.</summary>
    public SipEndpoint(TransportProtocol protocol, ulong high, ulong low, ushort port, int connection = 0)
    {
        Protocol = protocol;
        Port = port;
        Connection = connection;
        _high = high;
        _low = low;
    }

    /// <summary>From framework types; for load time and slow paths.</summary>
    public SipEndpoint(TransportProtocol protocol, IPAddress address, int port, int connection = 0)
    {
        Protocol = protocol;
        Port = (ushort)port;
        Connection = connection;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        if (written == 4)
        {
            _low = 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }
        else
        {
            _high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            _low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        }
    }

    public TransportProtocol Protocol { get; }

    /// <summary>1–65535; 0 when not known.</summary>
    public ushort Port { get; }

    /// <summary>Number of the stream connection, or 0: any connection to that address. Not part of equality.</summary>
    public int Connection { get; }

    /// <summary>True for the default value.</summary>
    public bool IsNone => Protocol == TransportProtocol.None;

    /// <summary>True for IPv4 (also when written as a mapped IPv6 address).</summary>
    public bool IsIPv4 => _high == 0 && _low >> 32 == 0xFFFF;

    /// <summary>The IPv4 address in host order; only when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)_low;

    /// <summary>First half of the IPv6 form.</summary>
    public ulong AddressHigh => _high;

    /// <summary>Second half of the IPv6 form; IPv4 addresses are mapped.</summary>
    public ulong AddressLow => _low;

    /// <summary>True for 0.0.0.0 and ::.</summary>
    public bool IsAnyAddress => _high == 0 && (_low == 0 || _low == 0xFFFF_0000_0000UL);

    /// <summary>The address as a framework type; allocates.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary>The same address with another port.</summary>
    public SipEndpoint WithPort(int port) => new(Protocol, _high, _low, (ushort)port, Connection);

    /// <summary>The same address by way of a numbered connection; 0 for any.</summary>
    public SipEndpoint WithConnection(int connection) => new(Protocol, _high, _low, Port, connection);

    /// <summary>The same address under another protocol, any connection.</summary>
    public SipEndpoint WithProtocol(TransportProtocol protocol) => new(protocol, _high, _low, Port);

    /// <summary>True when both have the same IP address, whatever port and protocol.</summary>
    public bool SameAddress(in SipEndpoint other) => _high == other._high && _low == other._low;

    /// <inheritdoc/>
    public bool Equals(SipEndpoint other) =>
        _high == other._high && _low == other._low && Port == other.Port && Protocol == other.Protocol;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SipEndpoint other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low, Port, Protocol);

    /// <summary>Value equality.</summary>
    public static bool operator ==(SipEndpoint left, SipEndpoint right) => left.Equals(right);

    /// <summary>Value inequality.</summary>
    public static bool operator !=(SipEndpoint left, SipEndpoint right) => !left.Equals(right);

    /// <summary>
    /// Writes the address as text (IPv6 in brackets when <paramref name="brackets"/>) and returns the number of bytes;
    /// 47 bytes are always enough.
    /// </summary>
    public int FormatAddress(Span<byte> destination, bool brackets)
    {
        if (IsIPv4)
        {
            var at = 0;
            for (var shift = 24; shift >= 0; shift -= 8)
            {
                System.Buffers.Text.Utf8Formatter.TryFormat((byte)(IPv4 >> shift), destination[at..], out var digits);
                at += digits;
                if (shift > 0)
                    destination[at++] = (byte)'.';
            }
            return at;
        }
        var start = brackets ? 1 : 0;
        ToIPAddress().TryFormat(destination[start..], out var written);
        if (!brackets)
            return written;
        destination[0] = (byte)'[';
        destination[written + 1] = (byte)']';
        return written + 2;
    }

    /// <summary>"udp:10.0.0.1:5060"; for logs.</summary>
    public override string ToString() => $"{Protocol.ToString().ToLowerInvariant()}:{new IPEndPoint(ToIPAddress(), Port)}";

    /// <summary>Reads a numeric IPv4 or IPv6 address (with or without brackets) from bytes; false for names.</summary>
    public static bool TryParseAddress(scoped ReadOnlySpan<byte> text, TransportProtocol protocol, int port, out SipEndpoint endpoint)
    {
        endpoint = default;
        if (text.Length == 0)
            return false;
        if (text[0] == '[' || text.Contains((byte)':'))
        {
            if (text[0] == '[')
            {
                if (text[^1] != ']')
                    return false;
                text = text[1..^1];
            }
            // RFC 5118 4.10: the grammar of RFC 3261 yields a third colon before an embedded IPv4 address, and it must be tolerated.
            Span<byte> corrected = stackalloc byte[45];
            var colons = text.IndexOf(":::"u8);
            if (colons >= 0 && text.Length <= corrected.Length)
            {
                text[..colons].CopyTo(corrected);
                text[(colons + 1)..].CopyTo(corrected[colons..]);
                text = corrected[..(text.Length - 1)];
            }
            if (text.Length > 45 || !IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            endpoint = new SipEndpoint(protocol, address, port);
            return true;
        }
        uint ipv4 = 0;
        var octet = -1;
        var dots = 0;
        foreach (var b in text)
        {
            if (b == '.')
            {
                if (octet < 0 || ++dots > 3)
                    return false;
                ipv4 = (ipv4 << 8) | (uint)octet;
                octet = -1;
            }
            else if (b is >= (byte)'0' and <= (byte)'9')
            {
                octet = (octet < 0 ? 0 : octet * 10) + (b - '0');
                if (octet > 255)
                    return false;
            }
            else
            {
                return false;
            }
        }
        if (dots != 3 || octet < 0)
            return false;
        endpoint = new SipEndpoint(protocol, (ipv4 << 8) | (uint)octet, (ushort)port);
        return true;
    }
}
