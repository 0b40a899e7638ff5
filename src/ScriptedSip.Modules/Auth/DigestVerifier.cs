using System.Security.Cryptography;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Auth;

/// <summary>Computes what the response in credentials must be (RFC 7616 3.4.1).</summary>
internal static class DigestVerifier
{
    /// <param name="arena">Room for the texts to be hashed.</param>
    /// <param name="credentials">Complete credentials.</param>
    /// <param name="algorithm">The algorithm they are checked with.</param>
    /// <param name="password">The password, or H(user:realm:password) as hexadecimal digits.</param>
    /// <param name="isHashed">True for the latter.</param>
    /// <param name="method">Method of the request.</param>
    /// <param name="body">Body of the request, for qop=auth-int.</param>
    public static bool IsRight(Arena arena, in DigestCredentials credentials, DigestAlgorithm algorithm, ReadOnlySpan<byte> password, bool isHashed,
        ReadOnlySpan<byte> method, ReadOnlySpan<byte> body)
    {
        var length = DigestAlgorithms.HexLength(algorithm);
        Span<byte> given = stackalloc byte[length];
        Span<byte> expected = stackalloc byte[length];
        return credentials.Response.Length == length && TryToLower(credentials.Response, given)
            && TryRespond(arena, credentials, algorithm, password, isHashed, method, body, expected) && CryptographicOperations.FixedTimeEquals(expected, given);
    }

    /// <summary>The response for credentials that have all but that; arguments as <see cref="IsRight"/>. False when a hashed password is none.</summary>
    public static bool TryRespond(Arena arena, in DigestCredentials credentials, DigestAlgorithm algorithm, ReadOnlySpan<byte> password, bool isHashed,
        ReadOnlySpan<byte> method, ReadOnlySpan<byte> body, Span<byte> response)
    {
        var length = DigestAlgorithms.HexLength(algorithm);
        Span<byte> secret = stackalloc byte[length];
        Span<byte> request = stackalloc byte[length];
        if (isHashed && (password.Length != length || !TryToLower(password, secret)))
            return false;

        // Never more than the message, the password, and the hashes made on the way.
        var room = arena.Reserve(credentials.Length + password.Length + method.Length + (4 * DigestAlgorithms.LongestHex));
        if (!isHashed)
            Hash(room, algorithm, secret, credentials.UserName, credentials.Realm, password);
        if (DigestAlgorithms.IsSession(algorithm))
            Hash(room, algorithm, secret, secret, credentials.Nonce, credentials.ClientNonce);
        HashRequest(room, algorithm, request, credentials, method, body);
        var writer = new SpanWriter(room);
        Join(ref writer, secret);
        Join(ref writer, credentials.Nonce);
        if (!credentials.Qop.IsEmpty)
        {
            Join(ref writer, credentials.NonceCount);
            Join(ref writer, credentials.ClientNonce);
            Join(ref writer, credentials.Qop);
        }
        Join(ref writer, request);
        DigestAlgorithms.Hash(algorithm, writer.Written, response);
        return true;
    }

    private static void HashRequest(Span<byte> room, DigestAlgorithm algorithm, Span<byte> hex, in DigestCredentials credentials,
        ReadOnlySpan<byte> method, ReadOnlySpan<byte> body)
    {
        var writer = new SpanWriter(room);
        Join(ref writer, method);
        Join(ref writer, credentials.Uri);
        if (System.Text.Ascii.EqualsIgnoreCase(credentials.Qop, "auth-int"u8))
        {
            DigestAlgorithms.Hash(algorithm, body, hex);
            Join(ref writer, hex);
        }
        DigestAlgorithms.Hash(algorithm, writer.Written, hex);
    }

    private static void Hash(Span<byte> room, DigestAlgorithm algorithm, Span<byte> hex, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third)
    {
        var writer = new SpanWriter(room);
        Join(ref writer, first);
        Join(ref writer, second);
        Join(ref writer, third);
        DigestAlgorithms.Hash(algorithm, writer.Written, hex);
    }

    private static void Join(ref SpanWriter writer, scoped ReadOnlySpan<byte> part)
    {
        if (writer.Length > 0)
            writer.Write((byte)':');
        writer.Write(part);
    }

    private static bool TryToLower(ReadOnlySpan<byte> text, Span<byte> lower) =>
        System.Text.Ascii.ToLower(text, lower, out _) == System.Buffers.OperationStatus.Done;
}
