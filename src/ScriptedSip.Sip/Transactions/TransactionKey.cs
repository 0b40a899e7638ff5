using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transactions;

/// <summary>
/// Identity of a server transaction (RFC 3261 17.2.3) as a 128-bit keyed hash: topmost branch, sent-by and method, or for RFC 2543 clients the fields
/// that took their place. The key is secret and new in each process, so nobody can make two requests meet; by chance they do so once in 2^64 requests.
/// </summary>
public readonly record struct TransactionKey(ulong High, ulong Low)
{
    /// <summary>The key of the transaction a request belongs to; an ACK's is its INVITE's.</summary>
    public static TransactionKey Of(SipMessage request) => Of(request, request.Method == SipMethod.Ack ? SipMethod.Invite : request.Method);

    /// <summary>The key of the transaction with another method but the same branch: what a CANCEL cancels (RFC 3261 9.2).</summary>
    public static TransactionKey Of(SipMessage request, SipMethod method)
    {
        ref readonly var via = ref request.Via;
        var hash = KeyedHash.Start();
        hash.Add((ulong)method);
        if (method == SipMethod.Other)
            hash.AddFolded(request[request.MethodText]);
        hash.AddFolded(request[via.Host]);
        hash.Add((ulong)via.Port);
        if (via.HasMagicCookie)
        {
            hash.AddFolded(request[via.Branch]);
            return Finish(hash);
        }
        // 17.2.3, second half. The To tag is left out: the ACK to a negative reply carries the one the reply brought.
        hash.Add(request[via.Whole]);
        hash.Add(request[request.RequestUri]);
        hash.Add(request[request.From.Tag]);
        hash.Add(request[request.CallId]);
        hash.Add(request.CSeq.Number);
        return Finish(hash);
    }

    private static TransactionKey Finish(in KeyedHash hash)
    {
        var (high, low) = hash.Finish();
        return new TransactionKey(high, low);
    }
}
