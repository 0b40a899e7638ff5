using System.Globalization;

namespace ScriptedSip.Data;

/// <summary>Times as text, UTC.</summary>
public static class SqlTime
{
    private const string Seconds = "yyyy-MM-dd HH:mm:ss";
    private const string Fractions = "yyyy-MM-dd HH:mm:ss.ffffff";

    /// <summary>Whole seconds where the time has no fraction.</summary>
    public static string Format(DateTime time) =>
        time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? Seconds : Fractions, CultureInfo.InvariantCulture);

    /// <summary>A time out of a database: a time, text, or seconds since 1970; null when it is none of these.</summary>
    public static DateTime? Parse(object? value) => value switch
    {
        DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc),
        long seconds => DateTime.UnixEpoch.AddSeconds(seconds),
        string text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => null,
    };
}
