using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Uac;

/// <summary>A digest challenge (RFC 7616 3.3), and the credentials that answer it (3.4). Offsets count from the parameters behind "Digest".</summary>
internal readonly ref struct DigestAnswer
{
    private readonly ReadOnlySpan<byte> _nonce;
    private readonly ReadOnlySpan<byte> _opaque;
    private readonly ReadOnlySpan<byte> _algorithmName;
    private readonly ReadOnlySpan<byte> _qop;

    private DigestAnswer(ReadOnlySpan<byte> list, Slice realm)
    {
        Realm = realm;
        _nonce = Part(list, "nonce"u8);
        _opaque = Part(list, "opaque"u8);
        _algorithmName = Part(list, "algorithm"u8);
        IsStale = System.Text.Ascii.EqualsIgnoreCase(Part(list, "stale"u8), "true"u8);
        _qop = Choose(Part(list, "qop"u8), out var isKnown);
        IsAnswerable = isKnown && !_nonce.IsEmpty;
        Algorithm = DigestAlgorithm.Md5;
        if (!_algorithmName.IsEmpty)
            IsAnswerable &= DigestAlgorithms.TryParse(_algorithmName, out Algorithm);
    }

    public Slice Realm { get; }

    /// <summary>The nonce of our answer was too old, its password right.</summary>
    public bool IsStale { get; }

    /// <summary>False when it asks for an algorithm or a protection that is not known here.</summary>
    public bool IsAnswerable { get; }

    /// <summary>The body is part of the answer.</summary>
    public bool CoversBody => _qop.SequenceEqual("auth-int"u8);

    public readonly DigestAlgorithm Algorithm;

    /// <summary>Reads a challenge; false when it is none of scheme Digest or has no realm.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out DigestAnswer answer, out int start)
    {
        start = "Digest "u8.Length;
        answer = default;
        if (value.Length < start || !System.Text.Ascii.EqualsIgnoreCase(value[..(start - 1)], "Digest"u8) || value[start - 1] > ' ')
            return false;
        var realm = ParameterList.Find(value[start..], "realm"u8, (byte)',');
        answer = new DigestAnswer(value[start..], realm);
        return realm.IsPresent;
    }

    /// <summary>The value of the Authorization or Proxy-Authorization; empty when the password is to be a hash and is none.</summary>
    public Utf8Text Write(Arena arena, ReadOnlySpan<byte> realm, in Credential credential, bool isHashed, ReadOnlySpan<byte> method, ReadOnlySpan<byte> uri,
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> clientNonce)
    {
        var room = arena.Reserve(credential.User.Length + realm.Length + _nonce.Length + _opaque.Length + uri.Length + clientNonce.Length + 320);
        var writer = new SpanWriter(room);
        writer.Write("Digest username=\""u8);
        writer.Write(credential.User);
        Quoted(ref writer, "\", realm=\""u8, realm);
        Quoted(ref writer, "\", nonce=\""u8, _nonce);
        Quoted(ref writer, "\", uri=\""u8, uri);
        writer.Write((byte)'"');
        if (!_opaque.IsEmpty)
        {
            Quoted(ref writer, ", opaque=\""u8, _opaque);
            writer.Write((byte)'"');
        }
        if (!_algorithmName.IsEmpty)
            Quoted(ref writer, ", algorithm="u8, DigestAlgorithms.NameOf(Algorithm));
        if (!_qop.IsEmpty || DigestAlgorithms.IsSession(Algorithm))
        {
            Quoted(ref writer, ", cnonce=\""u8, clientNonce);
            writer.Write((byte)'"');
        }
        if (!_qop.IsEmpty)
        {
            Quoted(ref writer, ", qop="u8, _qop);
            writer.Write(", nc=00000001"u8);
        }
        var known = arena.Commit(writer.Length);
        Span<byte> response = stackalloc byte[DigestAlgorithms.HexLength(Algorithm)];
        if (!DigestVerifier.TryRespond(arena, DigestCredentials.From(known.Span["Digest "u8.Length..]), Algorithm, credential.Password.Span, isHashed, method, body, response))
            return default;
        room = arena.Reserve(known.Length + response.Length + 16);
        writer = new SpanWriter(room);
        writer.Write(known);
        Quoted(ref writer, ", response=\""u8, response);
        writer.Write((byte)'"');
        return arena.Commit(writer.Length);
    }

    // RFC 7616 3.3: of what is offered auth is taken, since bodies are changed on the way; without an offer it is the form of RFC 2069.
    private static ReadOnlySpan<byte> Choose(ReadOnlySpan<byte> offered, out bool isKnown)
    {
        var hasBody = false;
        isKnown = offered.IsEmpty;
        foreach (var range in offered.Split((byte)','))
        {
            var one = offered[range].Trim((byte)' ');
            if (System.Text.Ascii.EqualsIgnoreCase(one, "auth"u8))
            {
                isKnown = true;
                return "auth"u8;
            }
            hasBody |= System.Text.Ascii.EqualsIgnoreCase(one, "auth-int"u8);
        }
        isKnown |= hasBody;
        return hasBody ? "auth-int"u8 : default;
    }

    private static void Quoted(ref SpanWriter writer, scoped ReadOnlySpan<byte> before, scoped ReadOnlySpan<byte> value)
    {
        writer.Write(before);
        writer.Write(value);
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name) => ParameterList.Find(list, name, (byte)',').In(list);
}
