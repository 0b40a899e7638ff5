using System.Buffers;
using System.Buffers.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Uac;

/// <summary>
/// Two URIs in one parameter of Record-Route: their bytes combined by exclusive or, so that with either of them the other is found, whichever way a request
/// of the dialog goes. A password on top keeps others from doing the same.
/// </summary>
internal sealed class UriMemory(byte[] password)
{
    private const int LongestUri = 256;

    /// <summary>The value of the parameter; empty when a URI is too long to be remembered.</summary>
    public Utf8Text Write(Arena arena, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (first.Length > LongestUri || second.Length > LongestUri)
            return default;
        Span<byte> mixed = stackalloc byte[Math.Max(first.Length, second.Length)];
        mixed.Clear();
        Mix(mixed, first);
        Mix(mixed, second);
        Hide(mixed);
        return arena.Commit(Base64Url.EncodeToUtf8(mixed, arena.Reserve(Base64Url.GetEncodedLength(mixed.Length))));
    }

    /// <summary>The other URI; false when the value is not ours, or the URI not one of the two.</summary>
    public bool TryFindOther(Arena arena, ReadOnlySpan<byte> value, ReadOnlySpan<byte> uri, out Utf8Text other)
    {
        other = default;
        Span<byte> mixed = stackalloc byte[LongestUri + 3];
        if (Base64Url.GetMaxDecodedLength(value.Length) > mixed.Length
            || Base64Url.DecodeFromUtf8(value, mixed, out _, out var length) != OperationStatus.Done || uri.Length > length)
            return false;
        mixed = mixed[..length];
        Hide(mixed);
        Mix(mixed, uri);
        var found = mixed.TrimEnd((byte)0);
        // The value may come from anybody: nothing but a URI is taken.
        if (!UriParser.TryParse(found, out _))
            return false;
        other = arena.Copy(found);
        return true;
    }

    private static void Mix(Span<byte> mixed, ReadOnlySpan<byte> uri)
    {
        for (var i = 0; i < uri.Length; i++)
            mixed[i] ^= uri[i];
    }

    private void Hide(Span<byte> mixed)
    {
        for (var i = 0; i < mixed.Length && password.Length > 0; i++)
            mixed[i] ^= password[i % password.Length];
    }
}
