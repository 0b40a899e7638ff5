using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Registrar;

/// <summary>A contact as it may stand in a Request-URI: without what only a Contact may have (RFC 3261 16.6 step 2, 19.1.1 table 1).</summary>
internal static class RequestUriForm
{
    /// <summary>The contact without headers and <c>method</c> parameter; the contact itself when it has neither.</summary>
    public static Utf8Text Of(Arena arena, Utf8Text contact)
    {
        var text = contact.Span;
        if (!UriParser.TryParse(text, out var uri) || uri.Scheme is not (UriScheme.Sip or UriScheme.Sips))
            return contact;
        var end = uri.Headers.IsPresent ? uri.Headers.Offset - 1 : text.Length;
        if (!UriParser.TryGetParameter(uri.Parameters.In(text), "method"u8, out _))
            return end == text.Length ? contact : new Utf8Text(contact.Array!, contact.Offset, end);
        var kept = arena.Reserve(end);
        var length = uri.Parameters.Offset;
        text[..length].CopyTo(kept);
        for (var rest = text[length..end]; !rest.IsEmpty;)
        {
            var next = rest[1..].IndexOf((byte)';') + 1;
            var parameter = next > 0 ? rest[..next] : rest;
            rest = rest[parameter.Length..];
            if (IsMethod(parameter[1..]))
                continue;
            parameter.CopyTo(kept[length..]);
            length += parameter.Length;
        }
        return arena.Commit(length);
    }

    private static bool IsMethod(ReadOnlySpan<byte> parameter)
    {
        var equals = parameter.IndexOf((byte)'=');
        return System.Text.Ascii.EqualsIgnoreCase(equals < 0 ? parameter : parameter[..equals], "method"u8);
    }
}
