using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

[TestFixture]
internal sealed class DialectDetectorTests
{
    [TestCase("#!KAMAILIO\ndebug=1", ScriptDialect.Kamailio, DialectSource.IdentityLine)]
    [TestCase("#!SER\ndebug=1", ScriptDialect.Ser, DialectSource.IdentityLine)]
    [TestCase("debug=1", ScriptDialect.OpenSer, DialectSource.Default)]
    [TestCase("request_route { exit; }", ScriptDialect.Kamailio, DialectSource.Evidence)]
    [TestCase("#!define X 1\n", ScriptDialect.Kamailio, DialectSource.Evidence)]
    [TestCase("udp_workers=4\nsocket=udp:eth0:5060", ScriptDialect.OpenSips, DialectSource.Evidence)]
    [TestCase("startup_route { exit; }", ScriptDialect.OpenSips, DialectSource.Evidence)]
    [TestCase("route { $f.uid = \"x\"; }", ScriptDialect.Ser, DialectSource.Evidence)]
    [TestCase("avpflags a;", ScriptDialect.Ser, DialectSource.Evidence)]
    public void Dialect_is_decided_with_its_reason(string text, ScriptDialect dialect, DialectSource source)
    {
        var decision = Parsing.Parse(text).Script.Dialect;
        Assert.That((decision.Dialect, decision.Source), Is.EqualTo((dialect, source)));
        Assert.That(decision.Reason, Is.Not.Empty);
    }

    [Test]
    public void Option_overrules_the_identity_line()
    {
        var decision = Parsing.Parse("#!KAMAILIO\n", ScriptDialect.OpenSer).Script.Dialect;
        Assert.That((decision.Dialect, decision.Source), Is.EqualTo((ScriptDialect.OpenSer, DialectSource.Option)));
    }

    [Test]
    public void Reason_names_the_line() =>
        Assert.That(Parsing.Parse("debug=1\n\nrequest_route { exit; }").Script.Dialect.Reason, Does.Contain("line 3"));
}
