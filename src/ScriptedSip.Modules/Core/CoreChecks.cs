using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Core tests: message length, our own names, empty texts.</summary>
[NotOffered("set_forward_no_connect", "whether connections are made is a setting of all messages here: tcp_no_connect")]
[NotOffered("set_reply_close set_forward_close", "connections are closed when they are idle: tcp_connection_lifetime")]
[NotOffered("cache_store cache_fetch cache_remove cache_add cache_sub cache_counter_fetch cache_raw_query", "scripts have no cache here; use $shv(name)")]
[NotOffered("forward_sctp", "SCTP is not spoken here")]
[NotOffered("cfg_select cfg_reset cfg_set", "settings have one value here, that of the script")]
[NotOffered("error", "xlog() writes to the log, sl_send_reply() answers")]
[NotOffered("udp_mtu_try_proto", "whether long requests try TCP is a setting here: udp_mtu and udp_mtu_try_proto")]
[NotOffered("raise_event subscribe_event", "events are not passed on here")]
[NotOffered("async launch", "functions that wait hold up nobody here; call them without it")]
[NotOffered("assert script_trace", "scripts are not traced here; use xlog()")]
[NotOffered("abort shm_status pkg_status", "there is no memory of its own to show here")]
internal sealed class CoreChecks : ScriptModule
{
    private LocalNames _names = null!;

    public override void Start(ModuleHost host) => _names = host.LocalNames;

    [ResultMatters]
    [SipFunction("len_gt", RouteKinds.Any, "1 when the message is longer than so many bytes, else -1.")]
    public Outcome IsLongerThan(Frame frame, int length) => Outcome.From(frame.Message.Length > length);

    [ResultMatters]
    [SipFunction("is_myself", RouteKinds.Any, "1 when a URI, or a host with optional port, names this server, else -1.", Aliases = "is_myhost")]
    public Outcome IsMyself(Frame frame, Utf8Text text) => Outcome.From(IsMyself(text.Span));

    [ResultMatters]
    [SipFunction("strempty", RouteKinds.Any, "1 when the text is empty, else -1.")]
    public Outcome IsEmpty(Frame frame, Utf8Text text) => Outcome.From(text.IsEmpty);

    [ResultMatters]
    [SipFunction("strlen", RouteKinds.Any, "The length of the text in bytes as return code; -1 when it is empty.")]
    public Outcome Length(Frame frame, Utf8Text text) => text.IsEmpty ? Outcome.False : new Outcome(text.Length);

    private bool IsMyself(ReadOnlySpan<byte> text)
    {
        if (UriParser.TryParse(text, out var uri) && uri.Scheme is UriScheme.Sip or UriScheme.Sips)
            return _names.IsMyself(uri.Host.In(text), uri.Port, TransportNames.OfUri(uri, text));
        var port = 0;
        var colon = text.LastIndexOf((byte)':');
        if (colon > 0 && (!text[..colon].Contains((byte)':') || text[colon - 1] == ']'))
        {
            if (!Value.TryParseInt(text[(colon + 1)..], out var number) || number is < 1 or > 65535)
                return false;
            port = (int)number;
            text = text[..colon];
        }
        return port == 0 ? _names.IsMyHost(text) : _names.IsMyself(text, port, TransportProtocol.None);
    }
}
