using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <content>The selects and attributes of SER 2.0.</content>
internal sealed partial class ExpressionBinder
{
    private static readonly string[] OtherSelects = ["via", "v", "hf_value", "cfg_get", "msg.header"];

    private static readonly string[] AddressParts = ["uri", "name", "params", "tag"];

    private static readonly string[] UriParts = ["user", "host", "port", "params", "headers", "transport", "maddr", "method", "ttl", "lr"];

    private ValueNode Selected(Syntax.Select select)
    {
        var parts = select.Parts;
        if (parts[0].Name == "cfg_get" && parts.Count == 3)
            return Setting($"{parts[1].Name}.{parts[2].Name}");
        if (parts is [{ Name: "sys" }, { Name: "server_id" }])
            return Setting("server_id");
        if (parts[0].Name is "db" or "eval" && parts.Count > 1)
            return Synthetic($"${parts[0].Name}select({select.Span.Text[(parts[0].Name.Length + 2)..]})", select.Span);
        if (Header(select) is var (header, taken))
            return Tail(header, select, taken);
        var isMessage = parts[0].Name == "msg";
        for (var count = Math.Min(3, parts.Count); count > 0 && !(isMessage && count < parts.Count); count--)
        {
            if (parts.Take(count).All(static part => part.Index is null && part.Key is null)
                && SelectTable.VariableOf(string.Join('.', parts.Take(count).Select(static part => part.Name))) is { } variable)
                return Tail(Synthetic(variable, select.Span), select, count);
        }
        if (SelectTable.IsCredentials(parts[0].Name) && SelectTable.CredentialOf(string.Join('.', parts.Skip(1).Select(static part => part.Name))) is { } credential)
            return Synthetic(credential, select.Span);
        ReportUnknown(select);
        return Nothing;
    }

    // Kamailio and SER 2.0 have many more; a name close to one of ours was meant to be that one.
    private void ReportUnknown(Syntax.Select select)
    {
        var parts = select.Parts;
        if (SelectTable.ReasonAgainst(parts[0].Name) is { } reason)
        {
            scope.ReportWithHint(DiagnosticCatalog.NotSupported, select.Span, reason, select.Span.Text.ToString());
            return;
        }
        for (var count = Math.Min(3, parts.Count); count > 0; count--)
        {
            if (Spelling.Nearest(string.Join('.', parts.Take(count).Select(static part => part.Name)), SelectTable.Names.Concat(OtherSelects)) is { } nearest)
            {
                var rest = string.Concat(parts.Skip(count).Select(static part => '.' + part.Name));
                scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, select.Span, $"did you mean '@{nearest}{rest}'?", select.Span.Text.ToString());
                return;
            }
        }
        scope.Report(DiagnosticCatalog.NotSupported, select.Span, select.Span.Text.ToString());
    }

    private ConstantValue Setting(string name) => scope.Settings.All.TryGetValue(name, out var value)
        ? value is string text ? Text(text) : new ConstantValue(Api.Value.FromInt(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)))
        : Nothing;

    // @hf_value.name[n], @hf_value["Name"], @msg.header["Name"], @via[n].
    private (ValueNode, int)? Header(Syntax.Select select)
    {
        var parts = select.Parts;
        if (parts[0] is { Name: "via" or "v", Index: var via })
            return (Synthetic($"$(hdr(Via)[{Position(via)}])", select.Span), 1);
        if (parts is [{ Name: "hf_value", Key: { } key }, ..])
            return (Synthetic($"$hdr({key})", select.Span), 1);
        if (parts is [{ Name: "hf_value" }, var named, ..])
            return (Synthetic($"$(hdr({named.Name.Replace('_', '-')})[{Position(named.Index)}])", select.Span), 2);
        return parts is [{ Name: "msg" }, { Name: "header", Key: { } name }, ..] ? (Synthetic($"$hdr({name})", select.Span), 2) : null;
    }

    // SER counts values from 1.
    private static int Position(int? index) => index is null ? 0 : index < 0 ? index.Value : Math.Max(0, index.Value - 1);

    private ValueNode Tail(ValueNode value, Syntax.Select select, int taken)
    {
        var parts = select.Parts;
        var isUri = taken > 0 && parts[taken - 1].Name is "uri" or "ruri" or "dst_uri";
        for (var i = taken; i < parts.Count; i++)
        {
            var name = parts[i].Name;
            string operation;
            if (parts[0].Name is "via" or "v")
                operation = name is "host" or "port" or "branch" or "received" or "rport" or "transport" ? "via." + name : "via.param," + name;
            else if (isUri && Spelling.Nearest(name, UriParts) is { } meant && Array.IndexOf(UriParts, name) < 0)
            {
                scope.ReportWithHint(DiagnosticCatalog.UnknownPseudoVariable, parts[i].Span, $"did you mean '{meant}'?", select.Span.Text.ToString());
                return Nothing;
            }
            else if (isUri)
                operation = name == "params" && i + 1 < parts.Count ? "uri.param," + parts[++i].Name : Array.IndexOf(UriParts, name) >= 0 ? "uri." + name : "uri.param," + name;
            else if (name is "params" or "param" && i + 1 < parts.Count)
                operation = "nameaddr.param," + parts[++i].Name;
            else if (name == "nameaddr")
                continue;
            else
                operation = Array.IndexOf(AddressParts, name) >= 0 ? "nameaddr." + name : "param.value," + name;
            isUri = name == "uri";
            value = Transformed(value, operation, select.Span);
        }
        return value;
    }

    private ValueNode Transformed(ValueNode value, string operation, TextSpan span) =>
        FormatParser.Parse(new LiteralText($"$(null{{{operation}}})", span), scope.Diagnostics).Parts is [VariablePart { Variable: PseudoVariable { Transformations: [var transformation] } }]
            ? Transform(value, transformation)
            : Nothing;

    private ValueNode Synthetic(string variable, TextSpan span) =>
        FormatParser.Parse(new LiteralText(variable, span), scope.Diagnostics).Parts is [VariablePart { Variable: var parsed }] ? Value(parsed) : Nothing;

    // ---- attributes ------------------------------------------------------------------------------------------------------------

    private static AttributeValue Attribute(SerAttribute attribute) => new([.. SerAttributes.ToRead(attribute.Class, attribute.Name)], attribute.Index ?? 0);

    private static AttributeTarget AttributeTarget(SerAttribute attribute) => new(SerAttributes.ToWrite(attribute.Class, attribute.Name), attribute.AllValues);
}
