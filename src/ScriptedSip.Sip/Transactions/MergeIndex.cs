namespace ScriptedSip.Sip.Transactions;

/// <summary>
/// Finds the transaction a merged request has been with before (RFC 3261 8.2.2.2). Of those whose hashes share a place the latest is known: what is
/// missed is forwarded, as a proxy without this check would. Needs no removal, since a stale label tells. Thread-safe.
/// </summary>
internal sealed class MergeIndex
{
    private const int Size = 1 << 14;

    private readonly long[] _tickets = new long[Size];

    /// <summary>Puts a transaction's ticket where others with its hash will look; the one that was there before, or 0.</summary>
    public long Exchange(ulong key, long ticket) => Interlocked.Exchange(ref _tickets[key & (Size - 1)], ticket);
}
