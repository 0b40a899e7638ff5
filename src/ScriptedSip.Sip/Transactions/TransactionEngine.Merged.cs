using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Merged requests (RFC 3261 8.2.2.2): one request that was forked before this server and reaches it again by another way.</summary>
public sealed partial class TransactionEngine
{
    private readonly MergeIndex _merges = new();

    /// <summary>
    /// True when a live transaction has the same request under another branch: same method, Request-URI, From tag, Call-ID, CSeq and credentials, no To
    /// tag. Not for a fork to another Request-URI, nor for a request that has passed here before (a spiral: see <see cref="HasLooped"/>), nor after
    /// a failure, when the sender may try again.
    /// </summary>
    private bool IsMerged(SipMessage request, Transaction transaction)
    {
        if (request.To.Tag.IsPresent || request.Method is SipMethod.Ack or SipMethod.Cancel)
            return false;
        var key = MergeKeyOf(request);
        transaction.MergeKey = key;
        var earlier = _merges.Exchange(key, MergeTicketOf(transaction));
        if (earlier == 0 || !IsSameRequest(earlier, key))
            return false;
        // The first one stays the one to compare with, whatever becomes of this.
        _merges.Exchange(key, earlier);
        transaction.MergeKey = 0;
        return !HasPassed(request);
    }

    private static long MergeTicketOf(Transaction transaction) => ((long)transaction.Label << 32) | (uint)transaction.Slot;

    // Read without owning it: a label that has changed meanwhile tells that it is over, a status read a moment too early is that of then.
    private bool IsSameRequest(long ticket, ulong key)
    {
        if (_table.At((int)(uint)ticket) is not { } other)
            return false;
        var isSame = Volatile.Read(ref other.MergeKey) == key && other.LastStatus < 300 && other.State != TxState.Terminated;
        return isSame && Volatile.Read(ref other.Label) == (uint)(ticket >> 32);
    }

    private bool HasPassed(SipMessage request)
    {
        var via = request.Via;
        do
        {
            if (TryReadBranchId(request[via.Branch], out var slot, out var label, out _) && _table.At(slot) is { } transaction && transaction.Label == label)
                return true;
        }
        while (TryReadNext(request, ref via));
        return false;
    }

    private static ulong MergeKeyOf(SipMessage request)
    {
        var hash = KeyedHash.Start();
        hash.Add(request[request.MethodText]);
        hash.Add(request[request.RequestUri]);
        hash.Add(request[request.From.Tag]);
        hash.Add(request[request.CallId]);
        hash.Add(request.CSeq.Number);
        AddValues(ref hash, request, HeaderId.Authorization);
        AddValues(ref hash, request, HeaderId.ProxyAuthorization);
        return hash.Finish().High;
    }

    private static void AddValues(ref KeyedHash hash, SipMessage request, HeaderId id)
    {
        for (var row = request.First(id); row >= 0; row = request.Header(row).NextSame)
            hash.Add(request[request.Header(row).Value]);
    }
}
