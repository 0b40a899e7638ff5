using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of where a message goes: its next hop, its Route, the fields of its Contacts.</summary>
internal sealed class RouteVariables : ScriptModule
{
    [SipVariable("nh", "The next hop, $du or the Request-URI: its URI (u), user (U), host (d), port (p) or transport (P).")]
    public Value NextHopPart(Frame frame, Utf8Text part, int index)
    {
        var uri = frame.DestinationUri.IsEmpty ? frame.RequestUri : frame.DestinationUri;
        if (uri.IsEmpty || part.Length != 1)
            return Value.Null;
        return part.Span[0] switch
        {
            (byte)'u' => Value.FromText(uri),
            (byte)'U' => UriParts.User(uri),
            (byte)'d' => UriParts.Host(uri),
            (byte)'p' => UriParts.Port(uri),
            (byte)'P' => UriParts.Protocol(uri),
            _ => Value.Null,
        };
    }

    [SipVariable("route_uri", "URI of the first Route; null when there is none.")]
    public Value RouteUri(Frame frame) =>
        TryFind(frame.Message, HeaderId.Route, 0, out var address) ? Value.FromSlice(frame.Message, address.Uri) : Value.Null;

    [SipVariable("ct.fields", "A field of the Contact of that index: name, uri, q, expires, methods, received or params.")]
    public Value ContactField(Frame frame, Utf8Text field, int index)
    {
        var message = frame.Message;
        if (!TryFind(message, HeaderId.Contact, index, out var address))
            return Value.Null;
        if (field.EqualsIgnoreCase("uri"u8))
            return Value.FromSlice(message, address.Uri);
        if (field.EqualsIgnoreCase("name"u8))
            return Value.FromSlice(message, address.DisplayName);
        if (field.EqualsIgnoreCase("params"u8))
            return Value.FromSlice(message, address.Parameters);
        var parameters = message.Text(address.Parameters);
        var value = ParameterList.Find(parameters.Span, field.Span);
        return value.IsPresent ? Value.FromText(parameters[value]) : Value.Null;
    }

    // The addresses of a header are counted across commas and lines; a negative index counts from the last.
    private static bool TryFind(SipMessage message, HeaderId id, int index, out NameAddrView address)
    {
        if (index < 0)
        {
            var count = 0;
            while (TryFind(message, id, count, out _))
                count++;
            index = index == SipVariableAttribute.AllValues ? 0 : count + index;
        }
        address = default;
        if (index < 0)
            return false;
        for (var row = message.FindNext(id, default, -1); row >= 0; row = message.FindNext(id, default, row))
        {
            var value = message.Header(row).Value;
            var at = value.Offset;
            while (at < value.End && NameAddrParser.TryParse(message.Buffer, at, value.End, out address))
            {
                if (index-- == 0)
                    return true;
                at = address.End;
                while (at < value.End && message.Buffer[at] is (byte)',' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                    at++;
            }
        }
        return false;
    }
}
