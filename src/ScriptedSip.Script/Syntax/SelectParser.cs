using System.Globalization;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Reads <c>@from.uri</c> and <c>$f.uid</c> (SER 2.0), in the script and inside formats.</summary>
internal static class SelectParser
{
    private static readonly string[] AttributeClasses = ["f", "t", "g", "fu", "tu", "fr", "tr", "fd", "td"];

    public static (Expression Variable, int Next)? TryParse(LiteralText text, int at, int end)
    {
        var value = text.Value;
        var parts = new List<SelectPart>();
        var position = at + 1;
        while (true)
        {
            var start = position;
            while (position < end && IsWordChar(value[position]))
                position++;
            if (position == start)
                break;
            var nameEnd = position;
            int? index = null;
            string? key = null;
            if (position < end && value[position] == '[' && value.IndexOf(']', position, end - position) is var close and > 0)
            {
                var inner = value.AsSpan(position + 1, close - position - 1).Trim();
                if (inner.Length > 1 && inner[0] is '"' or '\'')
                    key = inner.Trim("\"'").ToString();
                else if (int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    index = number;
                else
                    key = inner.ToString();
                position = close + 1;
            }

            parts.Add(new SelectPart(text.Locate(start, position - start), value[start..nameEnd], index, key));
            if (position + 1 < end && value[position] == '.' && IsWordChar(value[position + 1]))
                position++;
            else
                break;
        }

        return parts.Count == 0 ? null : (new Select(text.Locate(at, position - at), parts), position);
    }

    /// <summary>Reads <c>$class.name[index]</c> or <c>$name[index]</c>, the sign <c>$</c> or <c>%</c> at <paramref name="at"/>.</summary>
    public static (Expression Variable, int Next)? TryParseAttribute(LiteralText text, int at, int end)
    {
        var value = text.Value;
        var start = at + 1;
        var position = start;
        while (position < end && IsWordChar(value[position]))
            position++;
        if (position == start)
            return null;
        string? attributeClass = null;
        if (position + 1 < end && value[position] == '.' && IsWordChar(value[position + 1]) && IsAttributeClass(value[start..position]))
        {
            attributeClass = value[start..position];
            start = ++position;
            while (position < end && IsWordChar(value[position]))
                position++;
        }

        var name = value[start..position];
        int? index = null;
        var all = false;
        if (position < end && value[position] == '[' && value.IndexOf(']', position, end - position) is var close and > 0)
        {
            var inner = value.AsSpan(position + 1, close - position - 1).Trim();
            if (inner.IsEmpty || inner is "*")
                all = true;
            else if (int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                index = number;
            else
                return null;
            position = close + 1;
        }

        return (new SerAttribute(text.Locate(at, position - at), attributeClass, name, index, all), position);
    }

    public static bool IsAttributeClass(string word) => Array.IndexOf(AttributeClasses, word) >= 0;

    private static bool IsWordChar(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
