using ScriptedSip.Modules.Core;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Auth;

/// <summary>The digest credentials of one Authorization or Proxy-Authorization line (RFC 3261 25.1), values without their quotes; empty when missing.</summary>
internal readonly ref struct DigestCredentials
{
    private DigestCredentials(int row, ReadOnlySpan<byte> list)
    {
        Row = row;
        Length = list.Length;
        UserName = Part(list, "username"u8);
        Realm = Part(list, "realm"u8);
        Nonce = Part(list, "nonce"u8);
        Uri = Part(list, "uri"u8);
        Response = Part(list, "response"u8);
        Algorithm = Part(list, "algorithm"u8);
        ClientNonce = Part(list, "cnonce"u8);
        Qop = Part(list, "qop"u8);
        NonceCount = Part(list, "nc"u8);
    }

    /// <summary>Row of the header line in its message.</summary>
    public int Row { get; }

    /// <summary>Length of the line's value: no part, nor all of them together, is longer.</summary>
    public int Length { get; }

    public ReadOnlySpan<byte> UserName { get; }

    public ReadOnlySpan<byte> Realm { get; }

    public ReadOnlySpan<byte> Nonce { get; }

    public ReadOnlySpan<byte> Uri { get; }

    public ReadOnlySpan<byte> Response { get; }

    public ReadOnlySpan<byte> Algorithm { get; }

    public ReadOnlySpan<byte> ClientNonce { get; }

    public ReadOnlySpan<byte> Qop { get; }

    public ReadOnlySpan<byte> NonceCount { get; }

    /// <summary>Nothing that is needed is missing. Without qop it is the form of RFC 2069, which RFC 3261 22.4 still takes.</summary>
    public bool IsComplete =>
        !UserName.IsEmpty && !Nonce.IsEmpty && !Uri.IsEmpty && !Response.IsEmpty && (Qop.IsEmpty || (!ClientNonce.IsEmpty && NonceCount.Length == 8));

    /// <summary>The first credentials for a realm; false when the message has none.</summary>
    public static bool TryFind(SipMessage message, HeaderId header, ReadOnlySpan<byte> realm, out DigestCredentials credentials)
    {
        for (var row = message.First(header); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message[message.Header(row).Value];
            if (value.Length < 7 || !System.Text.Ascii.EqualsIgnoreCase(value[..6], "Digest"u8) || value[6] > ' ')
                continue;
            credentials = new DigestCredentials(row, value[7..]);
            if (credentials.Realm.SequenceEqual(realm))
                return true;
        }
        credentials = default;
        return false;
    }

    /// <summary>Credentials from a list that is not in a message (yet).</summary>
    public static DigestCredentials From(ReadOnlySpan<byte> list) => new(-1, list);

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name) => ParameterList.Find(list, name, (byte)',').In(list);
}
