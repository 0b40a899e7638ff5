namespace ScriptedSip.Tests.Support;

/// <summary>The tool that tests everything else is tested first: what does not match must not pass.</summary>
internal sealed class ScenarioToolTests
{
    private const string Message = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP 10.0.0.2\r\nX: y\r\n\r\nbody\r\n";

    [TestCase("SIP/2.0 200 OK\n", true)]
    [TestCase("SIP/2.0 200\n", false)]
    [TestCase("SIP/2.0 <*>\n", true)]
    [TestCase("SIP/2.0 200 OK\nVia: SIP/2.0/UDP 10.0.0.1;branch=<b>\nVia: SIP/2.0/UDP 10.0.0.2\n", true)]
    [TestCase("SIP/2.0 200 OK\nVia: SIP/2.0/UDP 10.0.0.2\nVia: SIP/2.0/UDP 10.0.0.1;branch=<b>\n", false, Description = "order of the same header")]
    [TestCase("SIP/2.0 200 OK\nVia: SIP/2.0/UDP 10.0.0.1;branch=<b>\n", false, Description = "one line of two")]
    [TestCase("SIP/2.0 200 OK\nX: y\nVia: SIP/2.0/UDP 10.0.0.1;branch=<b>\nVia: SIP/2.0/UDP 10.0.0.2\n", true, Description = "order of other headers is free")]
    [TestCase("SIP/2.0 200 OK\n- X\n", false)]
    [TestCase("SIP/2.0 200 OK\n- Y\n", true)]
    [TestCase("SIP/2.0 200 OK\n\nbody\n", true)]
    [TestCase("SIP/2.0 200 OK\n\nbody\\\n", false, Description = "without its line end")]
    [TestCase("SIP/2.0 200 OK\n\nno body\n", false)]
    public void Pattern_matches_what_it_says(string pattern, bool matches) =>
        Assert.That(MessagePattern.Compare(pattern, Message, new ScenarioText()), matches ? Is.Null : Is.Not.Null);

    [Test]
    public void Captured_text_must_come_again()
    {
        var text = new ScenarioText();
        Assert.That(text.Match("a=<x>", "a=1"), Is.True);
        Assert.That(text.Match("b=<x>", "b=2"), Is.False);
        Assert.That(text.Match("b=<x>", "b=1"), Is.True);
        Assert.That(text.Match("<y>-<y>", "3-4"), Is.False);
        Assert.That(text.Match("<y>-<y>", "3-3"), Is.True);
        Assert.That(text.Match("<z=[0-9]+>", "abc"), Is.False);
        Assert.That(text.Match("<sip:bob@10.0.0.1>;<*>", "<sip:bob@10.0.0.1>;lr"), Is.True);
    }

    [Test]
    public void Text_becomes_the_bytes_of_a_message()
    {
        var text = new ScenarioText();
        text.Remember("who", "bob");
        Assert.That(text.ToMessage("A <who>\nB: \\x00\n"), Is.EqualTo("A bob\r\nB: \0\r\n\r\n"));
        Assert.That(text.ToMessage("A\nContent-Length: <length>\n\none\ntwo\\\n"), Is.EqualTo("A\r\nContent-Length: 8\r\n\r\none\r\ntwo"));
        Assert.That(() => text.ToMessage("A <whom>\n"), Throws.TypeOf<FormatException>());
    }

    [TestCase("recv udp 10.0.0.2:5060 {\n  OPTIONS sip:10.0.0.1 SIP/2.0\n  Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1\n  From: <sip:a@b>;tag=1\n  To: <sip:a@b>\n  Call-ID: c\n  CSeq: 1 OPTIONS\n}\n",
        "sent without being expected")]
    [TestCase("expect udp 10.0.0.2:5060 {\n  SIP/2.0 200 OK\n}\n", "nothing was sent to udp:10.0.0.2:5060")]
    [TestCase("recv hello again\n", "no message is called hello")]
    [TestCase("expect console {\n  hello\n}\n", "the console should show")]
    public void Scenario_that_does_not_hold_fails(string steps, string says)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "script {\n  loadmodule \"sl\"\n  route { sl_send_reply(\"200\",\"OK\"); }\n}\nlisten udp:10.0.0.1:5060\n" + steps);
            using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
                Assert.That(() => ScenarioRunner.Run(path), Throws.TypeOf<AssertionException>().With.Message.Contains(says));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
