using ScriptedSip.Server;

namespace ScriptedSip.Tests.Server;

/// <summary>What <c>explain</c> says.</summary>
internal sealed class ExplanationTests
{
    [TestCase("t_relay", "t_relay(), a function of tm, in request, failure")]
    [TestCase("seturi", "seturi(uri: text), a function of core")]
    [TestCase("$rU", "$rU, a variable of core, to read and write")]
    [TestCase("si", "$si, a variable of core, to read\n  Address the message came from.")]
    [TestCase("$hdr(From)", "$hdr(name), a variable of core")]
    [TestCase("t_relay()", "t_relay(), a function of tm")]
    [TestCase("$xavp(a=>b)", "$xavp, a variable of other servers, not supported: ")]
    [TestCase("listen", "listen, a setting of the core: addresses to receive on")]
    [TestCase("udp_workers", "a setting of the core: another name of 'children', a number from 1 to 4096")]
    [TestCase("tcp_children", "a setting of the core: accepted without effect: connections share")]
    [TestCase("fr_timer", "fr_timer, a parameter of tm, by default ")]
    [TestCase("registrar", "registrar, a module: loadmodule \"registrar.so\"; needs usrloc")]
    [TestCase("core", "core, always there\n  functions: ")]
    [TestCase("{s.substr}", "{s.substr}, a transformation with 1 to 2 operands: $(ru{s.substr,…})")]
    [TestCase("SS2001", "SS2001, error: unknown function '…'\n  ")]
    [TestCase("ss3004", "SS3004, error: ")]
    [TestCase("t_realy", null)]
    public void Name_is_explained_from_what_binds_it(string name, string? text) =>
        Assert.That(Explanation.Of(name), text is null ? Is.Null : Does.Contain(text));

    [TestCase("t_realy", "did you mean 't_relay'?")]
    [TestCase("s.substring", "did you mean 's.substr'?")]
    [TestCase("nothing_like_it_at_all", null)]
    public void Name_nobody_knows_gets_the_nearest(string name, string? hint) => Assert.That(Explanation.Nearest(name), Is.EqualTo(hint));
}
