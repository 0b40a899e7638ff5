using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Xlog;

/// <summary>The xlog module: prints text with pseudo-variables in it.</summary>
internal sealed class XlogModule : ScriptModule
{
    private ScriptLog _log = null!;
    private byte[] _prefix = [];

    [ModParam("buf_size", "Longest text of one call in bytes, 1 or more; what is longer is cut.")]
    public int BufferSize { get; set; } = 4096;

    [ModParam("force_color", "1 writes colour sequences even when the output is no terminal, 0 leaves it to the output.")]
    public bool ForceColor { get; set; }

    [ModParam("prefix", "Text in front of every line.")]
    public string Prefix { get; set; } = "";

    [ModParam("log_facility", "Syslog facility.", Ignored = true)]
    public string LogFacility { get; set; } = "";

    [ModParam("log_colors", "Colours per level.", Ignored = true)]
    public string LogColors { get; set; } = "";

    [ModParam("long_format", "1 adds the script position to xlogl and xdbgl.", Ignored = true)]
    public int LongFormat { get; set; }

    [ModParam("prefix_mode", "1 expands pseudo-variables in the prefix.", Ignored = true)]
    public int PrefixMode { get; set; }

    [ModParam("methods_filter", "Methods xlogm prints for, as a bit mask.", Ignored = true)]
    public int MethodsFilter { get; set; } = -1;

    public override string? TakeOver(ScriptModule running) => null;

    public override void Start(ModuleHost host)
    {
        _log = host.Log;
        if (ForceColor)
            _log.UsesColor = true;
        _prefix = System.Text.Encoding.UTF8.GetBytes(Prefix);
    }

    public override string? Validate(ScriptVersion script) => BufferSize < 1 ? "xlog: buf_size must be at least 1" : null;

    [SipFunction("xlog", RouteKinds.Any, "Prints a text with pseudo-variables at level error.", Aliases = "xlogl")]
    public Outcome Print(Frame frame, Format text) => Print(frame, LogLevel.Error, text);

    [SipFunction("xlog", RouteKinds.Any, "Prints a text with pseudo-variables at the level given as L_INFO, as a number or by a pseudo-variable.", Aliases = "xlogl xplog")]
    public Outcome Print(Frame frame, Utf8Text level, Format text) => Print(frame, LogLevels.Parse(level.Span, LogLevel.Error), text);

    [SipFunction("xlog", RouteKinds.Any, "Like xlog(level, text); the syslog facility is accepted and has no meaning here.", Aliases = "xlogl")]
    public Outcome Print(Frame frame, Utf8Text facility, Utf8Text level, Format text) => Print(frame, level, text);

    [SipFunction("xdbg", RouteKinds.Any, "Prints a text with pseudo-variables at level debug.", Aliases = "xdbgl xpdbg")]
    public Outcome Debug(Frame frame, Format text) => Print(frame, LogLevel.Debug, text);

    [SipFunction("xinfo", RouteKinds.Any, "Prints a text with pseudo-variables at level info.")]
    public Outcome Info(Frame frame, Format text) => Print(frame, LogLevel.Info, text);

    [SipFunction("xnotice", RouteKinds.Any, "Prints a text with pseudo-variables at level notice.")]
    public Outcome Notice(Frame frame, Format text) => Print(frame, LogLevel.Notice, text);

    [SipFunction("xwarn", RouteKinds.Any, "Prints a text with pseudo-variables at level warning.")]
    public Outcome Warn(Frame frame, Format text) => Print(frame, LogLevel.Warning, text);

    [SipFunction("xerr", RouteKinds.Any, "Prints a text with pseudo-variables at level error.")]
    public Outcome Error(Frame frame, Format text) => Print(frame, LogLevel.Error, text);

    [SipFunction("xcrit", RouteKinds.Any, "Prints a text with pseudo-variables at level critical.")]
    public Outcome Critical(Frame frame, Format text) => Print(frame, LogLevel.Critical, text);

    [SipFunction("xalert", RouteKinds.Any, "Prints a text with pseudo-variables at level alert.", Aliases = "xbug")]
    public Outcome Alert(Frame frame, Format text) => Print(frame, LogLevel.Alert, text);

    private Outcome Print(Frame frame, LogLevel level, Format text)
    {
        // Nothing is rendered for a line nobody will see.
        if (!_log.IsEnabled(level))
            return Outcome.True;
        var line = text.Render(frame).Span;
        if (_prefix.Length > 0)
            line = frame.Arena.Concat(_prefix, line).Span;
        _log.WriteScript(level, line.Length > BufferSize ? line[..BufferSize] : line);
        return Outcome.True;
    }
}
