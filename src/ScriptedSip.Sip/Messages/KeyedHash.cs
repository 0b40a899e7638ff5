using System.Security.Cryptography;

namespace ScriptedSip.Sip.Messages;

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
            AddPiece(text[..folded.Length], folded);
            text = text[folded.Length..];
        }
        AddPiece(text, folded);
    }

    /// <summary>The 128 bits.</summary>
    public readonly (ulong High, ulong Low) Finish()
    {
        var last = this;
        last.Add(0x5349502F322E30);
        return (last._a, last._b);
    }

    // A piece with bytes outside ASCII is taken as it is: the conversion stops at the first of them.
    private void AddPiece(ReadOnlySpan<byte> piece, Span<byte> folded) =>
        Add(System.Text.Ascii.ToLower(piece, folded, out var written) == System.Buffers.OperationStatus.Done ? folded[..written] : piece);

    private static ulong[] NewSecret()
    {
        var secret = new ulong[4];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(secret.AsSpan()));
        secret[2] |= 1;
        secret[3] |= 1;
        return secret;
    }
}
