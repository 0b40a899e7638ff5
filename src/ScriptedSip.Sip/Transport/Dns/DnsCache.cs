using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>Remembers answers as long as they hold, and lets everyone who asks the same thing at the same time share one question.</summary>
internal sealed class DnsCache(DnsClient client, Func<DnsSettings> settings, IClock clock)
{
    private const int MostEntries = 8192;
    private const int SecondsOfHosts = 10;

    private readonly ConcurrentDictionary<(string Name, DnsType Type), Entry> _entries = new();

    /// <summary>The answer, from memory or the network.</summary>
    public async Task<DnsAnswer> AskAsync(string name, DnsType type)
    {
        if (type is DnsType.A or DnsType.Aaaa && settings().Hosts.TryGetValue(name, out var addresses))
            return FromHosts(name, type, addresses);
        var key = (name, type);
        if (_entries.TryGetValue(key, out var entry) && (!entry.Answer.IsCompleted || clock.Milliseconds < entry.ExpiresAt))
            return await entry.Answer.ConfigureAwait(false);
        var completion = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var own = new Entry(completion.Task);
        var current = _entries.AddOrUpdate(key, own, (_, present) => ReferenceEquals(present, entry) ? own : present);
        if (ReferenceEquals(current, own))
        {
            var answer = await client.AskAsync(name, type).ConfigureAwait(false);
            own.ExpiresAt = clock.Milliseconds + (answer.Seconds * 1000L);
            // Silence says nothing about the name: the next one who asks may have more luck.
            if (answer.Status == DnsStatus.Unanswered)
                _entries.TryRemove(KeyValuePair.Create(key, own));
            completion.SetResult(answer);
            if (_entries.Count > MostEntries)
                Shrink();
        }
        return await current.Answer.ConfigureAwait(false);
    }

    private static DnsAnswer FromHosts(string name, DnsType type, IReadOnlyList<IPAddress> addresses)
    {
        var family = type == DnsType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return new DnsAnswer(DnsStatus.Answered,
            [.. addresses.Where(a => a.AddressFamily == family).Select(a => new AddressRecord(name, SecondsOfHosts, a))], SecondsOfHosts);
    }

    private void Shrink()
    {
        var now = clock.Milliseconds;
        foreach (var pair in _entries)
        {
            if (pair.Value.Answer.IsCompleted && now >= pair.Value.ExpiresAt)
                _entries.TryRemove(pair);
        }
        // Still too many that hold: somebody makes us ask for names without end. Any of them may go.
        foreach (var pair in _entries)
        {
            if (_entries.Count <= MostEntries / 2)
                return;
            if (pair.Value.Answer.IsCompleted)
                _entries.TryRemove(pair);
        }
    }

    private sealed class Entry(Task<DnsAnswer> answer)
    {
        private long _expiresAt;

        public Task<DnsAnswer> Answer { get; } = answer;

        public long ExpiresAt
        {
            get => Volatile.Read(ref _expiresAt);
            set => Volatile.Write(ref _expiresAt, value);
        }
    }
}
