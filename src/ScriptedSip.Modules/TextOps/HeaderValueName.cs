using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.TextOps;

/// <summary>One value of a header, as "name", "name[2]", "name[-1]", "name[*]", or a parameter of it, "name[1].param". Values are counted from 1, -1 is the last.</summary>
internal sealed class HeaderValueName : IParsedArgument<HeaderValueName>
{
    public static string Form => "the name of a header, with [number] or [*] behind it or not, and .parameter or not";

    /// <summary>The header.</summary>
    public HeaderName Header { get; private init; }

    /// <summary>From 1 on, below 0 from the end; null when the text says nothing.</summary>
    public int? Index { get; private init; }

    /// <summary>True for "name[*]".</summary>
    public bool IsAll { get; private init; }

    /// <summary>The parameter; empty for the value itself.</summary>
    public byte[] Parameter { get; private init; } = [];

    public static HeaderValueName? Parse(ArgumentText argument)
    {
        var text = argument.Text.Trim().TrimStart('@');
        var dot = text.LastIndexOf('.');
        var parameter = dot > text.LastIndexOf(']') && dot > 0 ? text[(dot + 1)..] : "";
        if (parameter.Length > 0)
            text = text[..dot];
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        var inner = bracket > 0 && text.EndsWith(']') ? text[(bracket + 1)..^1].Trim() : "";
        if (bracket > 0)
            text = text[..bracket];
        var number = 0;
        if (text.Length == 0 || (bracket > 0 && inner != "*" && (!int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) || number == 0)))
            return null;
        var name = Utf8Text.From(text.Replace('_', '-'));
        return new HeaderValueName
        {
            Header = new HeaderName(HeaderNames.Parse(name.Span), name),
            Index = number == 0 ? null : number,
            IsAll = inner == "*",
            Parameter = System.Text.Encoding.UTF8.GetBytes(parameter),
        };
    }

    /// <summary>The values it stands for among those of a header, [0] the first; the first one when nothing is said.</summary>
    public (int First, int Last) Range(int count)
    {
        if (IsAll)
            return (0, count - 1);
        var index = Index ?? 1;
        var at = index < 0 ? count + index : index - 1;
        return at >= 0 && at < count ? (at, at) : (0, -1);
    }
}
