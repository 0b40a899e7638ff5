using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Avp;

/// <summary>The kex module; its flag and destination functions are core actions here.</summary>
internal sealed class KexModule : ScriptModule
{
    private ScriptLog _log = null!;
    private int _threshold;

    public override void Start(ModuleHost host)
    {
        _log = host.Log;
        _threshold = _log.Threshold;
    }

    [SipFunction("pv_printf", RouteKinds.Any, "Assigns a text with pseudo-variables to a variable; -1 when the variable refuses it.", Aliases = "avp_printf")]
    public Outcome Printf(Frame frame, VariableRef variable, Format text) =>
        Outcome.From(variable.Set(frame, AssignKind.Set, Value.FromText(text.Render(frame))));

    [SipFunction("setdebug", RouteKinds.Any, "Sets the debug level, -3 to 4; 1.")]
    public Outcome SetDebug(Frame frame, int level)
    {
        _log.Threshold = level;
        return Outcome.True;
    }

    [SipFunction("resetdebug", RouteKinds.Any, "Sets the debug level to what it was at the start; 1.")]
    public Outcome ResetDebug(Frame frame)
    {
        _log.Threshold = _threshold;
        return Outcome.True;
    }
}
