using System.Buffers.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Core actions that rewrite the Request-URI, whole or in parts. The received one stays what <c>revert_uri()</c> returns to.</summary>
internal sealed class RequestUriActions : ScriptModule
{
    private const RouteKinds Routes = RouteKinds.RequestOrFailureOrBranch | RouteKinds.Local | RouteKinds.Error | RouteKinds.Event | RouteKinds.BranchFailure;

    [SipFunction("rewriteuri", Routes, "Makes the text the Request-URI; -1 when it is no URI.", Aliases = "seturi")]
    public Outcome SetUri(Frame frame, Utf8Text uri)
    {
        if (!UriParser.TryParse(uri.Span, out _))
            return Outcome.False;
        frame.NewUri = uri;
        return Outcome.True;
    }

    [SipFunction("revert_uri", Routes, "Makes the Request-URI what was received; 1.")]
    public Outcome Revert(Frame frame)
    {
        frame.NewUri = default;
        return Outcome.True;
    }

    [SipFunction("rewritehost", Routes, "Replaces the host of the Request-URI; port and parameters stay.", Aliases = "sethost seth")]
    public Outcome SetHost(Frame frame, Utf8Text host) =>
        Keep(frame, UriEditor.TrySetHost(frame.Arena, frame.RequestUri, host.Span, out var uri), uri);

    [SipFunction("rewritehostport", Routes, "Replaces host and port of the Request-URI; without a port in the text the old one goes.", Aliases = "sethostport sethp")]
    public Outcome SetHostPort(Frame frame, Utf8Text hostPort) =>
        Keep(frame, UriEditor.TrySetHostPort(frame.Arena, frame.RequestUri, hostPort.Span, out var uri), uri);

    [SipFunction("rewritehostporttrans", Routes, "Replaces host, port and transport of the Request-URI, given as host:port;transport=tcp; what the text does not name goes.", Aliases = "sethostporttrans sethpt")]
    public Outcome SetHostPortTransport(Frame frame, Utf8Text target) =>
        Keep(frame, UriEditor.TryRemoveParameter(frame.Arena, frame.RequestUri, "transport"u8, out var bare)
            && UriEditor.TrySetHostPort(frame.Arena, bare, target.Span, out bare), bare);

    [SipFunction("userphone", Routes, "Adds ;user=phone to the Request-URI: its user is a telephone number (RFC 3261 19.1.1); 1 also when it is there already.")]
    public Outcome MarkAsPhone(Frame frame)
    {
        if (!UriParser.TryParse(frame.RequestUri.Span, out var uri) || uri.Scheme is not (UriScheme.Sip or UriScheme.Sips))
            return Outcome.False;
        if (uri.Parameters.IsPresent && ParameterList.Find(uri.Parameters.In(frame.RequestUri.Span), "user"u8).IsPresent)
            return Outcome.True;
        var end = uri.Headers.IsPresent ? uri.Headers.Offset - 1 : frame.RequestUri.Length;
        var span = frame.RequestUri.Span;
        var writer = new SpanWriter(frame.Arena.Reserve(span.Length + 16));
        writer.Write(span[..end]);
        writer.Write(";user=phone"u8);
        writer.Write(span[end..]);
        frame.NewUri = frame.Arena.Commit(writer.Length);
        return Outcome.True;
    }

    [SipFunction("rewriteport", Routes, "Replaces the port of the Request-URI, 1 to 65535.", Aliases = "setport setp")]
    public Outcome SetPort(Frame frame, int port)
    {
        if (port is < 1 or > 65535)
            return Outcome.False;
        Span<byte> digits = stackalloc byte[5];
        Utf8Formatter.TryFormat(port, digits, out var length);
        return Keep(frame, UriEditor.TrySetPort(frame.Arena, frame.RequestUri, digits[..length], out var uri), uri);
    }

    [SipFunction("rewriteuser", Routes, "Replaces the user of the Request-URI; an empty one leaves a URI without user.", Aliases = "setuser setu")]
    public Outcome SetUser(Frame frame, Utf8Text user) =>
        Keep(frame, UriEditor.TrySetUser(frame.Arena, frame.RequestUri, user.Span, out var uri), uri);

    [SipFunction("rewriteuserpass", Routes, "Replaces user and password of the Request-URI, given as user:password.", Aliases = "setuserpass setup")]
    public Outcome SetUserPassword(Frame frame, Utf8Text userPassword) =>
        Keep(frame, UriEditor.TrySetUserPassword(frame.Arena, frame.RequestUri, userPassword.Span, out var uri), uri);

    [SipFunction("prefix", Routes, "Puts a text in front of the user of the Request-URI.")]
    public Outcome Prefix(Frame frame, Utf8Text prefix)
    {
        if (!TryGetUser(frame, out var user))
            return Outcome.False;
        var longer = frame.Arena.Concat(prefix.Span, user.Span);
        return SetUser(frame, longer);
    }

    [SipFunction("strip", Routes, "Takes so many characters from the front of the user of the Request-URI; all of them when it is shorter.")]
    public Outcome Strip(Frame frame, int count)
    {
        if (count < 0 || !TryGetUser(frame, out var user))
            return Outcome.False;
        var gone = Math.Min(count, user.Length);
        return SetUser(frame, user[new Slice(gone, user.Length - gone)]);
    }

    [SipFunction("strip_tail", Routes, "Takes so many characters from the end of the user of the Request-URI; all of them when it is shorter.")]
    public Outcome StripTail(Frame frame, int count)
    {
        if (count < 0 || !TryGetUser(frame, out var user))
            return Outcome.False;
        return SetUser(frame, user[new Slice(0, user.Length - Math.Min(count, user.Length))]);
    }

    private static bool TryGetUser(Frame frame, out Utf8Text user)
    {
        var uri = frame.RequestUri;
        user = default;
        if (!UriParser.TryParse(uri.Span, out var parts))
            return false;
        user = uri[parts.User];
        return true;
    }

    private static Outcome Keep(Frame frame, bool edited, Utf8Text uri)
    {
        if (!edited)
            return Outcome.False;
        frame.NewUri = uri;
        return Outcome.True;
    }
}
