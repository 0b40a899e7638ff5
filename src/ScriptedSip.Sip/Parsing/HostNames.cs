using System.Net;
using System.Text;

namespace ScriptedSip.Sip.Parsing;

/// <summary>Hosts of URIs and Vias as names for places.</summary>
public static class HostNames
{
    /// <summary>
    /// True when both are the same name, without regard to case, or the same address: IPv6 has many spellings (RFC 5954 4.2), with and without brackets.
    /// </summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        left = TrimBrackets(left);
        right = TrimBrackets(right);
        if (Ascii.EqualsIgnoreCase(left, right))
            return true;
        // Only IPv6 has colons.
        return left.Contains((byte)':') && right.Contains((byte)':')
            && IPAddress.TryParse(left, out var first) && IPAddress.TryParse(right, out var second) && first.Equals(second);
    }

    private static ReadOnlySpan<byte> TrimBrackets(ReadOnlySpan<byte> host) =>
        host.Length > 2 && host[0] == '[' && host[^1] == ']' ? host[1..^1] : host;
}
