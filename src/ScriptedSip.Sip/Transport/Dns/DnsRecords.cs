using System.Net;

namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>The record types asked for or understood (RFC 1035 3.2.2, RFC 3596, RFC 2782, RFC 3403).</summary>
internal enum DnsType : ushort
{
    A = 1,
    Cname = 5,
    Soa = 6,
    Aaaa = 28,
    Srv = 33,
    Naptr = 35,
}

/// <summary>How a question ended.</summary>
internal enum DnsStatus
{
    /// <summary>Answered; there may be no records of the type.</summary>
    Answered,

    /// <summary>The name does not exist.</summary>
    NoSuchName,

    /// <summary>No server gave a usable answer.</summary>
    Unanswered,
}

/// <summary>A resource record; names are in lower case without the final dot, so the root is empty.</summary>
/// <param name="Name">Owner.</param>
/// <param name="Seconds">Time to live.</param>
internal abstract record DnsRecord(string Name, int Seconds);

/// <summary>A or AAAA.</summary>
internal sealed record AddressRecord(string Name, int Seconds, IPAddress Address) : DnsRecord(Name, Seconds);

internal sealed record CnameRecord(string Name, int Seconds, string Target) : DnsRecord(Name, Seconds);

/// <summary>SOA; only what negative caching needs (RFC 2308 5).</summary>
internal sealed record SoaRecord(string Name, int Seconds, int Minimum) : DnsRecord(Name, Seconds);

internal sealed record SrvRecord(string Name, int Seconds, int Priority, int Weight, int Port, string Target) : DnsRecord(Name, Seconds);

internal sealed record NaptrRecord(string Name, int Seconds, int Order, int Preference, string Flags, string Services, string Replacement, string Substitution = "")
    : DnsRecord(Name, Seconds);

/// <summary>What is known about one name and type.</summary>
/// <param name="Status">How the question ended.</param>
/// <param name="Records">Records of the type asked for, at the end of any CNAME chain.</param>
/// <param name="Seconds">How long this holds.</param>
internal sealed record DnsAnswer(DnsStatus Status, IReadOnlyList<DnsRecord> Records, int Seconds)
{
    public static readonly DnsAnswer Unanswered = new(DnsStatus.Unanswered, [], 0);

    public IEnumerable<T> Of<T>() where T : DnsRecord => Records.OfType<T>();
}
