using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using UriParser = ScriptedSip.Sip.Parsing.UriParser;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary><c>{uri.…}</c>: parts of a URI. A part that is not there is empty text; text that is no URI has no parts.</summary>
internal static class UriOperations
{
    private delegate Slice Part(in SipUri uri);

    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        Add("user", static (in SipUri uri) => uri.User);
        Add("host", static (in SipUri uri) => uri.Host);
        Add("domain", static (in SipUri uri) => uri.Host);
        Add("passwd", static (in SipUri uri) => uri.Password);
        Add("port", static (in SipUri uri) => uri.PortText);
        Add("headers", static (in SipUri uri) => uri.Headers);
        Add("transport", static (in SipUri uri) => uri.Transport);
        Add("maddr", static (in SipUri uri) => uri.Maddr);
        Add("scheme", static (in SipUri uri) => uri.SchemeText);
        Add("schema", static (in SipUri uri) => uri.SchemeText);

        // Without the semicolon in front.
        Add("params", static (in SipUri uri) => uri.Parameters.IsEmpty ? uri.Parameters : new Slice(uri.Parameters.Offset + 1, uri.Parameters.Length - 1));
        foreach (var name in (ReadOnlySpan<string>)["ttl", "method", "lr", "r2"])
        {
            var bytes = Encoding.ASCII.GetBytes(name);
            table["uri." + name] = new((Frame _, Utf8Text text, in Operands _) => Parameter(text, bytes));
        }
        table["uri.uparam"] = new(static (Frame _, Utf8Text text, in Operands _) => Parameter(text, "user"u8));
        table["uri.param"] = new(static (Frame frame, Utf8Text text, in Operands o) => Parameter(text, o.First.ToText(frame.Arena).Span), 1, 1);
        table["uri.tosocket"] = new(Socket);
        table["uri.duri"] = new(static (Frame frame, Utf8Text text, in Operands _) => Short(frame, text, withUser: false, withTarget: true));
        table["uri.saor"] = new(static (Frame frame, Utf8Text text, in Operands _) => Short(frame, text, withUser: true, withTarget: false));
        table["uri.suri"] = new(static (Frame frame, Utf8Text text, in Operands _) => Short(frame, text, withUser: true, withTarget: true));
        table["uri.rmparam"] = new(static (Frame frame, Utf8Text text, in Operands o) => WithoutParameter(frame, text, o.First.ToText(frame.Arena).Span), 1, 1);

        void Add(string name, Part part) => table["uri." + name] = new((Frame _, Utf8Text text, in Operands _) =>
            UriParser.TryParse(text.Span, out var uri) ? Value.FromText(text[part(uri)]) : Value.Null);
    }

    private static Value Parameter(Utf8Text text, ReadOnlySpan<byte> name)
    {
        if (!UriParser.TryParse(text.Span, out var uri))
            return Value.Null;
        return uri.Parameters.IsPresent && UriParser.TryGetParameter(uri.Parameters.In(text.Span), name, out var value)
            ? Value.FromText(text[value.Shift(uri.Parameters.Offset)])
            : Value.FromText(default);
    }

    // Scheme and host, with the user, or with port and transport, or both.
    private static Value Short(Frame frame, Utf8Text text, bool withUser, bool withTarget)
    {
        if (!UriParser.TryParse(text.Span, out var uri))
            return Value.Null;
        var span = text.Span;
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        writer.Write(uri.SchemeText.In(span));
        writer.Write((byte)':');
        if (withUser && !uri.User.IsEmpty)
        {
            writer.Write(uri.User.In(span));
            if (!uri.Host.IsEmpty)
                writer.Write((byte)'@');
        }
        writer.Write(uri.Host.In(span));
        if (withTarget && !uri.PortText.IsEmpty)
        {
            writer.Write((byte)':');
            writer.Write(uri.PortText.In(span));
        }
        if (withTarget && !uri.Transport.IsEmpty)
        {
            writer.Write(";transport="u8);
            writer.Write(uri.Transport.In(span));
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    private static Value WithoutParameter(Frame frame, Utf8Text text, ReadOnlySpan<byte> name)
    {
        if (!UriParser.TryParse(text.Span, out var uri))
            return Value.Null;
        if (uri.Parameters.IsEmpty)
            return Value.FromText(text);
        var span = text.Span;
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        writer.Write(span[..uri.Parameters.Offset]);
        var rest = uri.Parameters.In(span);
        while (!rest.IsEmpty)
        {
            var length = rest[1..].IndexOf((byte)';') is var next and >= 0 ? next + 1 : rest.Length;
            var item = rest[1..length];
            var own = item.IndexOf((byte)'=') is var equals and >= 0 ? item[..equals] : item;
            if (!Ascii.EqualsIgnoreCase(own, name))
                writer.Write(rest[..length]);
            rest = rest[length..];
        }
        writer.Write(span[uri.Parameters.End..]);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    // proto:host:port, the form of $fs.
    private static Value Socket(Frame frame, Utf8Text text, in Operands o)
    {
        if (!UriParser.TryParse(text.Span, out var uri))
            return Value.Null;
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length + 16));
        writer.Write(uri.Transport.IsEmpty ? uri.Scheme == UriScheme.Sips ? "tls"u8 : "udp"u8 : uri.Transport.In(text.Span));
        writer.Write((byte)':');
        writer.Write(uri.Host.In(text.Span));
        writer.Write((byte)':');
        writer.Write(uri.Port == 0 ? uri.Scheme == UriScheme.Sips ? 5061 : 5060 : uri.Port);
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }
}
