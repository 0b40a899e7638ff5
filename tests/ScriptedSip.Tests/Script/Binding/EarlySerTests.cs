using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Binding;

/// <summary>Modules that scripts of SER 0.8 use without loading them: tm built in, and auth before auth_db was taken out of it.</summary>
internal sealed class EarlySerTests
{
    [TestCase("loadmodule \"/usr/lib/ser/modules/sl.so\"\nmodparam(\"tm\", \"fr_timer\", 10)\nroute { t_relay(); }", "")]
    [TestCase("loadmodule \"../sip_router/modules/sl/sl.so\"\nmodparam(\"tm\", \"fr_timer\", 10)\nroute { t_relay(); }", "")]
    [TestCase("loadmodule \"/usr/lib/ser/modules/sl.so\"\nroute { t_relay(); }", "SS2002")]
    [TestCase("loadmodule \"/usr/lib/openser/modules/sl.so\"\nmodparam(\"tm\", \"fr_timer\", 10)\nroute { t_relay(); }", "SS3005")]
    [TestCase("loadmodule \"/usr/lib/ser/modules/auth.so\"\nmodparam(\"auth\", \"db_url\", \"text:///tmp\")\nmodparam(\"auth\", \"user_column\", \"user\")\nroute { www_authorize(\"x\", \"subscriber\"); }", "")]
    [TestCase("loadmodule \"/usr/lib/ser/modules/auth.so\"\nmodparam(\"auth\", \"db_url\", \"text:///tmp\")\nmodparam(\"auth\", \"color\", \"red\")\nroute { exit; }", "SS3004")]
    [TestCase("loadmodule \"modules/auth/auth.so\"\nmodparam(\"auth\", \"nonce_expire\", 9)\nroute { www_authorize(\"x\", \"subscriber\"); }", "SS2002")]
    public void Scripts_of_its_time_load(string script, string errors)
    {
        var result = ScriptLoader.Load(new SourceFile("test.cfg", script), new LoadOptions { Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore) });
        Assert.That(string.Join(' ', result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code)), Is.EqualTo(errors));
    }
}
