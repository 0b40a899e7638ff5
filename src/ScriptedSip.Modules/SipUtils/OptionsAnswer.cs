using System.Text;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>The answer to an OPTIONS meant for the proxy itself (RFC 3261 11.2).</summary>
internal sealed class OptionsAnswer
{
    private static readonly Utf8Text Ok = Utf8Text.From("OK");

    private Utf8Text _headers;
    private IReplies _replies = null!;

    /// <summary>Makes the header lines once; an empty value leaves its line out.</summary>
    public void Prepare(string accept, string acceptEncoding, string acceptLanguage, string supported)
    {
        var lines = new StringBuilder();
        foreach (var (name, value) in new[]
        {
            ("Accept", accept), ("Accept-Encoding", acceptEncoding), ("Accept-Language", acceptLanguage), ("Supported", supported),
        })
        {
            if (value.Length > 0)
                lines.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        _headers = Utf8Text.From(lines.ToString());
    }

    public void Connect(ModuleHost host) => _replies = host.Import<IReplies>()!;

    public Outcome Reply(Frame frame)
    {
        var uri = frame.RequestUri;
        var isForUser = !UriParser.TryParse(uri.Span, out var parts) || parts.User.IsPresent;
        // 16.3, step 3: at Max-Forwards 0 the proxy may answer as if it were the last receiver.
        if (frame.Message.Method != SipMethod.Options || (isForUser && frame.Message.MaxForwards != 0))
            return Outcome.False;
        frame.ReplyHeaders = frame.Arena.Concat(frame.ReplyHeaders.Span, _headers.Span);
        return _replies.Reply(frame, 200, Ok);
    }
}
