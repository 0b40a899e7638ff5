#pragma warning disable CA1822 // Members of a module are instance members by contract.
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Script.Binding;

/// <summary>What the attributes of a module may stand on; a mistake there is named at the start of the program.</summary>
internal sealed class ModuleDescriptionTests
{
    [Test]
    public void Signature_shows_types_and_what_can_be_left_out()
    {
        var module = ModuleDescription.Of(new Sound());
        Assert.That(module.Functions.Select(f => f.Signature(f.Names[0])), Is.EqualTo(new[]
        {
            "save(text table [, text flags [, number limit]])", "arm(route route)", "none()", "opt([number level])",
        }));
        Assert.That(module.Functions[0].Names, Is.EqualTo(new[] { "save", "save_a", "save_b" }));
    }

    [Test]
    public void Misdeclared_member_is_named([Values] Mistake mistake)
    {
        var (module, message) = mistake switch
        {
            Mistake.Result => ((ScriptModule)new WrongResult(), "WrongResult.F: a script function has the form Outcome Name(Frame, …)"),
            Mistake.Argument => (new WrongArgument(), "WrongArgument.F: the type Double of 'x' cannot be an argument"),
            Mistake.Variable => (new WrongVariable(), "WrongVariable.V: a pseudo-variable has the form Value Name(Frame) or Value Name(Frame, T argument, int index)"),
            Mistake.Setter => (new WrongSetter(), "WrongSetter.V: its setter has the form bool Set(Frame, in Value)"),
            _ => (new WrongParameter(), "WrongParameter.P: a module parameter is int, bool, string, Format, VariableRef, NamedFormats or ScriptFlag"),
        };
        Assert.That(() => ModuleDescription.Of(module), Throws.InvalidOperationException.With.Message.EndsWith("+" + message));
    }

    internal enum Mistake
    {
        Result,
        Argument,
        Variable,
        Setter,
        Parameter,
    }

    private sealed class Sound : ScriptModule
    {
        [SipFunction("save", RouteKinds.Any, "Saves.", Aliases = "save_a save_b")]
        public Outcome Save(Frame frame, Utf8Text table, Utf8Text flags = default, int limit = 3) => Outcome.True;

        [SipFunction("arm", RouteKinds.Any, "Arms.")]
        public Outcome Arm(Frame frame, RouteRef? route) => Outcome.True;

        [SipFunction("none", RouteKinds.Any, "Nothing.")]
        public Outcome None(Frame frame) => Outcome.True;

        [SipFunction("opt", RouteKinds.Any, "Optional.")]
        public Outcome Optional(Frame frame, int level = 0) => Outcome.True;
    }

    private sealed class WrongResult : ScriptModule
    {
        [SipFunction("f", RouteKinds.Any, "")]
        public bool F(Frame frame) => true;
    }

    private sealed class WrongArgument : ScriptModule
    {
        [SipFunction("f", RouteKinds.Any, "")]
        public Outcome F(Frame frame, double x) => Outcome.True;
    }

    private sealed class WrongVariable : ScriptModule
    {
        [SipVariable("v", "")]
        public Value V(Frame frame, Utf8Text name) => Value.Null;
    }

    private sealed class WrongSetter : ScriptModule
    {
        [SipVariable("v", "", Setter = nameof(Set))]
        public Value V(Frame frame) => Value.Null;

        public bool Set(Frame frame, Value value) => true;
    }

    private sealed class WrongParameter : ScriptModule
    {
        [ModParam("p", "")]
        public double P { get; set; }
    }
}
