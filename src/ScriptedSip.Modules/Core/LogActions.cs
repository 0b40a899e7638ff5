using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Core;

/// <summary>The core action <c>log</c>.</summary>
internal sealed class LogActions : ScriptModule
{
    private ScriptLog _log = null!;

    public override void Start(ModuleHost host) => _log = host.Log;

    [SipFunction("log", RouteKinds.Any, "Prints a text at level error; 1.")]
    public Outcome Log(Frame frame, Format text) => Write(frame, LogLevel.Error, text);

    [SipFunction("log", RouteKinds.Any, "Prints a text at a level from -3 (alert) to 4 (debug); 1.")]
    public Outcome Log(Frame frame, Sip.Messages.Utf8Text level, Format text) => Write(frame, LogLevels.Parse(level.Span, LogLevel.Error), text);

    private Outcome Write(Frame frame, LogLevel level, Format text)
    {
        if (_log.IsEnabled(level))
            _log.WriteScript(level, text.Render(frame).Span);
        return Outcome.True;
    }
}
