using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

/// <summary>Between numbers and text, as Kamailio converts.</summary>
internal static class Conversions
{
    /// <summary>The number; of text its decimal reading, 0 when it has none; 0 for null.</summary>
    public static long ToNumber(in Value value) =>
        value.IsInt ? value.Number : value.IsText && Value.TryParseInt(value.Text.Span, out var number) ? number : 0;

    /// <summary>The number of a number or of numeric text; false for anything else.</summary>
    public static bool TryToNumber(in Value value, out long number)
    {
        number = value.Number;
        return value.IsInt || (value.IsText && Value.TryParseInt(value.Text.Span, out number));
    }
}
