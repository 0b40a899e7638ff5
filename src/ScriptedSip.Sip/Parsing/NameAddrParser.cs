using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>One value of From, To, Contact, Route and their kin: name-addr or addr-spec, and parameters (RFC 3261 20.10, 25.1).</summary>
public static class NameAddrParser
{
    internal static readonly NameAddrView Empty = new()
    {
        Whole = Slice.None,
        DisplayName = Slice.None,
        Uri = Slice.None,
        Parameters = Slice.None,
        Tag = Slice.None,
    };

    /// <summary>
    /// Reads the value that begins at <paramref name="start"/> (white space before it is skipped) and ends at a comma or at
    /// <paramref name="end"/>; <c>view.End</c> tells which. False when it breaks the grammar.
    /// </summary>
    public static bool TryParse(byte[] buffer, int start, int end, out NameAddrView view)
    {
        view = Empty;
        view.End = end;
        var text = new ReadOnlySpan<byte>(buffer, 0, end);
        start = SipChars.SkipWhiteSpace(text, start, end);
        if (start == end)
            return false;
        if (text[start] == '*')
            return TryParseStar(text, start, end, ref view) || TryParseAddress(text, start, end, ref view);
        return TryParseAddress(text, start, end, ref view);
    }

    private static bool TryParseStar(ReadOnlySpan<byte> text, int start, int end, ref NameAddrView view)
    {
        var at = SipChars.SkipWhiteSpace(text, start + 1, end);
        if (at < end && text[at] != ',')
            return false;
        view.IsStar = true;
        view.Whole = new Slice(start, 1);
        view.End = at;
        return true;
    }

    private static bool TryParseAddress(ReadOnlySpan<byte> text, int start, int end, ref NameAddrView view)
    {
        var at = start;
        if (text[at] == '"')
        {
            at = SipChars.SkipQuoted(text, at, end);
            if (at < 0)
                return false;
            view.DisplayName = Slice.Between(start, at);
            at = SipChars.SkipWhiteSpace(text, at, end);
            return at < end && text[at] == '<' && TryParseBracketed(text, start, at, end, ref view);
        }
        var length = text[at..end].IndexOfAny((byte)'<', (byte)',', (byte)';');
        var stop = length < 0 ? end : at + length;
        if (stop == end || text[stop] != '<')
            return TryParseBare(text, start, stop, end, ref view);
        var nameEnd = SipChars.TrimEnd(text, start, stop);
        if (nameEnd > start)
        {
            view.DisplayName = Slice.Between(start, nameEnd);
            if (view.DisplayName.In(text).ContainsAnyExcept(SipChars.DisplayName))
                return false;
        }
        return TryParseBracketed(text, start, stop, end, ref view);
    }

    private static bool TryParseBracketed(ReadOnlySpan<byte> text, int start, int bracket, int end, ref NameAddrView view)
    {
        var length = text[(bracket + 1)..end].IndexOf((byte)'>');
        if (length < 0)
            return false;
        view.HasBrackets = true;
        view.Uri = new Slice(bracket + 1, length);
        return UriParser.IsPlausible(view.Uri.In(text)) && TryParseParameters(text, start, view.Uri.End + 1, end, ref view);
    }

    /// <summary>RFC 3261 20: a URI with a comma, question mark or semicolon must stand in brackets; here ';' begins header parameters.</summary>
    private static bool TryParseBare(ReadOnlySpan<byte> text, int start, int stop, int end, ref NameAddrView view)
    {
        view.Uri = Slice.Between(start, SipChars.TrimEnd(text, start, stop));
        var uri = view.Uri.In(text);
        return !uri.Contains((byte)'?') && UriParser.IsPlausible(uri) && TryParseParameters(text, start, view.Uri.End, end, ref view);
    }

    private static bool TryParseParameters(ReadOnlySpan<byte> text, int start, int at, int end, ref NameAddrView view)
    {
        var last = at;
        at = SipChars.SkipWhiteSpace(text, at, end);
        var first = at;
        while (at < end && text[at] == ';')
        {
            if (!ParameterScanner.TryRead(text, ref at, end, out var name, out var value) || (value.IsPresent && value.IsEmpty))
                return false;
            last = ParameterScanner.EndOf(name, value);
            if (name.Length == 3 && SipChars.IsName(name.In(text), "tag"u8) && !view.Tag.IsPresent)
            {
                if (!SipChars.IsAll(value.In(text), SipChars.Token))
                    return false;
                view.Tag = value;
            }
        }
        view.Parameters = last > first ? Slice.Between(first, last) : Slice.None;
        view.Whole = Slice.Between(start, last);
        view.End = at;
        return at == end || text[at] == ',';
    }
}
