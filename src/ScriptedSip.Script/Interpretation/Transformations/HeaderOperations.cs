using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using UriParser = ScriptedSip.Sip.Parsing.UriParser;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary><c>{nameaddr.…}</c>, <c>{tobody.…}</c> and <c>{via.…}</c>: parts of header values.</summary>
internal static class HeaderOperations
{
    private delegate Slice AddressPart(in NameAddrView view);

    private delegate Slice UriPart(in SipUri uri);

    private delegate Slice ViaPart(in ViaView view);

    public static void AddTo(Dictionary<string, TransformationEntry> table)
    {
        foreach (var family in (ReadOnlySpan<string>)["nameaddr", "tobody"])
        {
            Address(family + ".name", static (in NameAddrView view) => view.DisplayName);
            Address(family + ".display", static (in NameAddrView view) => view.DisplayName);
            Address(family + ".uri", static (in NameAddrView view) => view.Uri);
            Address(family + ".tag", static (in NameAddrView view) => view.Tag);
            Address(family + ".params", static (in NameAddrView view) => view.Parameters.IsEmpty ? view.Parameters : new Slice(view.Parameters.Offset + 1, view.Parameters.Length - 1));
            table[family + ".len"] = new(static (Frame _, Utf8Text text, in Operands _) =>
                TryParse(text, out var view) ? Value.FromInt(view.Whole.Length) : Value.Null);
            table[family + ".param"] = new(static (Frame frame, Utf8Text text, in Operands o) => Parameter(text, o.First.ToText(frame.Arena).Span), 1, 1);
        }
        Uri("tobody.user", static (in SipUri uri) => uri.User);
        Uri("tobody.host", static (in SipUri uri) => uri.Host);

        Via("via.host", static (in ViaView via) => via.Host);
        Via("via.branch", static (in ViaView via) => via.Branch);
        Via("via.received", static (in ViaView via) => via.Received);
        Via("via.transport", static (in ViaView via) => via.Transport);
        Via("via.maddr", static (in ViaView via) => via.Maddr);
        table["via.name"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromText(ProtocolPart(text, 0)));
        table["via.version"] = new(static (Frame _, Utf8Text text, in Operands _) => Value.FromText(ProtocolPart(text, 1)));
        table["via.port"] = new(static (Frame _, Utf8Text text, in Operands _) => TryParseVia(text, out var via) && via.Port > 0 ? Value.FromInt(via.Port) : Value.Null);
        table["via.rport"] = new(static (Frame _, Utf8Text text, in Operands _) => TryParseVia(text, out var via) && via.Rport > 0 ? Value.FromInt(via.Rport) : Value.Null);
        table["via.params"] = new(static (Frame _, Utf8Text text, in Operands _) =>
            text.Span.IndexOf((byte)';') is var at and >= 0 ? Value.FromText(text[Slice.Between(at + 1, text.Length)]) : Value.FromText(default));
        table["via.param"] = new(static (Frame frame, Utf8Text text, in Operands o) => ListOperations.Parameter(text, o.First.ToText(frame.Arena).Span, (byte)';'), 1, 1);

        void Address(string name, AddressPart part) => table[name] = new((Frame _, Utf8Text text, in Operands _) =>
            TryParse(text, out var view) ? Value.FromText(Own(text, part(view))) : Value.Null);

        void Uri(string name, UriPart part) => table[name] = new((Frame _, Utf8Text text, in Operands _) =>
            TryParse(text, out var view) && Own(text, view.Uri) is var inner && UriParser.TryParse(inner.Span, out var uri) ? Value.FromText(inner[part(uri)]) : Value.Null);

        void Via(string name, ViaPart part) => table[name] = new((Frame _, Utf8Text text, in Operands _) =>
            TryParseVia(text, out var via) ? Value.FromText(Own(text, part(via))) : Value.Null);
    }

    // The parsers count from the start of the array the text lies in.
    private static Utf8Text Own(Utf8Text text, Slice part) => part.IsEmpty ? default : new Utf8Text(text.Array!, part.Offset, part.Length);

    private static bool TryParse(Utf8Text text, out NameAddrView view)
    {
        view = default;
        return !text.IsEmpty && NameAddrParser.TryParse(text.Array!, text.Offset, text.Offset + text.Length, out view);
    }

    private static bool TryParseVia(Utf8Text text, out ViaView via)
    {
        via = default;
        return !text.IsEmpty && ViaParser.TryParse(text.Array!, text.Offset, text.Offset + text.Length, out via);
    }

    private static Value Parameter(Utf8Text text, ReadOnlySpan<byte> name)
    {
        if (!TryParse(text, out var view))
            return Value.Null;
        var parameters = Own(text, view.Parameters);
        return !parameters.IsEmpty && UriParser.TryGetParameter(parameters.Span, name, out var value) ? Value.FromText(parameters[value]) : Value.FromText(default);
    }

    // "SIP/2.0/UDP host": the name and the version before the transport.
    private static Utf8Text ProtocolPart(Utf8Text text, int number)
    {
        var start = 0;
        while (true)
        {
            var length = text.Span[start..].IndexOf((byte)'/');
            if (length < 0)
                return default;
            if (number-- == 0)
                return text[new Slice(start, length)];
            start += length + 1;
        }
    }
}
