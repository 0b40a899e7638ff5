using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Values of the literal tokens.</summary>
internal static class Literals
{
    /// <summary>Adjacent string tokens as one value, escapes resolved, with the way back to the source.</summary>
    public static StringLiteral String(IReadOnlyList<ScriptToken> tokens)
    {
        var first = tokens[0];
        var span = first.Span.To(tokens[^1].Span);
        var quote = first.Text[0] == '\'' ? QuoteKind.Single : QuoteKind.Double;
        if (tokens.Count == 1 && !first.IsReplaced && (quote == QuoteKind.Single || !first.Text.Contains('\\')))
            return new StringLiteral(span, new LiteralText(Inner(first.Text).ToString(), span, span.Start + 1), quote);

        var value = new StringBuilder();
        var offsets = new List<int>();
        var ends = new List<int>();
        var replaced = false;
        foreach (var token in tokens)
        {
            replaced |= token.IsReplaced || !ReferenceEquals(token.Span.File, span.File);
            Decode(token.Text, token.Span.Start, value, offsets, ends);
        }

        return new StringLiteral(span, replaced ? new LiteralText(value.ToString(), span) : new LiteralText(value.ToString(), span, [.. offsets], [.. ends]), quote);
    }

    /// <summary>Decimal, 0x hexadecimal, leading-0 octal, binary with a final b; null when it does not fit or is none.</summary>
    public static long? Number(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        if (text.EndsWith('b'))
            return text.Length <= 64 ? text[..^1].Aggregate(0L, (value, digit) => (value << 1) | (uint)(digit - '0')) : null;
        if (text.Length > 1 && text[0] == '0' && text.Length <= 21 && text.All(digit => digit is >= '0' and <= '7'))
            return text.Aggregate(0L, (value, digit) => (value << 3) | (uint)(digit - '0'));
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>1 or 0 for the words that mean a number; null for any other.</summary>
    public static int? YesNo(string word) => word switch
    {
        "yes" or "true" or "on" or "enable" => 1,
        "no" or "false" or "off" or "disable" => 0,
        _ => null,
    };

    /// <summary>An address as the lexer lets it pass, checked.</summary>
    public static IPAddress? Address(string text)
    {
        if (text.Contains(':'))
            return IPAddress.TryParse(text, out var v6) && v6.AddressFamily == AddressFamily.InterNetworkV6 ? v6 : null;
        Span<byte> bytes = stackalloc byte[4];
        var index = 0;
        foreach (var range in text.AsSpan().Split('.'))
        {
            if (index == 4 || !byte.TryParse(text.AsSpan(range), NumberStyles.None, CultureInfo.InvariantCulture, out bytes[index++]))
                return null;
        }

        return index == 4 ? new IPAddress(bytes) : null;
    }

    /// <summary>Length of the prefix a mask stands for; null when it has holes or is of the other family.</summary>
    public static int? PrefixOfMask(IPAddress mask, AddressFamily family)
    {
        if (mask.AddressFamily != family)
            return null;
        var length = 0;
        var ended = false;
        foreach (var part in mask.GetAddressBytes())
        {
            var ones = BitOperations.LeadingZeroCount((uint)(byte)~part) - 24;
            if ((ended && part != 0) || (byte)(part << ones) != 0)
                return null;
            length += ones;
            ended |= ones < 8;
        }

        return length;
    }

    private static ReadOnlySpan<char> Inner(string text) =>
        text.Length > 1 && text[^1] == text[0] ? text.AsSpan(1, text.Length - 2) : text.AsSpan(1);

    private static void Decode(string text, int start, StringBuilder value, List<int> offsets, List<int> ends)
    {
        var inner = Inner(text);
        var raw = text[0] == '\'';
        for (var i = 0; i < inner.Length; i++)
        {
            var (decoded, length) = raw || inner[i] != '\\' ? (inner[i], 1) : Escape(inner[i..]);
            if (decoded is { } character)
            {
                value.Append(character);
                offsets.Add(start + 1 + i);
                ends.Add(start + 1 + i + length);
            }

            i += length - 1;
        }
    }

    // What a backslash and the characters behind it stand for, and how many they are; null for nothing.
    private static (char? Decoded, int Length) Escape(ReadOnlySpan<char> text)
    {
        if (text.Length < 2)
            return ('\\', 1);
        switch (text[1])
        {
            case 'n': return ('\n', 2);
            case 'r': return ('\r', 2);
            case 't': return ('\t', 2);
            case 'a': return ('\a', 2);
            case '"': return ('"', 2);
            case '\\': return ('\\', 2);
            case '\n': return (null, 2);
            case '\r' when text.Length > 2 && text[2] == '\n': return (null, 3);
            case 'x' when text.Length > 2 && char.IsAsciiHexDigit(text[2]):
                var hexLength = text.Length > 3 && char.IsAsciiHexDigit(text[3]) ? 2 : 1;
                return ((char)int.Parse(text.Slice(2, hexLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), 2 + hexLength);
            case >= '0' and <= '7' when text.Length > 2 && IsOctal(text[2]):
                var octalLength = text[1] <= '3' && text.Length > 3 && IsOctal(text[3]) ? 3 : 2;
                var code = 0;
                foreach (var digit in text.Slice(1, octalLength))
                    code = (code << 3) | (digit - '0');
                return ((char)code, 1 + octalLength);
            default:
                // An unknown escape keeps both characters, so that "\." in a regular expression stays what it is.
                return ('\\', 1);
        }
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';
}
