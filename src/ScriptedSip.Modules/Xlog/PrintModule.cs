using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Xlog;

/// <summary>The print module of SER: text without conditions.</summary>
internal sealed class PrintModule : ScriptModule
{
    private ScriptLog _log = null!;

    public override void Start(ModuleHost host) => _log = host.Log;

    [SipFunction("print", RouteKinds.Any, "Prints a text whatever the debug setting; 1.")]
    public Outcome Print(Frame frame, Format text)
    {
        _log.WriteScript(LogLevel.Alert, text.Render(frame).Span);
        return Outcome.True;
    }
}
