using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Avp;

/// <summary>The pv module: tests on variables; the variables themselves belong to the core here.</summary>
internal sealed partial class PvModule : ScriptModule
{
    private readonly SharedVariableSettings _shared = new("pv");

    [ModParam("shvset", "Start value of a $shv variable: name=i:5 or name=s:text; may be repeated.")]
    public void SetShared(string definition) => _shared.Add(definition);

    public override string? Validate(ScriptVersion script) => _shared.Objection();

    public override void Started(ModuleHost host) => _shared.Apply(host);

    [ResultMatters]
    [SipFunction("pv_isset", RouteKinds.Any, "1 when a variable has a value, else -1.")]
    public Outcome IsSet(Frame frame, VariableRef variable) => Outcome.From(!variable.Get(frame).IsNull);

    [SipFunction("pv_unset", RouteKinds.Any, "Takes the value of a variable away; -1 when the variable cannot be without one.")]
    public Outcome Unset(Frame frame, VariableRef variable) => Outcome.From(variable.Set(frame, AssignKind.Set, Value.Null));

    [ResultMatters]
    [SipFunction("not_empty", RouteKinds.Any, "1 when a variable has a text that is not empty, else -1.")]
    public Outcome IsNotEmpty(Frame frame, VariableRef variable)
    {
        var value = variable.Get(frame);
        return Outcome.From(value.IsText && !value.Text.IsEmpty);
    }

    [ResultMatters]
    [SipFunction("is_int", RouteKinds.Any, "1 when a variable holds a number, else -1.")]
    public Outcome IsInt(Frame frame, VariableRef variable) => Outcome.From(variable.Get(frame).IsInt);
}
