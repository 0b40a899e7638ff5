using System.Buffers;
using ScriptedSip.Modules.Nat;
using ScriptedSip.Modules.Rr;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.SipPath;

/// <summary>The path module (RFC 3327): has requests for a registered phone come back through this proxy.</summary>
internal sealed class PathModule : ScriptModule, IOwnRouteUser
{
    private const int LongestUser = 64;

    private static readonly SearchValues<byte> NoUser = SearchValues.Create("@<>;, \r\n"u8);

    [ModParam("use_received", "1: a request routed by a Path value with a received parameter goes to the address in it.")]
    public bool UsesReceived { get; set; }

    [ModParam("enable_double_path", "A Path value names the socket the REGISTER came in at.", Ignored = true)]
    public int DoublePath { get; set; }

    [ModParam("enable_r2", "A Path value names the socket the REGISTER came in at.", Ignored = true)]
    public int DoublePathOfKamailio { get; set; }

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        if (UsesReceived)
            host.Import<IRecordRoutes>()?.Tell(this);
    }

    // Another rr may have taken the place of the one before.
    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [SipFunction("add_path", RouteKinds.Request, "Adds a Path that names this proxy to a REGISTER, with a user part when given; -1 for other requests.")]
    public Outcome Add(Frame frame, Utf8Text user = default) => Add(frame, user, withReceived: false);

    [SipFunction("add_path_received", RouteKinds.Request, "As add_path(), with the source of the REGISTER as parameter received.")]
    public Outcome AddReceived(Frame frame, Utf8Text user = default) => Add(frame, user, withReceived: true);

    /// <inheritdoc/>
    public void Routed(Frame frame, Utf8Text parameters)
    {
        if (!UriParser.TryGetParameter(parameters.Span, "received"u8, out var found) || found.IsEmpty)
            return;
        var text = found.In(parameters.Span);
        var room = frame.Arena.Reserve(text.Length);
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && TryHex(text[i + 1], out var high) && TryHex(text[i + 2], out var low))
            {
                room[length++] = (byte)((high << 4) | low);
                i += 2;
                continue;
            }
            room[length++] = text[i];
        }
        var uri = frame.Arena.Commit(length);
        if (UriParser.TryParse(uri.Span, out var parts) && parts.Host.IsPresent)
            frame.DestinationUri = uri;
    }

    private static Outcome Add(Frame frame, Utf8Text user, bool withReceived)
    {
        var message = frame.Message;
        if (message.Method != SipMethod.Register || user.Length > LongestUser || user.Span.IndexOfAny(NoUser) >= 0)
            return Outcome.False;
        var socket = message.Local;
        var source = withReceived ? NatActions.SourceUri(frame) : default;
        var writer = new SpanWriter(frame.Arena.Reserve(512));
        writer.Write("Path: <sip:"u8);
        if (!user.IsEmpty)
        {
            writer.Write(user);
            writer.Write((byte)'@');
        }
        writer.Write(socket.HostPortText);
        if (socket.Protocol != TransportProtocol.Udp)
        {
            writer.Write(";transport="u8);
            writer.Write(socket.ProtocolText);
        }
        writer.Write(";lr"u8);
        if (withReceived)
        {
            // Escaped: a ';' inside would end the parameter (RFC 3261 25.1, pvalue).
            writer.Write(";received="u8);
            foreach (var letter in source.Span)
            {
                if (letter is (byte)';' or (byte)'=')
                    writer.Write(letter == ';' ? "%3B"u8 : "%3D"u8);
                else
                    writer.Write(letter);
            }
        }
        writer.Write(">\r\n"u8);
        if (writer.Overflowed)
            return Outcome.False;
        frame.Edits.Insert(Place(message), writer.Written);
        return Outcome.True;
    }

    // In front of those of earlier proxies (RFC 3327 5.2).
    private static int Place(SipMessage message)
    {
        var first = message.First(HeaderId.Path);
        if (first >= 0)
            return message.Header(first).Line.Offset;
        var via = message.Last(HeaderId.Via);
        return via >= 0 ? message.Header(via).Line.End : message.HeadersEnd;
    }

    private static bool TryHex(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
