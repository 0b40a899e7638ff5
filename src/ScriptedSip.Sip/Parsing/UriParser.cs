using System.Buffers;
using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>
/// SIP, SIPS and tel URIs in full (RFC 3261 19.1.1 and 25.1, RFC 3966 3); of any other scheme only that its characters are legal.
/// </summary>
public static class UriParser
{
    private static readonly SipUri Empty = new()
    {
        SchemeText = Slice.None,
        User = Slice.None,
        Password = Slice.None,
        Host = Slice.None,
        PortText = Slice.None,
        Parameters = Slice.None,
        Headers = Slice.None,
        Transport = Slice.None,
        Maddr = Slice.None,
    };

    /// <summary>Takes a URI apart; false when it breaks the grammar of its scheme. Slices count from the start of <paramref name="text"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SipUri uri)
    {
        uri = Empty;
        if (!TryReadScheme(text, out var colon))
            return false;
        uri.SchemeText = new Slice(0, colon);
        uri.Scheme = SchemeOf(text[..colon]);
        return uri.Scheme switch
        {
            UriScheme.Sip or UriScheme.Sips => TryParseSip(text, colon + 1, ref uri),
            UriScheme.Tel => TryParseTel(text, colon + 1, ref uri),
            _ => SipChars.IsAll(text[(colon + 1)..], SipChars.Uri),
        };
    }

    /// <summary>
    /// True for a scheme, a colon, and characters a URI may have: enough to pass on an address nobody here has to understand.
    /// </summary>
    public static bool IsPlausible(ReadOnlySpan<byte> text) =>
        TryReadScheme(text, out var colon) && SipChars.IsAll(text[(colon + 1)..], SipChars.Uri);

    /// <summary>
    /// Looks a parameter up by name, without regard to case, in text of the form ";name=value;name": parameters of a URI or of a
    /// header. The value counts from the start of <paramref name="parameters"/>, keeps its quotes, and is absent without '='.
    /// </summary>
    /// <returns>True when the parameter is there.</returns>
    public static bool TryGetParameter(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> name, out Slice value)
    {
        var at = 0;
        while (at < parameters.Length)
        {
            var start = SipChars.SkipWhiteSpace(parameters, at + (parameters[at] == ';' ? 1 : 0), parameters.Length);
            var nameLength = parameters[start..].IndexOfAny((byte)'=', (byte)';');
            var nameEnd = nameLength < 0 ? parameters.Length : start + nameLength;
            at = nameEnd;
            value = Slice.None;
            if (nameEnd < parameters.Length && parameters[nameEnd] == '=')
            {
                var valueStart = SipChars.SkipWhiteSpace(parameters, nameEnd + 1, parameters.Length);
                at = EndOfValue(parameters, valueStart);
                value = Slice.Between(valueStart, SipChars.TrimEnd(parameters, valueStart, at));
            }
            if (Ascii.EqualsIgnoreCase(parameters[start..SipChars.TrimEnd(parameters, start, nameEnd)], name))
                return true;
        }
        value = Slice.None;
        return false;
    }

    private static int EndOfValue(ReadOnlySpan<byte> text, int start)
    {
        if (start < text.Length && text[start] == '"')
        {
            var quoted = SipChars.SkipQuoted(text, start, text.Length);
            if (quoted < 0)
                return text.Length;
            start = quoted;
        }
        var length = text[start..].IndexOf((byte)';');
        return length < 0 ? text.Length : start + length;
    }

    private static bool TryReadScheme(ReadOnlySpan<byte> text, out int colon)
    {
        // Nearly all are this one.
        if (text.StartsWith("sip:"u8))
        {
            colon = 3;
            return true;
        }
        colon = text.IndexOf((byte)':');
        return colon > 0 && char.IsAsciiLetter((char)text[0]) && !text[..colon].ContainsAnyExcept(SipChars.Scheme);
    }

    private static UriScheme SchemeOf(ReadOnlySpan<byte> scheme) => scheme.Length switch
    {
        3 when SipChars.IsName(scheme, "sip"u8) => UriScheme.Sip,
        4 when Ascii.EqualsIgnoreCase(scheme, "sips"u8) => UriScheme.Sips,
        3 when Ascii.EqualsIgnoreCase(scheme, "tel"u8) => UriScheme.Tel,
        _ => UriScheme.Other,
    };

    private static bool TryParseSip(ReadOnlySpan<byte> text, int at, ref SipUri uri)
    {
        // The first "@" ends the userinfo whatever stands before it: neither hosts, parameters nor headers can have one.
        var userLength = text[at..].IndexOf((byte)'@');
        if (userLength >= 0)
        {
            if (!TryParseUser(text, at, at + userLength, ref uri))
                return false;
            at += userLength + 1;
        }
        return TryParseHost(text, ref at, ref uri)
            && TryParseParameters(text, ref at, ref uri)
            && TryParseHeaders(text, at, ref uri);
    }

    private static bool TryParseUser(ReadOnlySpan<byte> text, int start, int end, ref SipUri uri)
    {
        var colon = text[start..end].IndexOf((byte)':');
        if (colon >= 0)
        {
            uri.Password = Slice.Between(start + colon + 1, end);
            var password = uri.Password.In(text);
            if (password.ContainsAnyExcept(SipChars.Password) || !HasValidEscapes(password))
                return false;
            end = start + colon;
        }
        uri.User = Slice.Between(start, end);
        return IsEscaped(text[start..end], SipChars.User);
    }

    private static bool TryParseHost(ReadOnlySpan<byte> text, ref int at, ref SipUri uri)
    {
        var start = at;
        if (at < text.Length && text[at] == '[')
        {
            at = SipChars.SkipAll(text, at + 1, text.Length, SipChars.IPv6);
            if (at == start + 1 || at == text.Length || text[at++] != ']')
                return false;
        }
        else
        {
            at = SipChars.SkipAll(text, at, text.Length, SipChars.Host);
            if (at == start || text[start] is (byte)'-' or (byte)'.')
                return false;
        }
        uri.Host = Slice.Between(start, at);
        if (at < text.Length && text[at] == ':')
        {
            start = ++at;
            while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
                at++;
            if (!SipChars.TryReadNumber(text[start..at], ushort.MaxValue, out var port))
                return false;
            uri.PortText = Slice.Between(start, at);
            uri.Port = (int)port;
        }
        return at == text.Length || text[at] is (byte)';' or (byte)'?';
    }

    private static bool TryParseParameters(ReadOnlySpan<byte> text, ref int at, ref SipUri uri)
    {
        var start = at;
        while (at < text.Length && text[at] == ';')
        {
            var nameStart = at + 1;
            at = SipChars.SkipAll(text, nameStart, text.Length, SipChars.UriParameter);
            var name = text[nameStart..at];
            if (!IsEscaped(name, SipChars.UriParameter))
                return false;
            var value = Slice.None;
            if (at < text.Length && text[at] == '=')
            {
                var valueStart = at + 1;
                at = SipChars.SkipAll(text, valueStart, text.Length, SipChars.UriParameter);
                value = Slice.Between(valueStart, at);
                if (!HasValidEscapes(value.In(text)))
                    return false;
            }
            Note(name, value, ref uri);
        }
        if (at > start)
            uri.Parameters = Slice.Between(start, at);
        return at == text.Length || text[at] == '?';
    }

    private static void Note(ReadOnlySpan<byte> name, Slice value, ref SipUri uri)
    {
        if (name.Length == 2 && Ascii.EqualsIgnoreCase(name, "lr"u8))
            uri.HasLooseRoute = true;
        else if (name.Length == 9 && Ascii.EqualsIgnoreCase(name, "transport"u8))
            uri.Transport = value;
        else if (name.Length == 5 && Ascii.EqualsIgnoreCase(name, "maddr"u8))
            uri.Maddr = value;
    }

    private static bool TryParseHeaders(ReadOnlySpan<byte> text, int at, ref SipUri uri)
    {
        if (at == text.Length)
            return true;
        uri.Headers = Slice.Between(at + 1, text.Length);
        return IsEscaped(uri.Headers.In(text), SipChars.UriHeaders);
    }

    private static bool TryParseTel(ReadOnlySpan<byte> text, int at, ref SipUri uri)
    {
        var length = text[at..].IndexOf((byte)';');
        var end = length < 0 ? text.Length : at + length;
        uri.User = Slice.Between(at, end);
        if (!SipChars.IsAll(text[at..end], SipChars.Telephone))
            return false;
        at = end;
        return TryParseParameters(text, ref at, ref uri) && at == text.Length;
    }

    private static bool IsEscaped(ReadOnlySpan<byte> text, SearchValues<byte> set) => SipChars.IsAll(text, set) && HasValidEscapes(text);

    /// <summary>Every "%" is followed by two hexadecimal digits; what they mean is nobody's business here (RFC 4475 3.1.1.4: even %00).</summary>
    private static bool HasValidEscapes(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var percent = text.IndexOf((byte)'%');
            if (percent < 0)
                return true;
            if (percent + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[percent + 1]) || !char.IsAsciiHexDigit((char)text[percent + 2]))
                return false;
            text = text[(percent + 3)..];
        }
    }
}
