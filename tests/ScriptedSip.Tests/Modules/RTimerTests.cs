using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Modules;

/// <summary>What the parameters of rtimer may say; what it runs is in Golden/Scenarios/routes/rtimer.sip.</summary>
internal sealed class RTimerTests
{
    [TestCase("name=t;interval=10", "timer=t;route=R", "")]
    [TestCase("name=t", "timer=t;route=R", "")]
    [TestCase("interval=10", "timer=t;route=R", "SS3008")]
    [TestCase("name=t;interval=0", "timer=t;route=R", "SS3008")]
    [TestCase("name=t;interval=9999u", "timer=t;route=R", "SS3008")]
    [TestCase("name=t;interval=often", "timer=t;route=R", "SS3008")]
    [TestCase("name=t;interval=10", "timer=u;route=R", "SS3008")]
    [TestCase("name=t;interval=10", "route=R", "SS3008")]
    [TestCase("name=t;interval=10", "timer=t;route=Q", "SS2010")]
    public void Parameters_are_checked_together(string timer, string execution, string error)
    {
        var result = ScriptLoader.Load(
            new SourceFile("test.cfg", $$"""
                loadmodule "rtimer"
                modparam("rtimer", "timer", "{{timer}}")
                modparam("rtimer", "exec", "{{execution}}")
                route { exit; }
                route[R] { exit; }
                """),
            new LoadOptions { Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore) });
        Assert.That(result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code), Is.EqualTo(error.Length == 0 ? [] : new[] { error }));
        Assert.That(result.Diagnostics.Any(d => d.Code == "SS2013"), Is.EqualTo(error == "SS2010"), "the block it names is used");
    }
}
