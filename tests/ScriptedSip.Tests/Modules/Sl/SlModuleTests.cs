using NUnit.Framework;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Modules.Sl;

/// <summary>FUNCTIONS, sl; RFC 3261 8.2.6 and 8.2.7.</summary>
[TestFixture]
internal sealed class SlModuleTests
{
    private ModuleBench _bench = null!;
    private SlModule _sl = null!;

    [SetUp]
    public void StartModules()
    {
        _bench = new ModuleBench();
        _sl = _bench.Start(new SlModule());
    }

    // RFC 3261 8.2.6.2: Via, From, To, Call-ID and CSeq are those of the request; To gets a tag.
    [Test]
    public void Send_copies_what_a_reply_must_have()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_sl.Send(frame, 404, ModuleBench.Text("Nobody here")).Code, Is.EqualTo(1));
        var reply = _bench.OnlySent;
        Assert.That(reply, Does.StartWith("SIP/2.0 404 Nobody here\r\nVia: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKabc"));
        Assert.That(reply, Does.Contain("\r\nFrom: \"Alice\" <sip:alice@atlanta.example>;tag=a1\r\n"));
        Assert.That(reply, Does.Match("\r\nTo: <sip:bob@example.com>;tag=[0-9a-zA-Z.-]+\r\n"));
        Assert.That(reply, Does.Contain("\r\nCall-ID: call-1@atlanta.example\r\n").And.Contain("\r\nCSeq: 7 INVITE\r\n"));
        Assert.That(reply, Does.Contain("\r\nContent-Length: 0\r\n").And.EndsWith("\r\n\r\n"));
        Assert.That(_bench.Sent[0].To, Is.EqualTo(ModuleBench.Endpoint("192.0.2.1", 5062)));
        Assert.That(frame.Handled, Is.True);
    }

    [Test]
    public void Error_reply_is_for_requests_that_have_none()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        _sl.Send(frame, 100, ModuleBench.Text("Trying"));
        _sl.SendError(frame);
        _sl.SendError(frame);
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent.Select(packet => packet.Text[8..11]), Is.EqualTo(new[] { "100", "500" }));
    }

    [Test]
    public void SendReply_of_signaling_answers()
    {
        _bench.Start(new SignalingModule()).SendReply(_bench.Receive(ModuleBench.Invite), 404, ModuleBench.Text("Nobody here"));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 404 Nobody here\r\n"));
    }

    // RFC 3261 8.2.7: the same tag for a retransmission.
    [Test]
    public void Send_gives_a_retransmission_the_same_answer()
    {
        _sl.Send(_bench.Receive(ModuleBench.Invite), 404, ModuleBench.Text("x"));
        _sl.Send(_bench.Receive(ModuleBench.Invite), 404, ModuleBench.Text("x"));
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent[1].Text, Is.EqualTo(_bench.Sent[0].Text));
    }

    [Test]
    public void Send_100_has_no_tag()
    {
        _sl.Send(_bench.Receive(ModuleBench.Invite), 100, ModuleBench.Text("Trying"));
        Assert.That(_bench.OnlySent, Does.Contain("\r\nTo: <sip:bob@example.com>\r\n"));
    }

    [Test]
    public void Send_keeps_the_tag_of_a_dialog()
    {
        var request = ModuleBench.Invite.Replace("To: <sip:bob@example.com>", "To: <sip:bob@example.com>;tag=b2", StringComparison.Ordinal);
        _sl.Send(_bench.Receive(request), 481, ModuleBench.Text("x"));
        Assert.That(_bench.OnlySent, Does.Contain("\r\nTo: <sip:bob@example.com>;tag=b2\r\n"));
    }

    // FUNCTIONS: an ACK is never answered, the function returns 1.
    [Test]
    public void Send_for_an_ACK_sends_nothing_and_is_true()
    {
        Assert.That(_sl.Send(_bench.Receive(Ack("")), 404, ModuleBench.Text("x")).Code, Is.EqualTo(1));
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent, Is.Empty);
    }

    [Test]
    public void Send_cuts_a_reason_at_its_line_end()
    {
        _sl.Send(_bench.Receive(ModuleBench.Invite), 404, ModuleBench.Text("Nobody\r\nX-Evil: 1"));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 404 Nobody\r\nVia:").And.Not.Contain("Evil"));
    }

    [TestCase(99)]
    [TestCase(700)]
    public void Send_refuses_what_is_no_status_code(int code)
    {
        Assert.That(_sl.Send(_bench.Receive(ModuleBench.Invite), code, ModuleBench.Text("x")).Code, Is.EqualTo(-1));
        _bench.Context.Outbox.Flush();
        Assert.That(_bench.Sent, Is.Empty);
    }

    // FUNCTIONS: the redirect-server idiom.
    [Test]
    public void Send_3xx_names_the_destination_set()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.NewUri = ModuleBench.Text("sip:bob@new.example.com");
        frame.AppendBranch(new BranchTarget { Uri = ModuleBench.Text("sip:bob@mobile.example.com"), Q = 500 });
        _sl.Send(frame, 302, ModuleBench.Text("Moved"));
        Assert.That(_bench.OnlySent, Does.Contain("\r\nContact: <sip:bob@new.example.com>, <sip:bob@mobile.example.com>;q=0.5\r\n"));
    }

    // In a failure route the Request-URI a route starts from is not a rewritten one.
    [Test]
    public void Send_3xx_in_a_failure_route_names_what_that_route_rewrote()
    {
        var frame = _bench.Receive(ModuleBench.Invite, RouteKinds.Failure);
        frame.SetInitialUri(ModuleBench.Text("sip:tried@example.com"));
        frame.AppendBranch(new BranchTarget { Uri = ModuleBench.Text("sip:other@example.com"), Q = BranchTarget.NoQ });
        _sl.Send(frame, 302, ModuleBench.Text("Moved"));
        Assert.That(_bench.OnlySent, Does.Contain("\r\nContact: <sip:other@example.com>\r\n"));
    }

    [Test]
    public void Send_3xx_without_rewriting_names_nothing()
    {
        _sl.Send(_bench.Receive(ModuleBench.Invite), 302, ModuleBench.Text("Moved"));
        Assert.That(_bench.OnlySent, Does.Not.Contain("Contact:"));
    }

    [Test]
    public void Send_carries_reply_headers_and_body()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.ReplyHeaders = ModuleBench.Text("X-A: 1\r\n");
        frame.ReplyBody = ModuleBench.Text("hello");
        frame.ReplyContentType = ModuleBench.Text("text/plain");
        Assert.That(_bench.Host.Import<IStatelessReplies>()!.Send(frame, 200, "OK"u8, "X-B: 2\r\n"u8), Is.True);
        Assert.That(_bench.OnlySent, Does.Contain("X-A: 1\r\nX-B: 2\r\n").And.Contain("Content-Type: text/plain\r\n").And.Contain("Content-Length: 5\r\n").And.EndsWith("\r\n\r\nhello"));
    }

    [TestCase(0, "SIP/2.0 500 Internal Server Error\r\n")]
    [TestCase(478, "SIP/2.0 478 Unresolvable destination\r\n")]
    [TestCase(513, "SIP/2.0 513 Message Too Large\r\n")]
    public void SendError_answers_why_the_last_function_failed(int error, string startLine)
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.ErrorCode = error;
        Assert.That(_sl.SendError(frame).Code, Is.EqualTo(1));
        Assert.That(_bench.OnlySent, Does.StartWith(startLine));
    }

    // RFC 3261 17.1.1.3: the ACK to a failure has the To of the reply and the branch of its INVITE.
    [Test]
    public void Ack_to_our_own_failure_is_known_again()
    {
        _sl.Send(_bench.Receive(ModuleBench.Invite), 404, ModuleBench.Text("x"));
        var reply = _bench.OnlySent;
        var tag = reply[reply.IndexOf(";tag=", reply.IndexOf("\r\nTo:", StringComparison.Ordinal), StringComparison.Ordinal)..];
        tag = tag[..tag.IndexOf("\r\n", StringComparison.Ordinal)];
        var replies = _bench.Host.Import<IStatelessReplies>()!;
        Assert.That(replies.IsAckToOwnReply(_bench.Receive(Ack(tag)).Message), Is.True);
        Assert.That(replies.IsAckToOwnReply(_bench.Receive(Ack(tag + "x")).Message), Is.False);
        Assert.That(replies.IsAckToOwnReply(_bench.Receive(Ack("")).Message), Is.False);
        Assert.That(_sl.FilterAck(_bench.Receive(Ack(tag))).Code, Is.Zero);
        Assert.That(_sl.FilterAck(_bench.Receive(ModuleBench.Invite)).Code, Is.EqualTo(1));
    }

    [Test]
    public void SendReply_uses_the_transaction_when_there_is_one()
    {
        var stateful = new FakeStateful();
        _bench.Host.Export<IStatefulReplies>(stateful);
        _bench.Replies.Started(_bench.Host);
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_sl.SendReply(frame, 404, ModuleBench.Text("x")).Code, Is.EqualTo(1));
        Assert.That(_bench.OnlySent, Does.StartWith("SIP/2.0 404"));
        stateful.IsThere = true;
        Assert.That(_sl.SendReply(frame, 486, ModuleBench.Text("Busy")).Code, Is.EqualTo(1));
        Assert.That(stateful.Codes, Is.EqualTo(new[] { 486 }));
    }

    [Test]
    public void Send_allocates_nothing()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        var reason = ModuleBench.Text("Nobody");
        for (var i = 0; i < 3; i++)
        {
            _sl.Send(frame, 404, reason);
            _bench.Context.Outbox.Flush();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        _sl.Send(frame, 404, reason);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static string Ack(string tag) => ModuleBench.Invite
        .Replace("INVITE", "ACK", StringComparison.Ordinal)
        .Replace("To: <sip:bob@example.com>", "To: <sip:bob@example.com>" + tag, StringComparison.Ordinal);

    private sealed class FakeStateful : IStatefulReplies
    {
        public bool IsThere { get; set; }

        public List<int> Codes { get; } = [];

        public bool HasTransaction(Frame frame) => IsThere;

        public Outcome Reply(Frame frame, int code, Utf8Text reason)
        {
            Codes.Add(code);
            return Outcome.True;
        }
    }
}
