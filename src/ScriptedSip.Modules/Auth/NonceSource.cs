using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Auth;

/// <summary>What a nonce in credentials is worth.</summary>
internal enum NonceState : byte
{
    Good,

    /// <summary>Too old, or not made with this secret: the client may try again with a new one without asking for the password.</summary>
    Stale,

    /// <summary>It has been used with this nc, or a higher one, before.</summary>
    Reused,
}

/// <summary>Parts of a request a nonce can be bound to, so that it is good for such requests only.</summary>
[Flags]
internal enum NonceBinding : byte
{
    None = 0,
    RequestUri = 1,
    CallId = 2,
    FromTag = 4,
    SourceAddress = 8,
}

/// <summary>
/// Makes nonces and knows them again without keeping them: time of making, a serial number and a signature. Only when replays are to be noticed
/// (RFC 7616 3.4, nc) is something kept, eight bytes for each of the latest nonces.
/// </summary>
internal sealed class NonceSource(byte[] secret, int lifetime, int drift, int countedNonces, bool isOneTime, IClock clock)
{
    private const int SignatureLength = 16;
    private const int RawLength = 8 + SignatureLength;

    // The highest bit of the serial number.
    private const uint IntegrityBit = 0x8000_0000;

    /// <summary>Length of a nonce as text.</summary>
    public const int TextLength = RawLength / 3 * 4;

    // Per nonce: serial number in the upper half, last nc in the lower.
    private readonly long[] _counts = new long[countedNonces];
    private int _serial;

    /// <summary>Writes a new nonce.</summary>
    /// <param name="request">The request that is challenged.</param>
    /// <param name="binding">What of it the nonce is good for.</param>
    /// <param name="demandsIntegrity">True when auth-int is the only protection the challenge offers.</param>
    /// <param name="text">Gets the nonce.</param>
    public void Make(SipMessage request, NonceBinding binding, bool demandsIntegrity, Span<byte> text)
    {
        Span<byte> raw = stackalloc byte[RawLength];
        var serial = ((uint)Interlocked.Increment(ref _serial) & ~IntegrityBit) | (demandsIntegrity ? IntegrityBit : 0);
        BinaryPrimitives.WriteUInt32BigEndian(raw, (uint)clock.UtcNow.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32BigEndian(raw[4..], serial);
        Sign(request, binding, raw[..8], raw[8..]);
        Base64.EncodeToUtf8(raw, text, out _, out _);
        if (_counts.Length > 0)
            Volatile.Write(ref _counts[serial % (uint)_counts.Length], (long)serial << 32);
    }

    /// <summary>Whether the challenge with this nonce, one of ours, asked for the body to be protected.</summary>
    public static bool DemandsIntegrity(ReadOnlySpan<byte> text)
    {
        Span<byte> raw = stackalloc byte[RawLength];
        return TryRead(text, raw) && (BinaryPrimitives.ReadUInt32BigEndian(raw[4..]) & IntegrityBit) != 0;
    }

    /// <summary>Looks at a nonce; nothing is noted.</summary>
    public NonceState Check(SipMessage request, NonceBinding binding, ReadOnlySpan<byte> text)
    {
        Span<byte> raw = stackalloc byte[RawLength];
        if (!TryRead(text, raw))
            return NonceState.Stale;
        Span<byte> signature = stackalloc byte[SignatureLength];
        Sign(request, binding, raw[..8], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, raw[8..]))
            return NonceState.Stale;
        var age = clock.UtcNow.ToUnixTimeSeconds() - BinaryPrimitives.ReadUInt32BigEndian(raw);
        return age > lifetime || age < -drift ? NonceState.Stale : NonceState.Good;
    }

    /// <summary>Notes the use of a good nonce whose credentials were right; each nc may come once, in ascending order.</summary>
    public NonceState Use(ReadOnlySpan<byte> text, ReadOnlySpan<byte> nonceCount)
    {
        if (_counts.Length == 0)
            return NonceState.Good;
        Span<byte> raw = stackalloc byte[RawLength];
        if (!TryRead(text, raw))
            return NonceState.Stale;
        uint count = 1;
        if (!isOneTime && (!Utf8Parser.TryParse(nonceCount, out count, out var length, 'x') || length != nonceCount.Length))
            return NonceState.Reused;
        var serial = BinaryPrimitives.ReadUInt32BigEndian(raw[4..]);
        ref var entry = ref _counts[serial % (uint)_counts.Length];
        while (true)
        {
            var seen = Volatile.Read(ref entry);
            if ((uint)(seen >> 32) != serial)
                return NonceState.Stale;
            if (count <= (uint)seen)
                return NonceState.Reused;
            if (Interlocked.CompareExchange(ref entry, ((long)serial << 32) | count, seen) == seen)
                return NonceState.Good;
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> text, Span<byte> raw) =>
        text.Length == TextLength && Base64.DecodeFromUtf8(text, raw, out _, out var written) == System.Buffers.OperationStatus.Done && written == RawLength;

    private void Sign(SipMessage request, NonceBinding binding, ReadOnlySpan<byte> head, Span<byte> signature)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(head);
        Append(hmac, (binding & NonceBinding.RequestUri) != 0 ? request[request.RequestUri] : default);
        Append(hmac, (binding & NonceBinding.CallId) != 0 ? request[request.CallId] : default);
        Append(hmac, (binding & NonceBinding.FromTag) != 0 ? request[request.From.Tag] : default);
        Span<byte> address = stackalloc byte[64];
        var length = (binding & NonceBinding.SourceAddress) != 0 ? request.Source.FormatAddress(address, brackets: false) : 0;
        Append(hmac, address[..length]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        hmac.GetHashAndReset(hash);
        hash[..SignatureLength].CopyTo(signature);
    }

    // With its length, so that neighbours cannot flow into each other.
    private static void Append(IncrementalHash hmac, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hmac.AppendData(length);
        hmac.AppendData(part);
    }
}
