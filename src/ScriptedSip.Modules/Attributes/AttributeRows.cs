using System.Globalization;
using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>How attributes lie in SER's tables: name, type (0 number, 2 text), value, flags.</summary>
internal static class AttributeRows
{
    /// <summary>Flag of rows that are for the server.</summary>
    public const long ForServer = 1;

    /// <summary>Flag of rows that do not count for now.</summary>
    public const long Disabled = 2;

    private const long Number = 0;
    private const long Text = 2;

    /// <summary>True for a row the server is to use.</summary>
    public static bool IsUsable(object? flags) => flags is not long number || (number & (ForServer | Disabled)) == ForServer;

    /// <summary>The value of a row.</summary>
    public static Value ValueOf(object? type, object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return type is Number && Value.TryParseInt(Encoding.UTF8.GetBytes(text), out var number) ? Value.FromInt(number) : Value.FromText(Utf8Text.From(text));
    }

    /// <summary>The type of a value.</summary>
    public static object TypeOf(in Value value) => value.IsText ? Text : Number;
}
