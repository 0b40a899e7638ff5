using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Permissions;

/// <summary>The form of a URI that rules are written for: <c>sip:user@host</c>, without port, password, parameters and headers.</summary>
internal static class PlainUri
{
    /// <summary>False when the text is no URI.</summary>
    public static bool TryMake(Frame frame, Utf8Text uri, out Utf8Text plain)
    {
        plain = default;
        var text = uri.Span;
        if (!UriParser.TryParse(text, out var parts))
            return false;
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length + 8));
        writer.Write(parts.Scheme switch { UriScheme.Sips => "sips:"u8, UriScheme.Tel => "tel:"u8, _ => "sip:"u8 });
        writer.Write(parts.User.In(text));
        if (parts.User.IsPresent && parts.Host.IsPresent)
            writer.Write((byte)'@');
        writer.Write(parts.Host.In(text));
        plain = frame.Arena.Commit(writer.Length);
        return true;
    }
}
