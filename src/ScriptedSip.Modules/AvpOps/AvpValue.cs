using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>A value as avpops writes it: <c>i:5</c> a number, <c>s:text</c> or <c>text</c> a text, or a pseudo-variable; of a URI with <c>/username</c> or <c>/domain</c> behind it a part.</summary>
internal sealed class AvpValue : IParsedArgument<AvpValue>
{
    private readonly Value _constant;
    private readonly VariableRef? _variable;
    private readonly Format? _format;

    private AvpValue(Value constant) => _constant = constant;

    private AvpValue(VariableRef variable) => _variable = variable;

    private AvpValue(Format format) => _format = format;

    public static string Form => "a value such as \"i:5\", \"s:text\" or \"$ru\"";

    public static AvpValue? Parse(ArgumentText argument) => Parse(argument, argument.Text);

    /// <summary>The value a part of an argument stands for; null when it is malformed.</summary>
    public static AvpValue? Parse(ArgumentText argument, string text)
    {
        if (text.StartsWith("i:", StringComparison.Ordinal))
        {
            var isHex = text.AsSpan(2).StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            return long.TryParse(text.AsSpan(isHex ? 4 : 2), isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? new AvpValue(Value.FromInt(number))
                : null;
        }
        if (text.StartsWith("s:", StringComparison.Ordinal))
            text = text[2..];
        if (!text.Contains('$', StringComparison.Ordinal))
            return new AvpValue(Value.FromText(Utf8Text.From(text)));
        return argument.Variable(UriPart(text)) is { } variable ? new AvpValue(variable) : new AvpValue(argument.Format(text));
    }

    /// <summary>The name of the variable that is the part of a URI asked for.</summary>
    public static string UriPart(string text) => text.Trim() switch
    {
        "$ruri" => "$ru",
        "$ru/username" or "$ruri/username" => "$rU",
        "$ru/domain" or "$ruri/domain" => "$rd",
        "$from" => "$fu",
        "$fu/username" or "$from/username" => "$fU",
        "$fu/domain" or "$from/domain" => "$fd",
        "$to" => "$tu",
        "$tu/username" or "$to/username" => "$tU",
        "$tu/domain" or "$to/domain" => "$td",
        "$src_ip" => "$si",
        var other => other,
    };

    public Value Evaluate(Frame frame) => _variable is not null ? _variable.Get(frame) : _format is not null ? Value.FromText(_format.Render(frame)) : _constant;
}
