using NUnit.Framework;
using ScriptedSip.Modules.TextOps;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.TextOps;

[TestFixture]
internal sealed class HeaderFunctionsTests
{
    private readonly ModuleBench _bench = new();
    private readonly TextOpsModule _text = new();
    private Frame _frame = null!;

    [SetUp]
    public void ReceiveInvite() => _frame = _bench.Receive(ModuleBench.Invite);

    [TestCase("X-A: 1\r\n")]
    [TestCase("X-A: 1")]
    public void AppendHeader_goes_behind_all_others(string line)
    {
        Assert.That(_text.AppendHeader(_frame, ModuleBench.Text(line)).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(_frame), Does.Contain("Content-Length: 17\r\nX-A: 1\r\n\r\nv=0"));
    }

    [Test]
    public void AppendHeader_goes_behind_the_named_one()
    {
        _text.AppendHeader(_frame, ModuleBench.Text("X-A: 1\r\n"), ModuleBench.Header("Call-ID"));
        _text.AppendHeader(_frame, ModuleBench.Text("X-B: 2\r\n"), ModuleBench.Header("X-None"));
        Assert.That(ModuleBench.Edited(_frame), Does.Contain("example\r\nX-A: 1\r\nCSeq:").And.Contain("17\r\nX-B: 2\r\n\r\n"));
    }

    [Test]
    public void InsertHeader_goes_in_front()
    {
        _text.InsertHeader(_frame, ModuleBench.Text("X-A: 1\r\n"));
        _text.InsertHeader(_frame, ModuleBench.Text("X-B: 2\r\n"), ModuleBench.Header("CSeq"));
        Assert.That(ModuleBench.Edited(_frame), Does.Contain("SIP/2.0\r\nX-A: 1\r\nVia:").And.Contain("\r\nX-B: 2\r\nCSeq:"));
    }

    [Test]
    public void AppendUriHeader_writes_the_received_uri()
    {
        _frame.NewUri = ModuleBench.Text("sip:new");
        _text.AppendUriHeader(_frame, ModuleBench.Text("X-Uri: <"), ModuleBench.Text(">\r\n"));
        Assert.That(ModuleBench.Edited(_frame), Does.Contain("X-Uri: <sip:bob@example.com:5070;transport=tcp>\r\n\r\n"));
    }

    // FUNCTIONS, textops: changes are not visible to later look-ups of the same run.
    [Test]
    public void RemoveHeader_takes_all_lines_and_stays_unseen()
    {
        Assert.That(_text.RemoveHeader(_frame, ModuleBench.Header("X-Mark")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(_frame), Is.EqualTo(ModuleBench.Invite.Replace("X-Mark: one\r\nX-Mark: two\r\n", "", StringComparison.Ordinal)));
        Assert.That(_text.IsPresent(_frame, ModuleBench.Header("X-Mark")).Code, Is.EqualTo(1));
        Assert.That(_text.RemoveHeader(_frame, ModuleBench.Header("X-Mark")).Code, Is.EqualTo(-1));
        Assert.That(_text.RemoveHeader(_frame, ModuleBench.Header("X-None")).Code, Is.EqualTo(-1));
    }

    [Test]
    public void RemoveHeader_takes_what_a_glob_names()
    {
        Assert.That(_text.RemoveHeader(_frame, ModuleBench.Header("x-*")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(_frame), Does.Not.Contain("X-Mark"));
        Assert.That(_text.RemoveHeader(_frame, ModuleBench.Header("P-*")).Code, Is.EqualTo(-1));
    }

    [Test]
    public void RemoveMatchingHeaders_takes_what_a_regular_expression_names()
    {
        Assert.That(_text.RemoveMatchingHeaders(_frame, ModuleBench.Pattern("^(user-agent|x-)")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(_frame), Does.Not.Contain("X-Mark").And.Not.Contain("User-Agent"));
    }

    [TestCase("X-Mark", ExpectedResult = 1)]
    [TestCase("contact", ExpectedResult = 1)]
    [TestCase("m", ExpectedResult = 1)]
    [TestCase("X-None", ExpectedResult = -1)]
    [TestCase("Route", ExpectedResult = -1)]
    public int IsPresent_knows_names_and_compact_forms(string name) => _text.IsPresent(_frame, ModuleBench.Header(name)).Code;

    [TestCase("INVITE", ExpectedResult = 1)]
    [TestCase("ACK|INVITE|BYE", ExpectedResult = 1)]
    [TestCase("ACK | INVITE", ExpectedResult = 1)]
    [TestCase("ACK|BYE", ExpectedResult = -1)]
    [TestCase("INVITEX", ExpectedResult = -1)]
    [TestCase("", ExpectedResult = -1)]
    public int IsMethod_accepts_a_list(string methods) => _text.IsMethod(_frame, ModuleBench.Text(methods)).Code;

    [Test]
    public void IsMethod_in_a_reply_is_that_of_its_request() =>
        Assert.That(_text.IsMethod(_bench.Receive(ModuleBench.Reply), ModuleBench.Text("INVITE")).Code, Is.EqualTo(1));

    [TestCase("", ExpectedResult = 1)]
    [TestCase("application/sdp", ExpectedResult = 1)]
    [TestCase("Application/SDP", ExpectedResult = 1)]
    [TestCase("text/plain", ExpectedResult = -1)]
    public int HasBody_compares_the_type(string type) => _text.HasBody(_frame, ModuleBench.Text(type)).Code;

    [Test]
    public void HasBody_of_a_message_without_one_is_false() => Assert.That(_text.HasBody(_bench.Receive(ModuleBench.Reply)).Code, Is.EqualTo(-1));

    [TestCase("id", ExpectedResult = 1)]
    [TestCase("HEADER", ExpectedResult = 1)]
    [TestCase("user", ExpectedResult = -1)]
    public int IsPrivacy_reads_the_list(string type) =>
        _text.IsPrivacy(_bench.Receive(ModuleBench.Invite.Replace("X-Mark: one", "Privacy: header; id", StringComparison.Ordinal)), ModuleBench.Text(type)).Code;

    [Test]
    public void Reply_headers_gather()
    {
        _text.AppendToReply(_frame, ModuleBench.Text("X-A: 1\r\n"));
        _text.AppendToReply(_frame, ModuleBench.Text("X-B: 2"));
        _text.AppendTime(_frame);
        Assert.That(_frame.ReplyHeaders.ToString(), Is.EqualTo("X-A: 1\r\nX-B: 2\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n"));
    }
}
