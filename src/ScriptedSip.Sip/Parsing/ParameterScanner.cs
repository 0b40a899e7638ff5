using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>Reads header parameters one by one: SEMI token [EQUAL value] with white space anywhere between (RFC 3261 25.1 generic-param).</summary>
internal static class ParameterScanner
{
    /// <summary>
    /// Reads the parameter whose ';' stands at <paramref name="at"/> and moves to the first byte behind it that is not white space.
    /// The value is absent without '=', and keeps its quotes. False when it breaks the grammar.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, ref int at, int end, out Slice name, out Slice value)
    {
        name = value = Slice.None;
        at = SipChars.SkipWhiteSpace(text, at + 1, end);
        var nameEnd = SipChars.SkipToken(text, at, end);
        if (nameEnd == at)
            return false;
        name = Slice.Between(at, nameEnd);
        at = SipChars.SkipWhiteSpace(text, nameEnd, end);
        if (at == end || text[at] != '=')
            return true;
        at = SipChars.SkipWhiteSpace(text, at + 1, end);
        var valueEnd = at < end && text[at] == '"'
            ? SipChars.SkipQuoted(text, at, end)
            : SipChars.SkipAll(text, at, end, SipChars.ParameterValue);
        if (valueEnd < 0)
            return false;
        value = Slice.Between(at, valueEnd);
        at = SipChars.SkipWhiteSpace(text, valueEnd, end);
        return true;
    }

    /// <summary>Where the parameter ends, white space behind it excluded.</summary>
    public static int EndOf(Slice name, Slice value) => value.IsPresent ? value.End : name.End;
}
