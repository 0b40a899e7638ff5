using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transport;

/// <summary>How far a resolution got.</summary>
public enum ResolveStatus : byte
{
    /// <summary>Addresses are known now.</summary>
    Resolved,

    /// <summary>A name is being looked up; the waiter will be told.</summary>
    Pending,

    /// <summary>Nothing can be reached under that name: unknown, or no socket speaks its protocol.</summary>
    Failed,
}

/// <summary>The addresses to try for one next hop, best first (RFC 3263 4). Immutable.</summary>
public sealed class ResolvedTargets(SipEndpoint[] endpoints)
{
    /// <summary>In the order to be tried; never empty.</summary>
    public IReadOnlyList<SipEndpoint> Endpoints { get; } = endpoints;
}

/// <summary>Told when a name has been looked up; called on a resolver thread, must not block.</summary>
public interface IResolutionWaiter
{
    /// <summary><paramref name="targets"/> is null when the name leads nowhere.</summary>
    void OnResolved(long ticket, ResolvedTargets? targets);
}

/// <summary>Finds where a URI leads (RFC 3263). Numeric hosts never leave the calling thread.</summary>
public interface IDestinationResolver
{
    /// <summary>
    /// Host and port of a URI under a transport (None: choose by RFC 3263 4.1). Numeric hosts fill <paramref name="endpoint"/> at once and need
    /// no list; cached names fill <paramref name="targets"/> as well. Pending: <paramref name="waiter"/> is called later with <paramref name="ticket"/>.
    /// </summary>
    ResolveStatus Resolve(ReadOnlySpan<byte> host, int port, TransportProtocol protocol, out SipEndpoint endpoint, out ResolvedTargets? targets,
        IResolutionWaiter? waiter, long ticket);

    /// <summary>
    /// A target did not answer or could not be reached: for a while it is tried after the others of its name (RFC 3263 4.3). The name itself stays good.
    /// </summary>
    void ReportUnreachable(in SipEndpoint target) { }

    /// <summary>The rewriting rules of a name (NAPTR, RFC 3403), from memory or the name servers; null when nobody answers.</summary>
    Task<IReadOnlyList<NaptrRule>?> FindRulesAsync(string name) => Task.FromResult<IReadOnlyList<NaptrRule>?>(null);

    /// <summary>True for a target that was reported a moment ago.</summary>
    bool IsUnreachable(in SipEndpoint target) => false;
}
