using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Interpretation;

/// <summary>A run that ended because a function threw or the script ran away.</summary>
/// <param name="Exception">What was thrown.</param>
/// <param name="Place">The call that was being made.</param>
public sealed record ScriptFailure(Exception Exception, TextSpan Place)
{
    private const string Key = "ScriptedSip.Place";

    /// <summary>The sentence for the log.</summary>
    public override string ToString() => Exception is RunawayScriptException
        ? $"{Place}: {Exception.Message}"
        : $"{Place}: {Exception.GetType().Name}: {Exception.Message}";

    /// <summary>Writes the innermost place into the exception while it passes; never catches it.</summary>
    internal static bool Note(Exception exception, TextSpan place)
    {
        if (place.File is not null && !exception.Data.Contains(Key))
            exception.Data[Key] = place;
        return false;
    }

    internal static TextSpan? PlaceOf(Exception exception) => exception.Data[Key] as TextSpan?;
}
