using NUnit.Framework;
using ScriptedSip.Modules.TextOps;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Modules.TextOps;

[TestFixture]
internal sealed class TextOpsModuleTests
{
    private const string Multipart =
        "--b1\r\nContent-Type: text/plain\r\n\r\nhi\r\n" +
        "--b1\r\nContent-Type: application/sdp;x=1\r\nX-P: 1\r\n\r\nv=0\r\no=b\r\n" +
        "--b1--\r\n";

    private readonly ModuleBench _bench = new();
    private readonly TextOpsModule _text = new();
    private Frame _frame = null!;

    [SetUp]
    public void ReceiveInvite() => _frame = _bench.Receive(ModuleBench.Invite);

    [TestCase("^x-mark: two", ExpectedResult = 1)]
    [TestCase("^o=a", ExpectedResult = 1)]
    [TestCase("nothing", ExpectedResult = -1)]
    public int Search_sees_the_whole_message(string pattern) => _text.Search(_frame, ModuleBench.Pattern(pattern)).Code;

    [TestCase("^o=a", ExpectedResult = 1)]
    [TestCase("X-Mark", ExpectedResult = -1)]
    public int SearchBody_sees_the_body_only(string pattern) => _text.SearchBody(_frame, ModuleBench.Pattern(pattern)).Code;

    [Test]
    public void SearchAppend_inserts_behind_the_first_match()
    {
        Assert.That(_text.SearchAppend(_frame, ModuleBench.Pattern("X-Mark: one"), ModuleBench.Text(";more")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(_frame), Is.EqualTo(ModuleBench.Invite.Replace("X-Mark: one", "X-Mark: one;more", StringComparison.Ordinal)));
        Assert.That(_text.SearchAppend(_frame, ModuleBench.Pattern("nothing"), ModuleBench.Text("x")).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Replace_spares_the_start_line()
    {
        Assert.That(_text.Replace(_frame, ModuleBench.Pattern("bob"), ModuleBench.Text("robert")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(_frame), Does.StartWith("INVITE sip:bob@").And.Contain("To: <sip:robert@example.com>"));
    }

    [Test]
    public void ReplaceAll_takes_every_match()
    {
        Assert.That(_text.ReplaceAll(_frame, ModuleBench.Pattern("x-mark"), ModuleBench.Text("X-M")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Edited(_frame), Does.Contain("X-M: one\r\nX-M: two\r\n"));
    }

    [Test]
    public void ReplaceBody_takes_the_first_match_in_the_body()
    {
        Assert.That(_text.ReplaceBody(_frame, ModuleBench.Pattern("="), ModuleBench.Text("==")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Written(_frame), Does.Contain("Content-Length: 18\r\n\r\nv==0\r\no=a 1\r\n"));
        Assert.That(_text.ReplaceBody(_frame, ModuleBench.Pattern("X-Mark"), ModuleBench.Text("x")).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Status_of_a_reply_changes_within_its_class()
    {
        var module = new TextOpsXModule();
        var reply = _bench.Receive(ModuleBench.Reply);
        Assert.That((module.ChangeStatus(reply, 200).Code, module.ChangeStatus(reply, 180).Code), Is.EqualTo((-1, 1)));
        Assert.That(ModuleBench.Edited(reply), Does.StartWith("SIP/2.0 180 Session Progress\r\n"));
    }

    [TestCase("", ExpectedResult = -1)]
    [TestCase(";tag=b", ExpectedResult = 1)]
    public int To_tag_is_asked_for_by_the_module_of_OpenSips_too(string tag) =>
        new SipMsgOpsModule().HasToTag(_bench.Receive(ModuleBench.Invite.Replace("To: <sip:bob@example.com>", "To: <sip:bob@example.com>" + tag, StringComparison.Ordinal))).Code;

    // RFC 3261 20.14: Content-Length is the length of the body that is sent.
    [Test]
    public void Body_changes_keep_Content_Length_true()
    {
        Assert.That(_text.ReplaceBodyAll(_frame, ModuleBench.Pattern("="), ModuleBench.Text("==")).Code, Is.EqualTo(1));
        Assert.That(_text.SearchAppendBody(_frame, ModuleBench.Pattern("a 1"), ModuleBench.Text("23")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Written(_frame), Does.Contain("Content-Length: 22\r\n\r\nv==0\r\no==a 123\r\ns==-\r\n"));
    }

    [Test]
    public void SetBody_replaces_body_type_and_length()
    {
        Assert.That(_text.SetBody(_frame, ModuleBench.Text("hello"), ModuleBench.Text("text/plain")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Written(_frame), Does.Contain("Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"));
        Assert.That(_text.SetBody(_frame, ModuleBench.Text("hello!"), ModuleBench.Text("text/html")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Written(_frame), Does.Contain("Content-Type: text/html\r\nContent-Length: 6\r\n\r\nhello!"));
    }

    [Test]
    public void SetBody_gives_a_bare_message_its_headers()
    {
        var frame = _bench.Receive(ModuleBench.Invite[..ModuleBench.Invite.IndexOf("Content-Type", StringComparison.Ordinal)] + "\r\n");
        _text.SetBody(frame, ModuleBench.Text("hello"), ModuleBench.Text("text/plain"));
        Assert.That(ModuleBench.Written(frame), Does.EndWith("X-Mark: two\r\nContent-Type: text/plain\r\n\r\nhello"));
    }

    [Test]
    public void SetReplyBody_is_for_replies_only()
    {
        _text.SetReplyBody(_frame, ModuleBench.Text("hello"), ModuleBench.Text("text/plain"));
        Assert.That(_frame.ReplyBody.ToString(), Is.EqualTo("hello"));
        Assert.That(_frame.ReplyContentType.ToString(), Is.EqualTo("text/plain"));
        Assert.That(_frame.Edits.Count, Is.Zero);
    }

    // RFC 2046 5.1: the line end in front of a delimiter belongs to it.
    [Test]
    public void FilterBody_leaves_the_wanted_part()
    {
        var frame = WithMultipart();
        Assert.That(_text.FilterBody(frame, ModuleBench.Text("application/sdp")).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Written(frame), Does.Contain("Content-Type: application/sdp;x=1\r\nContent-Length: 8\r\n\r\n").And.EndsWith("\r\n\r\nv=0\r\no=b"));
    }

    [Test]
    public void FilterBody_without_such_a_part_changes_nothing()
    {
        var frame = WithMultipart();
        Assert.That(_text.FilterBody(frame, ModuleBench.Text("image/png")).Code, Is.EqualTo(-1));
        Assert.That(frame.Edits.Count, Is.Zero);
    }

    [TestCase("application/sdp", ExpectedResult = 1)]
    [TestCase("text/plain", ExpectedResult = -1)]
    public int FilterBody_of_a_single_body_compares_its_type(string type) => _text.FilterBody(_frame, ModuleBench.Text(type)).Code;

    [TestCase("b", "a,b,c", ",", ExpectedResult = 1)]
    [TestCase("b", "a; b ;c", ";", ExpectedResult = 1)]
    [TestCase("B", "a,b,c", ",", ExpectedResult = -1)]
    [TestCase("a,b", "a,b", ",", ExpectedResult = -1)]
    [TestCase("d", "a,b,c", ",", ExpectedResult = -1)]
    public int IsInList_compares_entries(string subject, string list, string separator) =>
        _text.IsInList(_frame, ModuleBench.Text(subject), ModuleBench.Text(list), ModuleBench.Text(separator)).Code;

    [Test]
    public void Texts_are_compared()
    {
        Assert.That(_text.AreEqual(_frame, ModuleBench.Text("a"), ModuleBench.Text("A")).Code, Is.EqualTo(-1));
        Assert.That(_text.AreEqualIgnoringCase(_frame, ModuleBench.Text("a"), ModuleBench.Text("A")).Code, Is.EqualTo(1));
        Assert.That(_text.AreEqualIgnoringCase(_frame, ModuleBench.Text("a"), ModuleBench.Text("b")).Code, Is.EqualTo(-1));
        Assert.That(_text.StartsWith(_frame, ModuleBench.Text("abc"), ModuleBench.Text("ab")).Code, Is.EqualTo(1));
        Assert.That(_text.StartsWith(_frame, ModuleBench.Text("abc"), ModuleBench.Text("bc")).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Substitute_replaces_first_or_all_matches()
    {
        Assert.That(_text.Substitute(_frame, new WordSubstitution("Mark", "Sign", isGlobal: true)).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Written(_frame), Does.Contain("X-Sign: one\r\nX-Sign: two\r\n"));
        Assert.That(_text.SubstituteBody(_frame, new WordSubstitution("a 1", "long", isGlobal: false)).Code, Is.EqualTo(1));
        Assert.That(ModuleBench.Written(_frame), Does.Contain("Content-Length: 18\r\n\r\nv=0\r\no=long\r\n"));
        Assert.That(_text.SubstituteBody(_frame, new WordSubstitution("nothing", "x", isGlobal: false)).Code, Is.EqualTo(-1));
    }

    [TestCase("a", "X-Mark: 1ne\r\nX-Mark: tw1\r\n")]
    [TestCase("f", "X-Mark: 1ne\r\nX-Mark: two\r\n")]
    [TestCase("l", "X-Mark: one\r\nX-Mark: tw1\r\n")]
    public void SubstituteHeader_works_on_the_lines_asked_for(string which, string expected)
    {
        _text.SubstituteHeader(_frame, ModuleBench.Header("X-Mark"), new WordSubstitution("o", "1", isGlobal: true), ModuleBench.Text(which));
        Assert.That(ModuleBench.Edited(_frame), Does.Contain(expected));
    }

    [Test]
    public void SubstituteUri_and_user_change_the_Request_URI()
    {
        Assert.That(_text.SubstituteUser(_frame, new WordSubstitution("b", "c", isGlobal: true)).Code, Is.EqualTo(1));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:coc@example.com:5070;transport=tcp"));
        Assert.That(_text.SubstituteUri(_frame, new WordSubstitution("com", "net", isGlobal: false)).Code, Is.EqualTo(1));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:coc@example.net:5070;transport=tcp"));
        Assert.That(_text.SubstituteUri(_frame, new WordSubstitution("sip:", "", isGlobal: false)).Code, Is.EqualTo(-1));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:coc@example.net:5070;transport=tcp"));
    }

    [TestCase("P-*", "P-Asserted-Identity", ExpectedResult = true)]
    [TestCase("p-*-identity", "P-Asserted-Identity", ExpectedResult = true)]
    [TestCase("*x*", "aXb", ExpectedResult = true)]
    [TestCase("?-*", "X-", ExpectedResult = true)]
    [TestCase("P-*", "X-P-", ExpectedResult = false)]
    [TestCase("*a", "ab", ExpectedResult = false)]
    [TestCase("", "a", ExpectedResult = false)]
    public bool Glob_matches_whole_names(string pattern, string text) => Glob.IsMatch(ModuleBench.Text(pattern).Span, ModuleBench.Text(text).Span);

    private Frame WithMultipart() => _bench.Receive(
        ModuleBench.Invite[..ModuleBench.Invite.IndexOf("Content-Type", StringComparison.Ordinal)]
        + $"Content-Type: multipart/mixed;boundary=b1\r\nContent-Length: {Multipart.Length}\r\n\r\n" + Multipart);

    private sealed class WordSubstitution(string word, string replacement, bool isGlobal) : Substitution
    {
        private readonly Utf8Text _word = Utf8Text.From(word);

        public override bool IsGlobal => isGlobal;

        public override bool TryMatch(Frame frame, ReadOnlySpan<byte> text, int from, out Slice match, out Utf8Text result)
        {
            var at = text[from..].IndexOf(_word.Span);
            match = at < 0 ? Slice.None : new Slice(from + at, _word.Length);
            result = Utf8Text.From(replacement);
            return at >= 0;
        }
    }
}
