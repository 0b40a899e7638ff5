using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables that make text.</summary>
internal sealed class TextVariables : ScriptModule
{
    private const int LongestTime = 128;

    [SipVariable("_s", "The text between the parentheses, the variables in it replaced.")]
    public Value Text(Frame frame, Utf8Text text, int index) => Value.FromText(text);

    [SipVariable("ctime", "Local time as text: Thu Jan  1 00:00:00 1970.")]
    public Value LocalTime(Frame frame) => Value.FromText(TimeText(frame, "%c"u8, isLocal: true));

    [SipVariable("timef", "Local time in a form of strftime: %Y, %m, %d, %H, %M, %S, %j, %y, %e, %p, %I, %a, %A, %b, %B, %c, %F, %T, %s and %%.")]
    public Value FormattedTime(Frame frame, Utf8Text format, int index) => Value.FromText(TimeText(frame, format.Span, isLocal: true));

    [SipVariable("utimef", "The time in UTC in a form of strftime, as $timef has them.")]
    public Value FormattedUtcTime(Frame frame, Utf8Text format, int index) => Value.FromText(TimeText(frame, format.Span, isLocal: false));

    private static Utf8Text TimeText(Frame frame, ReadOnlySpan<byte> format, bool isLocal)
    {
        var utc = frame.Context.Clock.UtcNow;
        var now = isLocal ? utc.ToLocalTime() : utc;
        var room = frame.Arena.Reserve(LongestTime + format.Length);
        var length = 0;
        for (var i = 0; i < format.Length && length < LongestTime - 40; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                room[length++] = format[i];
                continue;
            }
            var form = format[++i] switch
            {
                (byte)'Y' => "yyyy",
                (byte)'y' => "yy",
                (byte)'m' => "MM",
                (byte)'d' => "dd",
                (byte)'H' => "HH",
                (byte)'I' => "hh",
                (byte)'M' => "mm",
                (byte)'S' => "ss",
                (byte)'p' => "tt",
                (byte)'a' => "ddd",
                (byte)'A' => "dddd",
                (byte)'b' => "MMM",
                (byte)'B' => "MMMM",
                (byte)'F' => "yyyy-MM-dd",
                (byte)'T' => "HH:mm:ss",
                (byte)'c' => "ddd MMM dd HH:mm:ss yyyy",
                (byte)'e' => "dd",
                _ => "",
            };
            var written = 0;
            if (form.Length > 0)
                now.TryFormat(room[length..], out written, form, CultureInfo.InvariantCulture);
            else if (format[i] == 's')
                utc.ToUnixTimeSeconds().TryFormat(room[length..], out written, default, CultureInfo.InvariantCulture);
            else if (format[i] == 'j')
                now.DayOfYear.TryFormat(room[length..], out written, "D3", CultureInfo.InvariantCulture);
            else
                room[length + written++] = format[i];
            // strftime has a blank where .NET has a leading zero of the day.
            var day = format[i] == 'e' ? length : format[i] == 'c' ? length + 8 : -1;
            if (day >= 0 && room[day] == '0')
                room[day] = (byte)' ';
            length += written;
        }
        return frame.Arena.Commit(length);
    }
}
