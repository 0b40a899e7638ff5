using System.Buffers.Text;
using ScriptedSip.Modules.TextOps;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Nat;

/// <summary>mangler: other addresses and ports in a session description, and the address of a phone behind NAT in the user part of its Contact.</summary>
internal sealed class ManglerModule : ScriptModule
{
    private const RouteKinds Routes = RouteKinds.Request | RouteKinds.OnReply;

    private static readonly HeaderName Contact = new(HeaderId.Contact, Utf8Text.From("Contact"));

    private byte _separator = (byte)'*';

    [ModParam("contact_flds_separator", "The character between the parts of an encoded Contact; none that a user part may not hold.")]
    public string Separator { get; set; } = "*";

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script) =>
        Separator is [>= '!' and <= '~'] && !"@:<>?/;\"".Contains(Separator[0], StringComparison.Ordinal) ? null : "mangler: contact_flds_separator must be one character that a user part may hold";

    /// <inheritdoc/>
    public override void Start(ModuleHost host) => _separator = (byte)Separator[0];

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("sdp_mangle_ip", Routes, "Replaces the IPv4 addresses of a network in the c= lines of the session description; the number of lines and 1, or -1 without a description.")]
    public Outcome MangleAddress(Frame frame, Ip4Network network, Utf8Text address)
    {
        var message = frame.Message;
        var sdp = SdpBody.Find(message);
        if (!sdp.IsPresent)
            return Outcome.False;
        var changed = 1;
        for (var at = sdp.Offset; SdpBody.NextAddress(message, sdp, (byte)'c', ref at, out _, out var old);)
        {
            if (!network.Contains(message[old]))
                continue;
            frame.Edits.Replace(old, address.Span);
            changed++;
        }
        return new Outcome(changed);
    }

    [SipFunction("sdp_mangle_port", Routes, "Adds a number, as \"+1000\" or \"-1000\", to the ports of the media in the session description, where the result is one; the number of lines and 1, or -1 without a description.")]
    public Outcome ManglePort(Frame frame, int offset)
    {
        var message = frame.Message;
        var sdp = SdpBody.Find(message);
        if (!sdp.IsPresent)
            return Outcome.False;
        var changed = 1;
        Span<byte> digits = stackalloc byte[5];
        for (var start = sdp.Offset; start < sdp.End;)
        {
            var bytes = message.Span[start..sdp.End];
            var length = bytes.IndexOf((byte)'\n');
            var line = length < 0 ? bytes : bytes[..length];
            // m=audio 49170 RTP/AVP 0 (RFC 8866 5.14); port 0 means no media.
            var blank = line.StartsWith("m="u8) ? line.IndexOf((byte)' ') + 1 : 0;
            if (blank > 0 && Utf8Parser.TryParse(line[blank..], out int port, out var written) && port > 0 && port + offset is > 0 and <= ushort.MaxValue)
            {
                Utf8Formatter.TryFormat(port + offset, digits, out var count);
                frame.Edits.Replace(new Slice(start + blank, written), digits[..count]);
                changed++;
            }
            start = length < 0 ? sdp.End : start + length + 1;
        }
        return new Outcome(changed);
    }

    [SipFunction("encode_contact", Routes, "Puts user, host, port and transport of each Contact URI into the user part of one at the given host, sip:prefix*user*host*port*transport@host; -1 without a Contact.")]
    public Outcome EncodeContacts(Frame frame, Utf8Text prefix, Utf8Text host)
    {
        var message = frame.Message;
        var isFound = false;
        for (var values = new HeaderValues(message, Contact); values.MoveNext();)
        {
            var place = UriOf(message, values.Current);
            var text = message.Text(place);
            if (!UriParser.TryParse(text.Span, out var uri) || !uri.Host.IsPresent)
                continue;
            isFound = true;
            var writer = new SpanWriter(frame.Arena.Reserve(text.Length + prefix.Length + host.Length + 16));
            writer.Write("sip:"u8);
            writer.Write(prefix);
            foreach (var part in (ReadOnlySpan<Slice>)[uri.User, uri.Host, uri.PortText, uri.Transport])
            {
                writer.Write(_separator);
                writer.Write(text[part]);
            }
            writer.Write((byte)'@');
            writer.Write(host);
            frame.Edits.Replace(place, writer.Written);
        }
        return Outcome.From(isFound);
    }

    [SipFunction("decode_contact", RouteKinds.Request, "Makes a Request-URI that encode_contact() has made the one it was made of; -1 when it is none.")]
    public Outcome DecodeRequestUri(Frame frame)
    {
        var uri = Decoded(frame, frame.RequestUri);
        if (uri.IsEmpty)
            return Outcome.False;
        frame.NewUri = uri;
        return Outcome.True;
    }

    [SipFunction("decode_contact_header", Routes, "Makes Contact URIs that encode_contact() has made those they were made of; -1 when none is.")]
    public Outcome DecodeContacts(Frame frame)
    {
        var message = frame.Message;
        var isFound = false;
        for (var values = new HeaderValues(message, Contact); values.MoveNext();)
        {
            var place = UriOf(message, values.Current);
            var uri = Decoded(frame, message.Text(place));
            if (uri.IsEmpty)
                continue;
            frame.Edits.Replace(place, uri.Span);
            isFound = true;
        }
        return Outcome.From(isFound);
    }

    // Between angle brackets, else up to the parameters of the header (RFC 3261 20.10).
    private static Slice UriOf(SipMessage message, Slice value)
    {
        var bytes = message[value];
        var open = bytes.IndexOf((byte)'<');
        var end = bytes.IndexOf(open < 0 ? (byte)';' : (byte)'>');
        return Slice.Between(value.Offset + open + 1, end < 0 ? value.End : value.Offset + end);
    }

    // prefix*user*host*port*transport; empty when it is not of that form. What comes of it must be a URI: parts come from the network.
    private Utf8Text Decoded(Frame frame, Utf8Text text)
    {
        if (!UriParser.TryParse(text.Span, out var parts) || !parts.User.IsPresent)
            return default;
        Span<Range> fields = stackalloc Range[5];
        var user = text[parts.User].Span;
        var count = 0;
        foreach (var field in user.Split(_separator))
        {
            if (count == 5)
                return default;
            fields[count++] = field;
        }
        if (count < 5)
            return default;
        var name = user[fields[1]];
        var port = user[fields[3]];
        var transport = user[fields[4]];
        var writer = new SpanWriter(frame.Arena.Reserve(user.Length + 24));
        writer.Write("sip:"u8);
        writer.Write(name);
        if (name.Length > 0)
            writer.Write((byte)'@');
        writer.Write(user[fields[2]]);
        if (port.Length > 0)
            writer.Write((byte)':');
        writer.Write(port);
        if (transport.Length > 0)
            writer.Write(";transport="u8);
        writer.Write(transport);
        var uri = frame.Arena.Commit(writer.Length);
        return UriParser.TryParse(uri.Span, out _) ? uri : default;
    }
}
