using NUnit.Framework;
using ScriptedSip.Modules.SipUtils;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.SipUtils;

[TestFixture]
internal sealed class UriFunctionsTests
{
    private const string Options = "OPTIONS sip:10.0.0.1 SIP/2.0\r\n";

    private ModuleBench _bench = null!;
    private SipUtilsModule _utils = null!;
    private Frame _frame = null!;

    [SetUp]
    public void StartModules()
    {
        _bench = new ModuleBench();
        _utils = _bench.Start(new SipUtilsModule());
        _frame = _bench.Receive(ModuleBench.Invite);
    }

    [Test]
    public void HasToTag_tells_a_dialog()
    {
        Assert.That(_utils.HasToTag(_frame).Code, Is.EqualTo(-1));
        Assert.That(_utils.HasToTag(_bench.Receive(ModuleBench.Reply)).Code, Is.EqualTo(1));
    }

    [Test]
    public void Kind_of_message_is_told()
    {
        Assert.That(_utils.IsRequest(_frame).Code, Is.EqualTo(1));
        Assert.That(_utils.IsRequest(_bench.Receive(ModuleBench.Reply)).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsReply(_frame).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsReply(_bench.Receive(ModuleBench.Reply)).Code, Is.EqualTo(1));
    }

    [Test]
    public void Parameters_of_the_Request_URI_are_tested()
    {
        _frame.NewUri = ModuleBench.Text("sip:h;user=phone;nat?x=y");
        Assert.That(_utils.HasParameter(_frame, ModuleBench.Text("nat")).Code, Is.EqualTo(1));
        Assert.That(_utils.HasParameter(_frame, ModuleBench.Text("user")).Code, Is.EqualTo(-1));
        Assert.That(_utils.HasAnyParameter(_frame, ModuleBench.Text("user")).Code, Is.EqualTo(1));
        Assert.That(_utils.HasAnyParameter(_frame, ModuleBench.Text("none")).Code, Is.EqualTo(-1));
        Assert.That(_utils.HasParameter(_frame, ModuleBench.Text("USER"), ModuleBench.Text("Phone")).Code, Is.EqualTo(1));
        Assert.That(_utils.HasParameter(_frame, ModuleBench.Text("user"), ModuleBench.Text("ip")).Code, Is.EqualTo(-1));
        Assert.That(_utils.HasParameter(_frame, ModuleBench.Text("none")).Code, Is.EqualTo(-1));
        var result = new TestVariable();
        Assert.That(_utils.GetParameter(_frame, ModuleBench.Text("user"), result).Code, Is.EqualTo(1));
        Assert.That(result.Value.ToString(), Is.EqualTo("phone"));
    }

    [Test]
    public void Parameters_are_added_before_the_headers_and_removed()
    {
        _frame.NewUri = ModuleBench.Text("sip:h;user=phone?x=y");
        _utils.AddParameter(_frame, ModuleBench.Text("a=b"));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:h;user=phone;a=b?x=y"));
        Assert.That(_utils.RemoveParameter(_frame, ModuleBench.Text("User")).Code, Is.EqualTo(1));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:h;a=b?x=y"));
        Assert.That(_utils.RemoveParameter(_frame, ModuleBench.Text("User")).Code, Is.EqualTo(-1));
    }

    // RFC 3261 19.1.6: a tel URI as a SIP URI, visual separators left out.
    [Test]
    public void TelToSip_converts_at_the_host_of_From()
    {
        _frame.NewUri = ModuleBench.Text("tel:+358-555-1234567;postd=pp22");
        Assert.That(_utils.TelToSip(_frame).Code, Is.EqualTo(1));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:+3585551234567;postd=pp22@atlanta.example;user=phone"));
        Assert.That(_utils.TelToSip(_frame).Code, Is.EqualTo(1));
        Assert.That(_frame.RequestUri.ToString(), Does.StartWith("sip:+358"));
        var result = new TestVariable();
        _utils.TelToSip(_frame, ModuleBench.Text("tel:(1)2.3"), ModuleBench.Text("gw"), result);
        Assert.That(result.Value.ToString(), Is.EqualTo("sip:123@gw;user=phone"));
    }

    [TestCase("sip:+4912@h", ExpectedResult = 1)]
    [TestCase("tel:+1234567890123456", ExpectedResult = -1)]
    [TestCase("sip:4912@h", ExpectedResult = -1)]
    [TestCase("sip:+49a@h", ExpectedResult = -1)]
    public int IsUserE164_wants_plus_and_digits(string uri) => _utils.IsUserE164(_frame, ModuleBench.Text(uri)).Code;

    [Test]
    public void Texts_are_tested()
    {
        Assert.That(_utils.IsUri(_frame, ModuleBench.Text("sip:a@b")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsUri(_frame, ModuleBench.Text("a@b")).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsE164(_frame, ModuleBench.Text("+4912")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsE164(_frame, ModuleBench.Text("4912")).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsTelephoneNumber(_frame, ModuleBench.Text("+12")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsTelephoneNumber(_frame, ModuleBench.Text("+")).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsNumeric(_frame, ModuleBench.Text("12")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsNumeric(_frame, ModuleBench.Text("")).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsAlphanumeric(_frame, ModuleBench.Text("a1")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsAlphanumeric(_frame, ModuleBench.Text("a-1")).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsAlphanumeric(_frame, ModuleBench.Text("a-1"), ModuleBench.Text("-_")).Code, Is.EqualTo(1));
        Assert.That(_utils.AreEqualUris(_frame, ModuleBench.Text("sip:a@B;x=1"), ModuleBench.Text("sip:a@b")).Code, Is.EqualTo(1));
        Assert.That(_utils.AreEqualUris(_frame, ModuleBench.Text("sip:a@b;transport=tcp"), ModuleBench.Text("sip:a@b")).Code, Is.EqualTo(-1));
        Assert.That(_utils.AreSameAddress(_frame, ModuleBench.Text("sip:a@b;transport=tcp"), ModuleBench.Text("sip:a@b")).Code, Is.EqualTo(1));
        Assert.That(_utils.AreSameAddress(_frame, ModuleBench.Text("sip:a@b"), ModuleBench.Text("sip:A@b")).Code, Is.EqualTo(-1));
        Assert.That(_utils.IsSameHeader(_frame, ModuleBench.Text("v"), ModuleBench.Text("VIA")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsSameHeader(_frame, ModuleBench.Text("X-A"), ModuleBench.Text("X-B")).Code, Is.EqualTo(-1));
    }

    // siputils: one Via means the sender itself; a second hop has added its own.
    [Test]
    public void IsFirstHop_of_a_request_counts_Vias()
    {
        Assert.That(_utils.IsFirstHop(_frame).Code, Is.EqualTo(1));
        var second = ModuleBench.Invite.Replace("Max-Forwards", "Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\nMax-Forwards", StringComparison.Ordinal);
        Assert.That(_utils.IsFirstHop(_bench.Receive(second)).Code, Is.EqualTo(-1));
        var sameLine = ModuleBench.Invite.Replace("z9hG4bKabc", "z9hG4bKabc, SIP/2.0/UDP h;branch=z9hG4bKx", StringComparison.Ordinal);
        Assert.That(_utils.IsFirstHop(_bench.Receive(sameLine)).Code, Is.EqualTo(-1));
    }

    [TestCase("<sip:10.0.0.1;lr>", ExpectedResult = 1)]
    [TestCase("<sip:other.example.org;lr>, <sip:10.0.0.1;lr>", ExpectedResult = -1)]
    public int IsFirstHop_of_a_reply_looks_at_the_topmost_Record_Route(string route) =>
        _utils.IsFirstHop(_bench.Receive(ModuleBench.Reply.Replace("Content-Length", $"Record-Route: {route}\r\nContent-Length", StringComparison.Ordinal))).Code;

    [Test]
    public void Credentials_nobody_has_verified_are_nobodys()
    {
        var frame = _bench.Receive(ModuleBench.Invite.Replace("X-Mark: one", "Authorization: Digest username=\"alice\", realm=\"r\"", StringComparison.Ordinal));
        var uri = _bench.Start(new UriModule());
        Assert.That((uri.CheckFrom(frame).Code, uri.CheckTo(frame).Code), Is.EqualTo((-1, -1)));
        Assert.That(_bench.Start(new UriDbModule()).CheckFrom(frame).Code, Is.EqualTo(-1));
        Assert.That(uri.IsUser(frame, ModuleBench.Text("alice")).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Table_look_up_names_its_database() =>
        Assert.That(new UriDbModule { Tables = { UsesUriTable = true } }.DatabaseInUse, Is.Not.Null);

    // RFC 3261 11.2: the answer says what is supported.
    [Test]
    public void OptionsReply_answers_for_the_proxy_itself()
    {
        var options = _bench.Start(new OptionsModule { Supported = "path" });
        var frame = _bench.Receive(AsOptions(Options));
        Assert.That(options.OptionsReply(frame).Code, Is.EqualTo(1));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 200 OK\r\n").And.Contain("Accept: */*\r\nAccept-Language: en\r\nSupported: path\r\n"));
        Assert.That(_bench.OnlySent, Does.Not.Contain("Accept-Encoding"));
    }

    [Test]
    public void OptionsReply_leaves_users_and_other_methods_alone()
    {
        Assert.That(_utils.OptionsReply(_bench.Receive(AsOptions("OPTIONS sip:bob@10.0.0.1 SIP/2.0\r\n"))).Code, Is.EqualTo(-1));
        Assert.That(_utils.OptionsReply(_frame).Code, Is.EqualTo(-1));
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent, Is.Empty);
    }

    [Test]
    public void IsSupported_reads_all_Supported_lines()
    {
        var frame = _bench.Receive(ModuleBench.Invite.Replace("X-Mark: one", "Supported: path, gruu\r\nk: outbound", StringComparison.Ordinal));
        Assert.That(_utils.IsSupported(frame, ModuleBench.Text("outbound")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsSupported(frame, ModuleBench.Text("gruu")).Code, Is.EqualTo(1));
        Assert.That(_utils.IsSupported(frame, ModuleBench.Text("100rel")).Code, Is.EqualTo(-1));
    }

    private static string AsOptions(string startLine) =>
        startLine + ModuleBench.Invite[(ModuleBench.Invite.IndexOf("\r\n", StringComparison.Ordinal) + 2)..].Replace("7 INVITE", "7 OPTIONS", StringComparison.Ordinal);
}
