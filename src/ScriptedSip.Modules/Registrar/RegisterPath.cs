using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Registrar;

/// <summary>The Path header of a REGISTER (RFC 3327): kept with the bindings as Route values.</summary>
internal static class RegisterPath
{
    private const int LongestPath = 2048;

    /// <summary>All Path values joined by commas; empty when there are none. False when they are too long or malformed.</summary>
    public static bool TryRead(Frame frame, out Utf8Text path)
    {
        path = default;
        var message = frame.Message;
        var length = 0;
        for (var row = message.First(HeaderId.Path); row >= 0; row = message.Header(row).NextSame)
            length += message.Header(row).Value.Length + 1;
        if (length == 0)
            return true;
        if (length > LongestPath)
            return false;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        for (var row = message.First(HeaderId.Path); row >= 0; row = message.Header(row).NextSame)
        {
            if (writer.Length > 0)
                writer.Write((byte)',');
            writer.Write(message[message.Header(row).Value]);
        }
        path = frame.Arena.Commit(writer.Length);
        return !FirstUri(path).IsEmpty;
    }

    /// <summary>The URI of the first value; empty when it is malformed.</summary>
    public static Utf8Text FirstUri(Utf8Text path)
    {
        if (path.IsEmpty || !NameAddrParser.TryParse(path.Array!, path.Offset, path.Offset + path.Length, out var value) || value.IsStar)
            return default;
        return new Utf8Text(path.Array!, value.Uri.Offset, value.Uri.Length);
    }

    /// <summary>The received parameter of the first URI, where an edge proxy says whom it got the request from; empty when there is none.</summary>
    public static Utf8Text ReceivedOf(Utf8Text path, ReadOnlySpan<byte> parameter)
    {
        var uri = FirstUri(path);
        if (!UriParser.TryParse(uri.Span, out var parts))
            return default;
        return UriParser.TryGetParameter(parts.Parameters.In(uri.Span), parameter, out var value)
            ? uri[value.Shift(parts.Parameters.Offset)]
            : default;
    }

    /// <summary>True when the phone says in Supported that it understands Path (RFC 3327 5.1).</summary>
    public static bool IsSupported(SipMessage message)
    {
        for (var row = message.First(HeaderId.Supported); row >= 0; row = message.Header(row).NextSame)
        {
            var list = message[message.Header(row).Value];
            foreach (var range in list.Split((byte)','))
            {
                if (System.Text.Ascii.EqualsIgnoreCase(list[range].Trim(" \t\r\n"u8), "path"u8))
                    return true;
            }
        }
        return false;
    }
}
