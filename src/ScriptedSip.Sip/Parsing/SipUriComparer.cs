using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>Whether two URIs mean the same resource (RFC 3261 19.1.4).</summary>
public static class SipUriComparer
{
    private const int EscapedReserved = 0x100;

    /// <summary>
    /// Compares two URIs. Those that are neither sip nor sips, or break the grammar, are the same only byte for byte.
    /// </summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (!UriParser.TryParse(left, out var a) || !UriParser.TryParse(right, out var b) || a.Scheme is not (UriScheme.Sip or UriScheme.Sips))
            return left.SequenceEqual(right);
        // A default port that is written is not the same as none; user and password are the only case-sensitive parts.
        return a.Scheme == b.Scheme
            && a.Port == b.Port
            && a.PortText.IsPresent == b.PortText.IsPresent
            && HostNames.AreEqual(a.Host.In(left), b.Host.In(right))
            && a.User.IsPresent == b.User.IsPresent
            && AreSameText(a.User.In(left), b.User.In(right), ignoresCase: false)
            && a.Password.IsPresent == b.Password.IsPresent
            && AreSameText(a.Password.In(left), b.Password.In(right), ignoresCase: false)
            && AreSameParameters(a.Parameters.In(left), b.Parameters.In(right))
            && AreSameHeaders(a.Headers.In(left), b.Headers.In(right));
    }

    private static bool AreSameParameters(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Agrees(left, right, (byte)';', needsAll: false) && Agrees(right, left, (byte)';', needsAll: false);

    private static bool AreSameHeaders(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Agrees(left, right, (byte)'&', needsAll: true) && Agrees(right, left, (byte)'&', needsAll: true);

    // Any other parameter that only one of them has is ignored; these change where or how a request goes.
    private static bool MustBeInBoth(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "transport"u8) || Ascii.EqualsIgnoreCase(name, "maddr"u8) || Ascii.EqualsIgnoreCase(name, "user"u8)
        || Ascii.EqualsIgnoreCase(name, "method"u8) || Ascii.EqualsIgnoreCase(name, "ttl"u8);

    /// <summary>True when all that is in one list is the same in the other, or may be missing there.</summary>
    private static bool Agrees(ReadOnlySpan<byte> list, ReadOnlySpan<byte> other, byte separator, bool needsAll)
    {
        while (!list.IsEmpty)
        {
            var item = Take(ref list, separator);
            if (item.IsEmpty)
                continue;
            var name = NameOf(item);
            if (TryFind(other, separator, name, out var counterpart) ? !AreSameText(item, counterpart, ignoresCase: true) : needsAll || MustBeInBoth(name))
                return false;
        }
        return true;
    }

    private static bool TryFind(ReadOnlySpan<byte> list, byte separator, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> found)
    {
        while (!list.IsEmpty)
        {
            found = Take(ref list, separator);
            if (!found.IsEmpty && AreSameText(NameOf(found), name, ignoresCase: true))
                return true;
        }
        found = default;
        return false;
    }

    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> item)
    {
        var equals = item.IndexOf((byte)'=');
        return equals < 0 ? item : item[..equals];
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> list, byte separator)
    {
        var end = list.IndexOf(separator);
        var item = end < 0 ? list : list[..end];
        list = end < 0 ? default : list[(end + 1)..];
        return item;
    }

    /// <summary>Characters are the same as their escapes, but for reserved ones, whose escape takes their meaning away.</summary>
    private static bool AreSameText(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoresCase)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            if (Next(ref left, ignoresCase) != Next(ref right, ignoresCase))
                return false;
        }
        return left.IsEmpty && right.IsEmpty;
    }

    private static int Next(ref ReadOnlySpan<byte> text, bool ignoresCase)
    {
        int value = text[0];
        if (value == '%' && text.Length > 2)
        {
            value = (Digit(text[1]) << 4) | Digit(text[2]);
            text = text[3..];
            if (";/?:@&=+$,"u8.Contains((byte)value))
                return value | EscapedReserved;
        }
        else
        {
            text = text[1..];
        }
        return ignoresCase && value is >= 'A' and <= 'Z' ? value | 0x20 : value;
    }

    // The parser has made sure that these are hexadecimal digits.
    private static int Digit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
