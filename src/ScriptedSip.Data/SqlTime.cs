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
        string text when TryParseSeconds(text, out var time) => time,
        string text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => null,
    };

    // Tables with a hundred thousand rows have two hundred thousand times, nearly all of this form.
    private static bool TryParseSeconds(string text, out DateTime time)
    {
        time = default;
        if (text.Length != Seconds.Length || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':')
            return false;
        var (year, month, day) = (Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2));
        var (hour, minute, second) = (Number(text, 11, 2), Number(text, 14, 2), Number(text, 17, 2));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;
        time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        return true;
    }

    private static int Number(string text, int start, int length)
    {
        var number = 0;
        for (var i = start; i < start + length; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
                return -1;
            number = (number * 10) + (text[i] - '0');
        }
        return number;
    }
}
