using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Nat;

/// <summary>What scripts change in messages from behind a NAT, shared by the modules that offer it under different names.</summary>
internal static class NatActions
{
    private const int AliasMissing = 2;

    /// <summary>Puts the source address and port into every Contact; false when there is none that has a host.</summary>
    public static bool FixContact(Frame frame)
    {
        var message = frame.Message;
        Span<byte> room = stackalloc byte[64];
        var source = WriteHostPort(room, message.Source);
        var isFixed = false;
        for (var row = message.First(HeaderId.Contact); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message.Header(row).Value;
            for (var at = value.Offset; at < value.End && NameAddrParser.TryParse(message.Buffer, at, value.End, out var contact); at = contact.End + 1)
            {
                if (contact.IsStar || !UriParser.TryParse(message[contact.Uri], out var uri) || !uri.Host.IsPresent)
                    continue;
                var end = uri.PortText.IsPresent ? uri.PortText.End : uri.Host.End;
                frame.Edits.Replace(Slice.Between(uri.Host.Offset, end).Shift(contact.Uri.Offset), source);
                isFixed = true;
            }
        }
        return isFixed;
    }

    /// <summary>The source as a URI, in the arena: <c>sip:192.0.2.1:5060;transport=tcp</c>.</summary>
    public static Utf8Text SourceUri(Frame frame)
    {
        var source = frame.Message.Source;
        var room = frame.Arena.Reserve(96);
        var writer = new SpanWriter(room);
        writer.Write("sip:"u8);
        Span<byte> hostPort = stackalloc byte[64];
        writer.Write(WriteHostPort(hostPort, source));
        if (source.Protocol != TransportProtocol.Udp)
        {
            writer.Write(";transport="u8);
            writer.Write(TransportNames.LowerCase(source.Protocol));
        }
        return frame.Arena.Commit(writer.Length);
    }

    /// <summary>Appends <c>;alias=address~port~protocol</c> to the URI of the Contact; 2 when the Contact names the source already.</summary>
    public static Outcome AddAlias(Frame frame, ReadOnlySpan<byte> name)
    {
        if (!TryContact(frame.Message, out var contact, out var uri))
            return Outcome.False;
        var source = frame.Message.Source;
        var host = uri.Host.In(frame.Message[contact.Uri]);
        var port = uri.Port == 0 ? ListenSocket.DefaultPort : uri.Port;
        if (SipEndpoint.TryParseAddress(host, source.Protocol, port, out var named) && named == source)
            return new Outcome(AliasMissing);
        Span<byte> address = stackalloc byte[48];
        var length = source.FormatAddress(address, brackets: true);
        return AddAlias(frame, contact, uri, name, address[..length], source.Port, source.Protocol);
    }

    /// <summary>The same with an address given.</summary>
    public static Outcome AddAlias(Frame frame, ReadOnlySpan<byte> name, ReadOnlySpan<byte> address, int port, TransportProtocol protocol) =>
        TryContact(frame.Message, out var contact, out var uri) ? AddAlias(frame, contact, uri, name, address, port, protocol) : Outcome.False;

    /// <summary>Takes the alias out of the Request-URI and makes it the next hop; 2 when there is none, -1 when it is malformed.</summary>
    public static Outcome TakeAlias(Frame frame, ReadOnlySpan<byte> name, bool keepsUri)
    {
        var text = frame.RequestUri;
        if (!UriParser.TryParse(text.Span, out var uri))
            return Outcome.False;
        var parameters = text[uri.Parameters].Span;
        if (!UriParser.TryGetParameter(parameters, name, out var found))
            return new Outcome(AliasMissing);
        var value = found.In(parameters);
        var first = value.IndexOf((byte)'~');
        var last = value.LastIndexOf((byte)'~');
        if (first <= 0 || last <= first || !Value.TryParseInt(value[(first + 1)..last], out var port) || port is < 1 or > 65535
            || !Value.TryParseInt(value[(last + 1)..], out var number) || ProtocolOf(number) is not { } protocol
            || !SipEndpoint.TryParseAddress(value[..first], protocol, (int)port, out _))
            return Outcome.False;
        var room = frame.Arena.Reserve(value.Length + 32);
        var writer = new SpanWriter(room);
        writer.Write("sip:"u8);
        writer.Write(value[..first]);
        writer.Write((byte)':');
        writer.Write(port);
        if (protocol != TransportProtocol.Udp)
        {
            writer.Write(";transport="u8);
            writer.Write(TransportNames.LowerCase(protocol));
        }
        frame.DestinationUri = frame.Arena.Commit(writer.Length);
        if (!keepsUri)
        {
            // ";name=value": the parameter with the semicolon in front of it.
            var parameter = Slice.Between(uri.Parameters.Offset + found.Offset - name.Length - 2, uri.Parameters.Offset + found.End);
            frame.NewUri = UriEditor.Splice(frame.Arena, text, parameter, default, default);
        }
        return Outcome.True;
    }

    private static Outcome AddAlias(Frame frame, in NameAddrView contact, in SipUri uri, ReadOnlySpan<byte> name, ReadOnlySpan<byte> address, int port,
        TransportProtocol protocol)
    {
        Span<byte> room = stackalloc byte[128];
        var writer = new SpanWriter(room);
        if (!contact.HasBrackets)
            frame.Edits.Insert(contact.Uri.Offset, "<"u8);
        writer.Write((byte)';');
        writer.Write(name);
        writer.Write((byte)'=');
        writer.Write(address);
        writer.Write((byte)'~');
        writer.Write(port);
        writer.Write((byte)'~');
        writer.Write(NumberOf(protocol));
        if (!contact.HasBrackets)
            writer.Write((byte)'>');
        if (writer.Overflowed)
            return Outcome.False;
        var at = uri.Headers.IsPresent ? uri.Headers.Offset - 1 : contact.Uri.Length;
        frame.Edits.Insert(contact.Uri.Offset + at, writer.Written);
        return Outcome.True;
    }

    private static bool TryContact(SipMessage message, out NameAddrView contact, out SipUri uri)
    {
        contact = default;
        uri = default;
        var value = message.FirstValue(HeaderId.Contact);
        return value.IsPresent && NameAddrParser.TryParse(message.Buffer, value.Offset, value.End, out contact) && !contact.IsStar
            && UriParser.TryParse(message[contact.Uri], out uri) && uri.Host.IsPresent;
    }

    private static ReadOnlySpan<byte> WriteHostPort(Span<byte> room, in SipEndpoint endpoint)
    {
        var writer = new SpanWriter(room);
        writer.Advance(endpoint.FormatAddress(room, brackets: true));
        writer.Write((byte)':');
        writer.Write(endpoint.Port);
        return room[..writer.Length];
    }

    private static int NumberOf(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Tcp => 2,
        TransportProtocol.Tls => 3,
        _ => 1,
    };

    private static TransportProtocol? ProtocolOf(long number) => number switch
    {
        1 => TransportProtocol.Udp,
        2 => TransportProtocol.Tcp,
        3 => TransportProtocol.Tls,
        _ => null,
    };
}
