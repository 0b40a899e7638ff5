namespace ScriptedSip.Script.Api;

/// <summary>Log levels of the dialect; a line is printed when its level is at or below the <c>debug</c> setting.</summary>
public enum LogLevel
{
    Alert = -3,
    Critical = -2,
    Error = -1,
    Warning = 1,
    Notice = 2,
    Info = 3,
    Debug = 4,
}

/// <summary>Where script output and module messages go.</summary>
public abstract class ScriptLog
{
    /// <summary>The <c>debug</c> setting: levels above it are not printed.</summary>
    public abstract int Threshold { get; set; }

    /// <summary>True when colour sequences are to be written; the xlog parameter force_color sets it.</summary>
    public abstract bool UsesColor { get; set; }

    /// <summary>Prints what a script says, byte for byte as it says it. Safe from any thread; a line is never torn.</summary>
    public abstract void WriteScript(LogLevel level, ReadOnlySpan<byte> text);

    /// <summary>A message of the program or a module about itself; for slow paths.</summary>
    public abstract void Write(LogLevel level, string message);

    public bool IsEnabled(LogLevel level) => (int)level <= Threshold;
}
