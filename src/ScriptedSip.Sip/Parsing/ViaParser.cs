using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>One value of a Via header: sent-protocol LWS sent-by *(SEMI via-params) (RFC 3261 25.1), with rport (RFC 3581) and alias (RFC 5923).</summary>
public static class ViaParser
{
    internal static readonly ViaView Empty = new()
    {
        Whole = Slice.None,
        Transport = Slice.None,
        Host = Slice.None,
        Branch = Slice.None,
        Received = Slice.None,
        RportParameter = Slice.None,
        Maddr = Slice.None,
        Row = -1,
    };

    /// <summary>
    /// Reads the value that begins at <paramref name="start"/> (white space before it is skipped) and ends at a comma or at
    /// <paramref name="end"/>; <c>view.IsFollowed</c> tells which. False when it breaks the grammar; what came before the fault is filled in.
    /// </summary>
    public static bool TryParse(byte[] buffer, int start, int end, out ViaView view)
    {
        view = Empty;
        var text = new ReadOnlySpan<byte>(buffer, 0, end);
        var at = SipChars.SkipWhiteSpace(text, start, end);
        start = at;
        if (!TryReadProtocol(text, ref at, end, ref view) || !TryReadSentBy(text, ref at, end, ref view, out var last))
            return false;
        while (at < end && text[at] == ';')
        {
            if (!ParameterScanner.TryRead(text, ref at, end, out var name, out var value) || !TryNote(text, name, value, ref view))
                return false;
            last = ParameterScanner.EndOf(name, value);
        }
        view.Whole = Slice.Between(start, last);
        view.IsFollowed = at < end && text[at] == ',';
        return at == end || view.IsFollowed;
    }

    /// <summary>Offset behind the comma that ends this value: where the next one begins. Only when <see cref="ViaView.IsFollowed"/>.</summary>
    internal static int NextStart(ReadOnlySpan<byte> text, in ViaView view) =>
        SipChars.SkipWhiteSpace(text, view.Whole.End, text.Length) + 1;

    private static bool TryReadProtocol(ReadOnlySpan<byte> text, ref int at, int end, ref ViaView view)
    {
        if (!TryReadToken(text, ref at, end, out _) || !TryReadSlash(text, ref at, end)
            || !TryReadToken(text, ref at, end, out _) || !TryReadSlash(text, ref at, end)
            || !TryReadToken(text, ref at, end, out view.Transport))
            return false;
        var space = at;
        at = SipChars.SkipWhiteSpace(text, at, end);
        return at > space;
    }

    private static bool TryReadToken(ReadOnlySpan<byte> text, ref int at, int end, out Slice token)
    {
        var start = at;
        at = SipChars.SkipToken(text, at, end);
        token = Slice.Between(start, at);
        return at > start;
    }

    private static bool TryReadSlash(ReadOnlySpan<byte> text, ref int at, int end)
    {
        at = SipChars.SkipWhiteSpace(text, at, end);
        if (at == end || text[at] != '/')
            return false;
        at = SipChars.SkipWhiteSpace(text, at + 1, end);
        return true;
    }

    private static bool TryReadSentBy(ReadOnlySpan<byte> text, ref int at, int end, ref ViaView view, out int last)
    {
        var start = at;
        last = at;
        if (at < end && text[at] == '[')
        {
            at = SipChars.SkipAll(text, at + 1, end, SipChars.IPv6);
            if (at == start + 1 || at == end || text[at++] != ']')
                return false;
        }
        else
        {
            at = SipChars.SkipAll(text, at, end, SipChars.Host);
            if (at == start)
                return false;
        }
        view.Host = Slice.Between(start, at);
        last = at;
        at = SipChars.SkipWhiteSpace(text, at, end);
        if (at == end || text[at] != ':')
            return true;
        start = at = SipChars.SkipWhiteSpace(text, at + 1, end);
        while (at < end && text[at] is >= (byte)'0' and <= (byte)'9')
            at++;
        last = at;
        if (!SipChars.TryReadNumber(text[start..at], ushort.MaxValue, out var port))
            return false;
        view.Port = (int)port;
        at = SipChars.SkipWhiteSpace(text, at, end);
        return true;
    }

    private static bool TryNote(ReadOnlySpan<byte> text, Slice name, Slice value, ref ViaView view)
    {
        var key = name.In(text);
        switch (key.Length)
        {
            case 5 when SipChars.IsName(key, "rport"u8):
                view.RportParameter = Slice.Between(name.Offset, ParameterScanner.EndOf(name, value));
                if (value.IsEmpty)
                    return true;
                if (!SipChars.TryReadNumber(value.In(text), ushort.MaxValue, out var port))
                    return false;
                view.Rport = (int)port;
                return true;
            case 5 when SipChars.IsName(key, "maddr"u8):
                view.Maddr = value;
                return !value.IsEmpty;
            case 5 when SipChars.IsName(key, "alias"u8):
                view.HasAlias = true;
                return true;
            case 6 when SipChars.IsName(key, "branch"u8):
                view.Branch = value;
                view.HasMagicCookie = HasCookie(value.In(text));
                return !value.IsEmpty;
            case 8 when SipChars.IsName(key, "received"u8):
                view.Received = value;
                return !value.IsEmpty;
            default:
                return !value.IsPresent || !value.IsEmpty;
        }
    }

    /// <summary>RFC 4475 3.2.1: a branch that is the cookie and nothing else identifies no transaction and is treated as one without it.</summary>
    private static bool HasCookie(ReadOnlySpan<byte> branch) => branch.Length > 7 && SipChars.IsName(branch[..7], "z9hG4bK"u8);
}
