using ScriptedSip.Script.Api;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.SystemConsole.Themes;

namespace ScriptedSip.Server;

/// <summary>
/// Standard error, shared by two voices: the script, whose bytes go out as they are, and the program, which speaks through Serilog.
/// Script output is gathered and written in one piece at the end of a batch, so that a chatty script costs one system call, not one per line.
/// </summary>
internal sealed class ConsoleLog : ScriptLog, IDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Logger _program;
    private int _used;
    private volatile int _threshold;
    private volatile bool _usesColor;

    /// <param name="output">Where script output goes: standard error, or what a test wants to read.</param>
    /// <param name="color">Colours, as <see cref="TerminalWantsColor"/> or the command line decided.</param>
    public ConsoleLog(Stream output, bool color)
    {
        _output = output;
        _usesColor = color;
        _program = new LoggerConfiguration().MinimumLevel.Verbose()
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}", formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose, theme: color ? AnsiConsoleTheme.Literate : ConsoleTheme.None, applyThemeToRedirectedOutput: color)
            .CreateLogger();
    }

    /// <inheritdoc/>
    public override int Threshold
    {
        get => _threshold;
        set => _threshold = value;
    }

    /// <inheritdoc/>
    public override bool UsesColor
    {
        get => _usesColor;
        set => _usesColor = value;
    }

    /// <summary>True when standard error is a terminal whose user has not asked for plain text (NO_COLOR, TERM=dumb).</summary>
    public static bool TerminalWantsColor() => !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <inheritdoc/>
    public override void WriteScript(LogLevel level, ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            if (text.Length > BufferSize - _used)
                WriteOut();
            if (text.Length > BufferSize)
            {
                _output.Write(text);
                return;
            }
            text.CopyTo(_buffer.AsSpan(_used));
            _used += text.Length;
        }
    }

    /// <inheritdoc/>
    public override void Write(LogLevel level, string message)
    {
        if (IsEnabled(level))
            Announce(message, level);
    }

    /// <summary>Prints a message of the program whatever the threshold: what an operator must see.</summary>
    public void Announce(string message, LogLevel level = LogLevel.Notice)
    {
        lock (_gate)
        {
            WriteOut();
            _program.Write(Translate(level), "{Text:l}", message);
        }
    }

    /// <summary>Writes what the script has said since the last time.</summary>
    public void Flush()
    {
        // A stale reading costs one tick: the timer loop comes by many times a second.
        if (Volatile.Read(ref _used) == 0)
            return;
        lock (_gate)
            WriteOut();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _program.Dispose();
    }

    private void WriteOut()
    {
        if (_used == 0)
            return;
        var length = _used;
        _used = 0;
        _output.Write(_buffer, 0, length);
    }

    private static LogEventLevel Translate(LogLevel level) => level switch
    {
        LogLevel.Alert or LogLevel.Critical => LogEventLevel.Fatal,
        LogLevel.Error => LogEventLevel.Error,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Notice or LogLevel.Info => LogEventLevel.Information,
        _ => LogEventLevel.Debug,
    };
}
