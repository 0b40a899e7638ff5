using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of where a request goes: Request-URI as it is now and as received, next hop, branches. All null in replies.</summary>
internal sealed class RequestUriVariables : ScriptModule
{
    [SipVariable("ru ruri", "The Request-URI as it would be sent now.", Setter = nameof(SetUri))]
    public Value Uri(Frame frame) => frame.Message.IsRequest ? Value.FromText(frame.RequestUri) : Value.Null;

    public bool SetUri(Frame frame, in Value value)
    {
        var uri = value.ToText(frame.Arena);
        if (!frame.Message.IsRequest || !UriParser.TryParse(uri.Span, out _))
            return false;
        frame.NewUri = uri;
        return true;
    }

    [SipVariable("rU ruri.user", "User of the Request-URI; null when it has none.", Setter = nameof(SetUser))]
    public Value User(Frame frame) => UriParts.User(Current(frame));

    public bool SetUser(Frame frame, in Value value) =>
        frame.Message.IsRequest
        && Keep(frame, UriEditor.TrySetUser(frame.Arena, frame.RequestUri, value.ToText(frame.Arena).Span, out var uri), uri);

    [SipVariable("rUl", "Length of the user of the Request-URI; 0 when it has none.")]
    public Value UserLength(Frame frame) => Value.FromInt(User(frame).Text.Length);

    [SipVariable("rd ruri.domain", "Host of the Request-URI.", Setter = nameof(SetHost))]
    public Value Host(Frame frame) => UriParts.Host(Current(frame));

    public bool SetHost(Frame frame, in Value value) =>
        frame.Message.IsRequest
        && Keep(frame, UriEditor.TrySetHost(frame.Arena, frame.RequestUri, value.ToText(frame.Arena).Span, out var uri), uri);

    [SipVariable("rp", "Port of the Request-URI; the default one when none is written.", Setter = nameof(SetPort))]
    public Value Port(Frame frame) => UriParts.Port(Current(frame));

    public bool SetPort(Frame frame, in Value value) =>
        frame.Message.IsRequest
        && Keep(frame, UriEditor.TrySetPort(frame.Arena, frame.RequestUri, value.ToText(frame.Arena).Span, out var uri), uri);

    [SipVariable("rP", "Transport of the Request-URI as written; UDP when none is.")]
    public Value Protocol(Frame frame) => UriParts.Protocol(Current(frame));

    [SipVariable("rz", "Scheme of the Request-URI.")]
    public Value Scheme(Frame frame) => UriParts.Scheme(Current(frame));

    [SipVariable("ou ouri", "The Request-URI as received.")]
    public Value OriginalUri(Frame frame) => frame.Message.IsRequest ? Value.FromText(Original(frame)) : Value.Null;

    [SipVariable("oU", "User of the Request-URI as received; null when it has none.")]
    public Value OriginalUser(Frame frame) => UriParts.User(Original(frame));

    [SipVariable("oUl", "Length of the user of the Request-URI as received; 0 when it has none.")]
    public Value OriginalUserLength(Frame frame) => Value.FromInt(OriginalUser(frame).Text.Length);

    [SipVariable("od", "Host of the Request-URI as received.")]
    public Value OriginalHost(Frame frame) => UriParts.Host(Original(frame));

    [SipVariable("op", "Port of the Request-URI as received; the default one when none is written.")]
    public Value OriginalPort(Frame frame) => UriParts.Port(Original(frame));

    [SipVariable("oP", "Transport of the Request-URI as received; UDP when none is written.")]
    public Value OriginalProtocol(Frame frame) => UriParts.Protocol(Original(frame));

    [SipVariable("du duri", "The next hop the request is sent to instead of its Request-URI; null when the Request-URI decides.", Setter = nameof(SetDestination))]
    public Value Destination(Frame frame) => frame.DestinationUri.IsEmpty ? Value.Null : Value.FromText(frame.DestinationUri);

    public bool SetDestination(Frame frame, in Value value)
    {
        var uri = value.ToText(frame.Arena);
        if (!uri.IsEmpty && !UriParser.TryParse(uri.Span, out _))
            return false;
        frame.DestinationUri = uri;
        return true;
    }

    [SipVariable("dd", "Host of the next hop.")]
    public Value DestinationHost(Frame frame) => UriParts.Host(frame.DestinationUri);

    [SipVariable("dp", "Port of the next hop; the default one when none is written.")]
    public Value DestinationPort(Frame frame) => UriParts.Port(frame.DestinationUri);

    [SipVariable("dP", "Transport of the next hop; UDP when none is written.")]
    public Value DestinationProtocol(Frame frame) => UriParts.Protocol(frame.DestinationUri);

    [SipVariable("ds", "All destinations as a Contact header without its line end: the Request-URI if rewritten, and the branches.")]
    public Value Destinations(Frame frame)
    {
        if (!frame.Message.IsRequest || !DestinationSet.Exists(frame))
            return Value.Null;
        var writer = new SpanWriter(frame.Arena.Reserve(DestinationSet.ContactLength(frame)));
        DestinationSet.WriteContact(frame, ref writer);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    [SipVariable("br", "URI of the first appended branch; null when there is none.")]
    public Value FirstBranch(Frame frame) => frame.BranchCount == 0 ? Value.Null : Value.FromText(frame.Branches[0].Uri);

    [SipVariable("bR", "URIs of all appended branches with commas between them; null when there are none.")]
    public Value AllBranches(Frame frame)
    {
        if (frame.BranchCount == 0)
            return Value.Null;
        var length = 0;
        foreach (ref readonly var branch in frame.Branches)
            length += branch.Uri.Length + 2;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        foreach (ref readonly var branch in frame.Branches)
        {
            if (writer.Length > 0)
                writer.Write(", "u8);
            writer.Write(branch.Uri);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Utf8Text Current(Frame frame) => frame.Message.IsRequest ? frame.RequestUri : default;

    private static Utf8Text Original(Frame frame) => frame.Message.IsRequest ? frame.Message.Text(frame.Message.RequestUri) : default;

    private static bool Keep(Frame frame, bool edited, Utf8Text uri)
    {
        if (edited)
            frame.NewUri = uri;
        return edited;
    }
}
