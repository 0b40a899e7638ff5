using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Permissions;

// Peers that are let in by their address and what they send.
internal sealed partial class PermissionsModule
{
    [ResultMatters]
    [SipFunction("allow_trusted", RouteKinds.Any, "1 when the request comes from a trusted peer, over its protocol and with From and Request-URI as its patterns ask; else -1.")]
    public Outcome AllowTrusted(Frame frame) => AllowTrusted(frame, frame.Message.Source, FromUri(frame));

    [ResultMatters]
    [SipFunction("allow_trusted", RouteKinds.Any, "As allow_trusted(), for an address and protocol (any), and a URI instead of that of From.")]
    public Outcome AllowTrusted(Frame frame, Utf8Text address, Utf8Text protocol, Utf8Text from = default) =>
        TryEndpoint(address, 0, TransportNames.Parse(protocol.Span), out var source)
            ? AllowTrusted(frame, source, from.IsEmpty ? FromUri(frame) : from)
            : Outcome.False;

    private Outcome AllowTrusted(Frame frame, in SipEndpoint source, Utf8Text from)
    {
        if (_trusted is null)
            return Outcome.False;
        var isTrusted = false;
        foreach (var peer in _trusted.Current.At(source))
        {
            if ((peer.Protocol != TransportProtocol.None && source.Protocol != TransportProtocol.None && peer.Protocol != source.Protocol)
                || peer.From?.IsMatch(frame, from.Span) == false || peer.Uri?.IsMatch(frame, frame.RequestUri.Span) == false)
                continue;
            isTrusted = true;
            if (_peerTag != 0 && !peer.Tag.IsEmpty)
                frame.Avps.Add(_peerTag, Value.FromText(peer.Tag));
            if (PeerTagMode == 0)
                break;
        }
        return Outcome.From(isTrusted);
    }
}
