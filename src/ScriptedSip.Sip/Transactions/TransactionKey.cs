using System.Security.Cryptography;
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
            return hash.ToKey();
        }
        // 17.2.3, second half. The To tag is left out: the ACK to a negative reply carries the one the reply brought.
        hash.Add(request[via.Whole]);
        hash.Add(request[request.RequestUri]);
        hash.Add(request[request.From.Tag]);
        hash.Add(request[request.CallId]);
        hash.Add(request.CSeq.Number);
        return hash.ToKey();
    }
}

/// <summary>A keyed 128-bit hash for identities inside this process; not for the wire.</summary>
public struct KeyedHash
{
    private static readonly ulong[] Secret = NewSecret();

    private ulong _a;
    private ulong _b;

    public static KeyedHash Start() => new() { _a = Secret[0], _b = Secret[1] };

    public void Add(ulong value)
    {
        var high = Math.BigMul(_a ^ value, Secret[2], out var low);
        _a = high ^ low;
        high = Math.BigMul(_b ^ value, Secret[3], out low);
        _b = high ^ low ^ _a;
    }

    /// <summary>Adds bytes and their number, so that neighbours cannot flow into each other.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        while (bytes.Length >= 8)
        {
            Add(BitConverter.ToUInt64(bytes));
            bytes = bytes[8..];
        }
        if (bytes.Length == 0)
            return;
        ulong tail = 0;
        foreach (var b in bytes)
            tail = (tail << 8) | b;
        Add(tail);
    }

    /// <summary>Adds text whose ASCII letters compare without regard to case (RFC 3261 7.3.1).</summary>
    public void AddFolded(ReadOnlySpan<byte> text)
    {
        Span<byte> folded = stackalloc byte[128];
        while (text.Length > folded.Length)
        {
            System.Text.Ascii.ToLower(text[..folded.Length], folded, out _);
            Add(folded);
            text = text[folded.Length..];
        }
        if (System.Text.Ascii.ToLower(text, folded, out var written) == System.Buffers.OperationStatus.Done)
            Add(folded[..written]);
        else
            Add(text);
    }

    public readonly TransactionKey ToKey()
    {
        var last = this;
        last.Add(0x5349502F322E30);
        return new TransactionKey(last._a, last._b);
    }

    private static ulong[] NewSecret()
    {
        var secret = new ulong[4];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(secret.AsSpan()));
        secret[2] |= 1;
        secret[3] |= 1;
        return secret;
    }
}
