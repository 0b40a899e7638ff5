using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ScriptedSip.Modules.Auth;

/// <summary>Hash algorithms of digest authentication: RFC 7616 3.2, for SIP RFC 8760 2.</summary>
internal enum DigestAlgorithm : byte
{
    /// <summary>Also meant when no algorithm is named.</summary>
    Md5,
    Md5Session,
    Sha256,
    Sha256Session,
}

/// <summary>Names and hashes of the algorithms.</summary>
internal static class DigestAlgorithms
{
    /// <summary>Longest hash as hexadecimal text.</summary>
    public const int LongestHex = 64;

    public static bool TryParse(ReadOnlySpan<byte> name, out DigestAlgorithm algorithm)
    {
        foreach (var candidate in Enum.GetValues<DigestAlgorithm>())
        {
            algorithm = candidate;
            if (System.Text.Ascii.EqualsIgnoreCase(name, NameOf(candidate)))
                return true;
        }
        algorithm = DigestAlgorithm.Md5;
        return false;
    }

    public static ReadOnlySpan<byte> NameOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5Session => "MD5-sess"u8,
        DigestAlgorithm.Sha256 => "SHA-256"u8,
        DigestAlgorithm.Sha256Session => "SHA-256-sess"u8,
        _ => "MD5"u8,
    };

    public static bool IsSession(DigestAlgorithm algorithm) => algorithm is DigestAlgorithm.Md5Session or DigestAlgorithm.Sha256Session;

    /// <summary>Length of a hash as hexadecimal text.</summary>
    public static int HexLength(DigestAlgorithm algorithm) => algorithm is DigestAlgorithm.Sha256 or DigestAlgorithm.Sha256Session ? 64 : 32;

    /// <summary>Hashes a text; lower-case hexadecimal digits.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what RFC 3261 22.4 has every phone speak; SHA-256 is there for those that can (RFC 8760).")]
    public static void Hash(DigestAlgorithm algorithm, ReadOnlySpan<byte> text, Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = HexLength(algorithm) == 64 ? SHA256.HashData(text, hash) : MD5.HashData(text, hash);
        Convert.TryToHexStringLower(hash[..length], hex, out _);
    }
}
