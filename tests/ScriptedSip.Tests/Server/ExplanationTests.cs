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
    [TestCase("$xavp(a=>b)", "$xavp, a variable\n  $xavp(a=>b): a value with fields")]
    [TestCase("$json(a)", "$json, a variable of other servers, not supported: ")]
    [TestCase("failure_route", "failure_route, a route block\n  failure_route[x] runs when")]
    [TestCase("exit", "exit, a statement\n  Ends the run")]
    [TestCase("#!define", "#!define, a directive\n  #!define NAME value")]
    [TestCase("define", "#!define, a directive")]
    [TestCase("#!ifdef NAME", "#!ifdef, a directive")]
    [TestCase("myself", "myself, a word of conditions")]
    [TestCase("src_ip", "src_ip, a word of conditions\n  The address the message came from: src_ip == 10.0.0.0/8")]
    [TestCase("src_ip", "$src_ip, a variable of core")]
    [TestCase("@ruri.user", "@ruri.user, a select of SER 2.0\n  Reads as $rU")]
    [TestCase("uri.duri", "{uri.duri}, a transformation with 0 operands: $(ru{uri.duri})\n  Scheme, host, port")]
    [TestCase("{s.corehash}", "{s.corehash}, a transformation of other servers, not supported: ")]
    [TestCase("$var", "$var, a variable\n  $var(name): ")]
    [TestCase("listen", "listen, a setting of the core: addresses to receive on")]
    [TestCase("udp_workers", "a setting of the core: another name of 'children', a number from 0 to 4096")]
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
