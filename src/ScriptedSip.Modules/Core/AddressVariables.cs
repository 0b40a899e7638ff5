using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of the parties: From, To and the identity headers.</summary>
internal sealed class AddressVariables : ScriptModule
{
    [SipVariable("fu from", "URI of From.", Setter = nameof(SetFromUri))]
    public Value FromUri(Frame frame) => Value.FromSlice(frame.Message, frame.Message.From.Uri);

    public bool SetFromUri(Frame frame, in Value value) => SetUri(frame, frame.Message.From.Uri, value);

    [SipVariable("fU from.user", "User of the From URI; null when it has none.", Setter = nameof(SetFromUser))]
    public Value FromUser(Frame frame) => UriParts.User(frame.Message.Text(frame.Message.From.Uri));

    public bool SetFromUser(Frame frame, in Value value) => SetUser(frame, frame.Message.From.Uri, value);

    [SipVariable("fUl", "Length of the user of the From URI; 0 when it has none.")]
    public Value FromUserLength(Frame frame) => Value.FromInt(FromUser(frame).Text.Length);

    [SipVariable("fd from.domain", "Host of the From URI.", Setter = nameof(SetFromHost))]
    public Value FromHost(Frame frame) => UriParts.Host(frame.Message.Text(frame.Message.From.Uri));

    public bool SetFromHost(Frame frame, in Value value) => SetHost(frame, frame.Message.From.Uri, value);

    [SipVariable("fn", "Display name of From as written; null when it has none.", Setter = nameof(SetFromName))]
    public Value FromName(Frame frame) => Value.FromSlice(frame.Message, frame.Message.From.DisplayName);

    public bool SetFromName(Frame frame, in Value value) => SetName(frame, frame.Message.From, value);

    [SipVariable("ft", "Tag of From; null when it has none.")]
    public Value FromTag(Frame frame) => Value.FromSlice(frame.Message, frame.Message.From.Tag);

    [SipVariable("tu to", "URI of To.", Setter = nameof(SetToUri))]
    public Value ToUri(Frame frame) => Value.FromSlice(frame.Message, frame.Message.To.Uri);

    public bool SetToUri(Frame frame, in Value value) => SetUri(frame, frame.Message.To.Uri, value);

    [SipVariable("tU to.user", "User of the To URI; null when it has none.", Setter = nameof(SetToUser))]
    public Value ToUser(Frame frame) => UriParts.User(frame.Message.Text(frame.Message.To.Uri));

    public bool SetToUser(Frame frame, in Value value) => SetUser(frame, frame.Message.To.Uri, value);

    [SipVariable("tUl", "Length of the user of the To URI; 0 when it has none.")]
    public Value ToUserLength(Frame frame) => Value.FromInt(ToUser(frame).Text.Length);

    [SipVariable("td to.domain", "Host of the To URI.", Setter = nameof(SetToHost))]
    public Value ToHost(Frame frame) => UriParts.Host(frame.Message.Text(frame.Message.To.Uri));

    public bool SetToHost(Frame frame, in Value value) => SetHost(frame, frame.Message.To.Uri, value);

    [SipVariable("tn", "Display name of To as written; null when it has none.", Setter = nameof(SetToName))]
    public Value ToName(Frame frame) => Value.FromSlice(frame.Message, frame.Message.To.DisplayName);

    public bool SetToName(Frame frame, in Value value) => SetName(frame, frame.Message.To, value);

    [SipVariable("tt", "Tag of To; null in a request outside a dialog.")]
    public Value ToTag(Frame frame) => Value.FromSlice(frame.Message, frame.Message.To.Tag);

    [SipVariable("rt", "URI of Refer-To.")]
    public Value ReferTo(Frame frame) => Uri(frame, HeaderId.ReferTo);

    [SipVariable("re", "URI of Remote-Party-ID.")]
    public Value RemotePartyId(Frame frame) => Uri(frame, HeaderId.RemotePartyId);

    [SipVariable("ai", "URI of P-Asserted-Identity.")]
    public Value AssertedIdentity(Frame frame) => Uri(frame, HeaderId.PAssertedIdentity);

    [SipVariable("pu", "URI of P-Preferred-Identity.")]
    public Value PreferredIdentity(Frame frame) => Uri(frame, HeaderId.PPreferredIdentity);

    [SipVariable("pU", "User of the P-Preferred-Identity URI.")]
    public Value PreferredUser(Frame frame) => UriParts.User(Uri(frame, HeaderId.PPreferredIdentity).Text);

    [SipVariable("pd", "Host of the P-Preferred-Identity URI.")]
    public Value PreferredHost(Frame frame) => UriParts.Host(Uri(frame, HeaderId.PPreferredIdentity).Text);

    [SipVariable("pn", "Display name of P-Preferred-Identity.")]
    public Value PreferredName(Frame frame) =>
        TryGet(frame.Message, HeaderId.PPreferredIdentity, out var address) ? Value.FromSlice(frame.Message, address.DisplayName) : Value.Null;

    [SipVariable("di", "URI of Diversion.")]
    public Value Diversion(Frame frame) => Uri(frame, HeaderId.Diversion);

    [SipVariable("dir", "The reason parameter of Diversion (RFC 5806).")]
    public Value DiversionReason(Frame frame) => Parameter(frame, HeaderId.Diversion, "reason"u8);

    [SipVariable("dip", "The privacy parameter of Diversion (RFC 5806).")]
    public Value DiversionPrivacy(Frame frame) => Parameter(frame, HeaderId.Diversion, "privacy"u8);

    [SipVariable("dic", "The counter parameter of Diversion (RFC 5806).")]
    public Value DiversionCounter(Frame frame) => Parameter(frame, HeaderId.Diversion, "counter"u8);

    private static Value Uri(Frame frame, HeaderId id) =>
        TryGet(frame.Message, id, out var address) ? Value.FromSlice(frame.Message, address.Uri) : Value.Null;

    private static Value Parameter(Frame frame, HeaderId id, ReadOnlySpan<byte> name)
    {
        if (!TryGet(frame.Message, id, out var address))
            return Value.Null;
        var parameters = frame.Message.Text(address.Parameters);
        var value = ParameterList.Find(parameters.Span, name);
        return value.IsPresent ? Value.FromText(parameters[value]) : Value.Null;
    }

    private static bool TryGet(SipMessage message, HeaderId id, out NameAddrView address)
    {
        var value = message.FirstValue(id);
        address = default;
        return value.IsPresent && NameAddrParser.TryParse(message.Buffer, value.Offset, value.End, out address);
    }

    // A name stands in front of a URI in brackets only; a line end in it would begin another header.
    private static bool SetName(Frame frame, in NameAddrView address, in Value value)
    {
        var name = value.ToText(frame.Arena);
        if (!address.HasBrackets || name.Span.IndexOfAny("\r\n<>"u8) >= 0)
            return false;
        if (address.DisplayName.IsPresent)
            frame.Edits.Replace(address.DisplayName, name.Span);
        else
            frame.Edits.Insert(address.Uri.Offset - 1, name.Span, " "u8);
        return true;
    }

    private static bool SetUser(Frame frame, Slice uri, in Value value)
    {
        if (!uri.IsPresent || !UriEditor.TrySetUser(frame.Arena, frame.Message.Text(uri), value.ToText(frame.Arena).Span, out var changed))
            return false;
        frame.Edits.Replace(uri, changed.Span);
        return true;
    }

    private static bool SetHost(Frame frame, Slice uri, in Value value)
    {
        if (!uri.IsPresent || !UriEditor.TrySetHost(frame.Arena, frame.Message.Text(uri), value.ToText(frame.Arena).Span, out var changed))
            return false;
        frame.Edits.Replace(uri, changed.Span);
        return true;
    }

    private static bool SetUri(Frame frame, Slice old, in Value value)
    {
        var uri = value.ToText(frame.Arena);
        if (!old.IsPresent || !UriParser.TryParse(uri.Span, out _))
            return false;
        frame.Edits.Replace(old, uri.Span);
        return true;
    }
}
