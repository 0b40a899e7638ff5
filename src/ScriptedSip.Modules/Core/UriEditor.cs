using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>
/// Makes a URI from another by exchanging one part; the rest stays byte for byte. The result lies in the arena. What would not be a URI is refused:
/// parts may come from the network, and a line end among them must not become a header.
/// </summary>
internal static class UriEditor
{
    /// <summary>Another user, the password stays; an empty user leaves out user and password.</summary>
    public static bool TrySetUser(Arena arena, Utf8Text uri, ReadOnlySpan<byte> user, out Utf8Text result)
    {
        result = default;
        if (!UriParser.TryParse(uri.Span, out var parts))
            return false;
        if (parts.Scheme == UriScheme.Tel)
            result = user.IsEmpty ? uri : Splice(arena, uri, parts.User, user, default);
        else if (user.IsEmpty)
            result = parts.User.IsPresent ? Splice(arena, uri, UserInfo(parts), default, default) : uri;
        else if (parts.User.IsPresent)
            result = Splice(arena, uri, parts.User, user, default);
        else
            result = Splice(arena, uri, new Slice(parts.Host.Offset, 0), user, "@"u8);
        return IsUri(result);
    }

    /// <summary>Another user and password, given as "user:password".</summary>
    public static bool TrySetUserPassword(Arena arena, Utf8Text uri, ReadOnlySpan<byte> userPassword, out Utf8Text result)
    {
        result = default;
        if (!UriParser.TryParse(uri.Span, out var parts) || parts.Scheme is not (UriScheme.Sip or UriScheme.Sips))
            return false;
        var old = parts.User.IsPresent ? UserInfo(parts) : new Slice(parts.Host.Offset, 0);
        result = Splice(arena, uri, old, userPassword, userPassword.IsEmpty ? default : "@"u8);
        return IsUri(result);
    }

    /// <summary>Another host; port and parameters stay.</summary>
    public static bool TrySetHost(Arena arena, Utf8Text uri, ReadOnlySpan<byte> host, out Utf8Text result)
    {
        result = default;
        if (host.IsEmpty || !UriParser.TryParse(uri.Span, out var parts) || !parts.Host.IsPresent)
            return false;
        result = Splice(arena, uri, parts.Host, host, default);
        return IsUri(result);
    }

    /// <summary>Another host and port; the old port goes even when none is given, parameters stay.</summary>
    public static bool TrySetHostPort(Arena arena, Utf8Text uri, ReadOnlySpan<byte> hostPort, out Utf8Text result)
    {
        result = default;
        if (hostPort.IsEmpty || !UriParser.TryParse(uri.Span, out var parts) || !parts.Host.IsPresent)
            return false;
        var end = parts.PortText.IsPresent ? parts.PortText.End : parts.Host.End;
        result = Splice(arena, uri, Slice.Between(parts.Host.Offset, end), hostPort, default);
        return IsUri(result);
    }

    /// <summary>Without a URI parameter; the URI as it is when it has none of that name.</summary>
    public static bool TryRemoveParameter(Arena arena, Utf8Text uri, ReadOnlySpan<byte> name, out Utf8Text result)
    {
        result = uri;
        if (!UriParser.TryParse(uri.Span, out var parts))
            return false;
        for (var at = parts.Parameters.Offset; parts.Parameters.IsPresent && at < parts.Parameters.End;)
        {
            var length = uri.Span[(at + 1)..parts.Parameters.End].IndexOf((byte)';') is var next and >= 0 ? next + 1 : parts.Parameters.End - at;
            var own = uri.Span.Slice(at + 1, length - 1);
            if (own.IndexOf((byte)'=') is var equals and >= 0)
                own = own[..equals];
            if (System.Text.Ascii.EqualsIgnoreCase(own, name))
            {
                result = Splice(arena, uri, new Slice(at, length), default, default);
                return IsUri(result);
            }
            at += length;
        }
        return true;
    }

    /// <summary>Another port; empty for none.</summary>
    public static bool TrySetPort(Arena arena, Utf8Text uri, ReadOnlySpan<byte> port, out Utf8Text result)
    {
        result = default;
        if (!UriParser.TryParse(uri.Span, out var parts) || !parts.Host.IsPresent)
            return false;
        var end = parts.PortText.IsPresent ? parts.PortText.End : parts.Host.End;
        result = Splice(arena, uri, Slice.Between(parts.Host.End, end), port.IsEmpty ? default : ":"u8, port);
        return IsUri(result);
    }

    /// <summary>A text in the place of a part.</summary>
    public static Utf8Text Splice(Arena arena, Utf8Text text, Slice part, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var source = text.Span;
        var room = arena.Reserve(source.Length - part.Length + first.Length + second.Length);
        source[..part.Offset].CopyTo(room);
        var at = part.Offset;
        first.CopyTo(room[at..]);
        at += first.Length;
        second.CopyTo(room[at..]);
        at += second.Length;
        source[part.End..].CopyTo(room[at..]);
        return arena.Commit(at + source.Length - part.End);
    }

    private static bool IsUri(Utf8Text text) => UriParser.TryParse(text.Span, out _);

    // User, password and the '@' behind them.
    private static Slice UserInfo(in SipUri parts) => Slice.Between(parts.User.Offset, parts.Host.Offset);
}
