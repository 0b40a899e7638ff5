using NUnit.Framework;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Core;

[TestFixture]
internal sealed class CoreChecksTests
{
    private ModuleBench _bench = null!;

    [SetUp]
    public void NewBench() => _bench = new ModuleBench();

    [TestCase("10.0.0.1", ExpectedResult = 1)]
    [TestCase("10.0.0.1:5060", ExpectedResult = 1)]
    [TestCase("10.0.0.1:5061", ExpectedResult = -1)]
    [TestCase("sip:x@proxy.example.com:9999", ExpectedResult = 1)]
    [TestCase("PROXY.example.com", ExpectedResult = 1)]
    [TestCase("sip:bob@sip.example.com:5070", ExpectedResult = 1)]
    [TestCase("sip:bob@sip.example.com", ExpectedResult = -1)]
    [TestCase("example.org", ExpectedResult = -1)]
    [TestCase("10.0.0.1:x", ExpectedResult = -1)]
    public int IsMyself_knows_sockets_advertised_names_and_aliases(string text) =>
        _bench.Start(new CoreChecks()).IsMyself(_bench.Receive(ModuleBench.Invite), ModuleBench.Text(text)).Code;

    [Test]
    public void Length_is_compared_strictly()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(new CoreChecks().IsLongerThan(frame, ModuleBench.Invite.Length).Code, Is.EqualTo(-1));
        Assert.That(new CoreChecks().IsLongerThan(frame, ModuleBench.Invite.Length - 1).Code, Is.EqualTo(1));
    }

    [Test]
    public void Log_prints_at_the_level_given()
    {
        var log = _bench.Start(new LogActions());
        var frame = _bench.Receive(ModuleBench.Invite);
        log.Log(frame, ModuleBench.Format("a"));
        log.Log(frame, ModuleBench.Text("3"), ModuleBench.Format("b"));
        log.Log(frame, ModuleBench.Text("L_DBG"), ModuleBench.Format("c"));
        Assert.That(_bench.Log.Lines, Is.EqualTo(new[] { (LogLevel.Error, "a"), (LogLevel.Info, "b") }));
    }
}
