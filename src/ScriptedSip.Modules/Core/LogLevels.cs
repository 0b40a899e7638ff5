using System.Text;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Core;

/// <summary>Log levels as scripts write them: <c>L_INFO</c> in any case, <c>-1</c>, <c>3</c>.</summary>
internal static class LogLevels
{
    private static readonly (byte[] Name, LogLevel Level)[] Names =
    [
        ("L_ALERT"u8.ToArray(), LogLevel.Alert), ("L_BUG"u8.ToArray(), LogLevel.Alert), ("L_CRIT"u8.ToArray(), LogLevel.Critical),
        ("L_ERR"u8.ToArray(), LogLevel.Error), ("L_ERROR"u8.ToArray(), LogLevel.Error),
        ("L_WARN"u8.ToArray(), LogLevel.Warning), ("L_NOTICE"u8.ToArray(), LogLevel.Notice), ("L_INFO"u8.ToArray(), LogLevel.Info),
        ("L_DBG"u8.ToArray(), LogLevel.Debug), ("L_DEBUG"u8.ToArray(), LogLevel.Debug),
    ];

    /// <summary>The level a text names; <paramref name="otherwise"/> when it names none.</summary>
    public static LogLevel Parse(ReadOnlySpan<byte> text, LogLevel otherwise)
    {
        foreach (ref readonly var entry in Names.AsSpan())
        {
            if (Ascii.EqualsIgnoreCase(text, entry.Name))
                return entry.Level;
        }
        return Value.TryParseInt(text, out var number) ? FromNumber(number) : otherwise;
    }

    /// <summary>The level of a number; 0, which has no name, counts as warning.</summary>
    public static LogLevel FromNumber(long number) =>
        number == 0 ? LogLevel.Warning : (LogLevel)Math.Clamp(number, (long)LogLevel.Alert, (long)LogLevel.Debug);
}
