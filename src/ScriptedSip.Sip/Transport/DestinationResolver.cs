using System.Collections.Concurrent;
using System.Text;
using ScriptedSip.Sip.Transport.Dns;

namespace ScriptedSip.Sip.Transport;

/// <summary>
/// Finds where a URI leads (RFC 3263). Addresses are answered at once and touch neither memory nor network; names are answered from the cache or
/// looked up in the background, so that a name server that does not answer delays those who need it and nobody else.
/// </summary>
public sealed class DestinationResolver : IDestinationResolver
{
    private const int LongestHost = 255;
    private const int MostEntries = 8192;
    private const int MostSearches = 1024;

    private static readonly ServerPlan Nowhere = new([], 0);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _entriesBySpan;
    private readonly SocketTable _sockets;
    private readonly IClock _clock;
    private readonly DnsCache _names;
    private readonly ServerLocator _locator;
    private readonly Quarantine _quarantine;
    private int _searches;

    /// <summary>A resolver that asks the name servers this machine is set up with.</summary>
    public DestinationResolver(SocketTable sockets, IClock clock) : this(sockets, clock, new MachineDnsSettings().Read) { }

    internal DestinationResolver(SocketTable sockets, IClock clock, Func<DnsSettings> settings)
    {
        _sockets = sockets;
        _clock = clock;
        _names = new DnsCache(new DnsClient(settings), settings, clock);
        _locator = new ServerLocator(_names.AskAsync, sockets);
        _quarantine = new Quarantine(clock);
        _entriesBySpan = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public ResolveStatus Resolve(ReadOnlySpan<byte> host, int port, TransportProtocol protocol, out SipEndpoint endpoint, out ResolvedTargets? targets,
        IResolutionWaiter? waiter, long ticket)
    {
        targets = null;
        // RFC 3263 4.1: an address without a transport is reached over UDP.
        var effective = protocol == TransportProtocol.None ? TransportProtocol.Udp : protocol;
        if (SipEndpoint.TryParseAddress(host, effective, port != 0 ? port : DefaultPort(effective), out endpoint))
            return _sockets.Choose(endpoint, null) is null ? ResolveStatus.Failed : ResolveStatus.Resolved;
        if (host.Length > 1 && host[^1] == '.')
            host = host[..^1];
        if (host.Length is 0 or > LongestHost || !_sockets.Speaks(protocol))
            return ResolveStatus.Failed;

        Span<char> key = stackalloc char[LongestHost + 2];
        key = key[..(host.Length + 2)];
        for (var i = 0; i < host.Length; i++)
            key[i] = (char)(host[i] is >= (byte)'A' and <= (byte)'Z' ? host[i] | 0x20 : host[i]);
        key[^2] = (char)port;
        key[^1] = (char)protocol;
        if (!_entriesBySpan.TryGetValue(key, out var entry))
            entry = _entries.GetOrAdd(key.ToString(), static key => new Entry(key[..^2], key[^2], (TransportProtocol)key[^1]));

        if (!entry.TryUse(_clock.Milliseconds, waiter, ticket, out var plan, out var mustSearch))
        {
            if (!mustSearch)
                return ResolveStatus.Pending;
            StartSearch(entry);
            return ResolveStatus.Pending;
        }
        targets = TargetsOf(entry, plan);
        if (targets is null)
            return ResolveStatus.Failed;
        endpoint = targets.Endpoints[0];
        return ResolveStatus.Resolved;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NaptrRule>?> FindRulesAsync(string name)
    {
        var answer = await _names.AskAsync(name, DnsType.Naptr).ConfigureAwait(false);
        return answer.Status == DnsStatus.Unanswered
            ? null
            : [.. answer.Of<NaptrRecord>().Select(n => new NaptrRule(n.Order, n.Preference, n.Flags, n.Services, n.Substitution))];
    }

    /// <inheritdoc/>
    public void ReportUnreachable(in SipEndpoint target) => _quarantine.Add(target);

    /// <inheritdoc/>
    public bool IsUnreachable(in SipEndpoint target) => !_quarantine.IsEmpty && _quarantine.Contains(target);

    private void StartSearch(Entry entry)
    {
        // When names come faster than they can be answered, those that came before go first.
        if (Interlocked.Increment(ref _searches) > MostSearches)
            Complete(entry, Nowhere);
        else
            _ = Task.Run(() => SearchAsync(entry));
    }

    private async Task SearchAsync(Entry entry)
    {
        var plan = Nowhere;
        try
        {
            plan = await _locator.LocateAsync(entry.Host, entry.Port, entry.Protocol).ConfigureAwait(false);
        }
        finally
        {
            Complete(entry, plan);
        }
    }

    private void Complete(Entry entry, ServerPlan plan)
    {
        Interlocked.Decrement(ref _searches);
        var waiters = entry.Complete(plan, _clock.Milliseconds);
        if (_entries.Count > MostEntries)
            Shrink();
        foreach (var (waiter, ticket) in waiters)
            waiter.OnResolved(ticket, TargetsOf(entry, plan));
    }

    private ResolvedTargets? TargetsOf(Entry entry, ServerPlan plan)
    {
        if (plan.Groups.Count == 0)
            return null;
        if (_quarantine.IsEmpty && entry.FixedTargets is { } known)
            return known;
        return new ResolvedTargets(ServerOrder.Arrange(plan.Groups, Random.Shared.Next, _quarantine.Contains));
    }

    private void Shrink()
    {
        var now = _clock.Milliseconds;
        foreach (var pair in _entries)
        {
            if (pair.Value.IsExpired(now))
                _entries.TryRemove(pair);
        }
        // An entry that goes while it is searched for still tells its waiters.
        foreach (var pair in _entries)
        {
            if (_entries.Count <= MostEntries / 2)
                return;
            _entries.TryRemove(pair);
        }
    }

    private static int DefaultPort(TransportProtocol protocol) => protocol == TransportProtocol.Tls ? 5061 : ListenSocket.DefaultPort;

    /// <summary>What is known about one name with its port and transport, or who waits for it.</summary>
    private sealed class Entry(string host, int port, TransportProtocol protocol)
    {
        private readonly Lock _gate = new();
        private readonly List<(IResolutionWaiter Waiter, long Ticket)> _waiters = [];
        private ServerPlan? _plan;
        private long _expiresAt;
        private bool _isSearching;

        public string Host { get; } = host;

        public int Port { get; } = port;

        public TransportProtocol Protocol { get; } = protocol;

        /// <summary>The targets when their order leaves nothing to chance.</summary>
        public ResolvedTargets? FixedTargets { get; private set; }

        /// <summary>The plan if it still holds; else the waiter is noted, and the first one is told to search.</summary>
        public bool TryUse(long now, IResolutionWaiter? waiter, long ticket, out ServerPlan plan, out bool mustSearch)
        {
            lock (_gate)
            {
                plan = _plan!;
                mustSearch = false;
                if (plan is not null && now < _expiresAt)
                    return true;
                mustSearch = !_isSearching;
                _isSearching = true;
                if (waiter is not null)
                    _waiters.Add((waiter, ticket));
                return false;
            }
        }

        public (IResolutionWaiter Waiter, long Ticket)[] Complete(ServerPlan plan, long now)
        {
            lock (_gate)
            {
                _plan = plan;
                _expiresAt = now + (plan.Seconds * 1000L);
                _isSearching = false;
                FixedTargets = plan.Groups.Count > 0 && plan.Groups.Select(g => g.Priority).Distinct().Count() == plan.Groups.Count
                    ? new ResolvedTargets([.. plan.Groups.SelectMany(g => g.Endpoints)])
                    : null;
                var waiters = _waiters.ToArray();
                _waiters.Clear();
                return waiters;
            }
        }

        public bool IsExpired(long now)
        {
            lock (_gate)
                return !_isSearching && now >= _expiresAt;
        }
    }
}
