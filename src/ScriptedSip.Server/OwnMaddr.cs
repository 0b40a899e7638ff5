using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;
using UriParser = ScriptedSip.Sip.Parsing.UriParser;

namespace ScriptedSip.Server;

/// <summary>
/// A Request-URI whose maddr led the request to this server has done its work (RFC 3261 16.4): maddr goes, and with it the port and the transport
/// parameter that were meant for this hop.
/// </summary>
internal static class OwnMaddr
{
    /// <summary>The Request-URI without what was meant for this hop; false when it is to stay as it is.</summary>
    public static bool TryStrip(Frame frame, LocalNames names, out Utf8Text stripped)
    {
        stripped = default;
        var message = frame.Message;
        var text = message[message.RequestUri];
        if (text.IndexOf("maddr="u8) < 0 || !UriParser.TryParse(text, out var uri) || uri.Maddr.IsEmpty || !names.IsMyHost(uri.Maddr.In(text)))
            return false;
        var transport = TransportNames.OfUri(uri, text);
        var port = uri.Port == 0 ? ListenSocket.DefaultPort : uri.Port;
        if (port != message.Local.Port || (transport == TransportProtocol.None ? TransportProtocol.Udp : transport) != message.Local.Protocol)
            return false;
        var result = new SpanWriter(frame.Arena.Reserve(text.Length));
        result.Write(text[..uri.Host.End]);
        WriteOthers(ref result, uri.Parameters.In(text));
        result.Write(text[uri.Parameters.End..]);
        stripped = frame.Arena.Commit(result.Length);
        return true;
    }

    private static void WriteOthers(ref SpanWriter result, ReadOnlySpan<byte> parameters)
    {
        while (parameters.Length > 1)
        {
            var next = parameters[1..].IndexOf((byte)';');
            var parameter = next < 0 ? parameters : parameters[..(next + 1)];
            parameters = parameters[parameter.Length..];
            if (!IsNamed(parameter, "maddr"u8) && !IsNamed(parameter, "transport"u8))
                result.Write(parameter);
        }
    }

    private static bool IsNamed(ReadOnlySpan<byte> parameter, ReadOnlySpan<byte> name)
    {
        var equals = parameter.IndexOf((byte)'=');
        return System.Text.Ascii.EqualsIgnoreCase(equals < 0 ? parameter[1..] : parameter[1..equals], name);
    }
}
