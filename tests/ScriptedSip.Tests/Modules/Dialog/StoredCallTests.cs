using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.Dialog;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Tests.Data;

namespace ScriptedSip.Tests.Modules.Dialog;

/// <summary>Answered dialogs in a database (dialog: db_mode), and what the next program finds of them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StoredCallTests : IDisposable
{
    private const string Answer =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKabc\r\nRecord-Route: <sip:edge.example.com;lr>, <sip:10.0.0.1;lr>\r\nFrom: <sip:alice@atlanta.example>;tag=a1\r\n" +
        "To: <sip:bob@example.com>;tag=b2\r\nCall-ID: call-1@atlanta.example\r\nCSeq: 7 INVITE\r\nContact: <sip:bob@192.0.2.9>\r\nContent-Length: 0\r\n\r\n";
    private const string Bye =
        "BYE sip:alice@192.0.2.1:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKbye\r\nMax-Forwards: 70\r\nFrom: <sip:bob@example.com>;tag=b2\r\n" +
        "To: <sip:alice@atlanta.example>;tag=a1\r\nCall-ID: call-1@atlanta.example\r\nCSeq: 3 BYE\r\nContent-Length: 0\r\n\r\n";

    private static readonly int Name = AvpList.NameOf("billed to & by");

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordedRequests _requests = new();
    private ModuleBench _bench = new();
    private Databases? _databases;

    private string Url => $"sqlite://{_directory.File("calls.db")}";

    public void Dispose()
    {
        _databases?.Dispose();
        _directory.Dispose();
    }

    [TestCase(1, false)]
    [TestCase(2, false)]
    [TestCase(3, true)]
    public void Answered_call_is_found_again_after_a_restart(int mode, bool isStopped)
    {
        var module = Start(mode);
        Call(module);
        _bench.RunPeriodic();
        if (isStopped)
            module.Stop();

        var next = Start(mode);
        var bye = _bench.Receive(Bye);
        Assert.That(next.Match(bye), Is.EqualTo(Outcome.True));
        Assert.That(next.GetValue(bye, Name, 0).Text.ToString(), Is.EqualTo("carol=1"));
        Assert.That(next.GetValue(bye, AvpList.NameOf("n"), 0).Number, Is.EqualTo(5));
        Assert.That((next.IsFlagSet(bye, 4), next.IsInProfile(bye, ModuleBench.Text("calls"), ModuleBench.Text("b&o=b"))), Is.EqualTo((Outcome.True, Outcome.True)));
        Assert.That((next.Count(bye).Number, next.TimeLeft(bye).Number), Is.EqualTo((1L, 600L)));
        Assert.That((Part(next, bye, "from_uri"), Part(next, bye, "to_contact"), Part(next, bye, "from_cseq")), Is.EqualTo(("sip:alice@atlanta.example", "sip:bob@192.0.2.9", "7")));
    }

    [Test]
    public void Call_that_has_ended_is_not_found_again()
    {
        var module = Start(1);
        Call(module);
        var bye = _bench.Receive(Bye);
        module.SentUpstream(_bench.Context, module.RouteEnded(bye, null)!, 0, null, 200);
        _bench.RunPeriodic();
        Start(1);
        Assert.That(_databases!.Open(Url).Query("SELECT callid FROM dialog"), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(3)]
    public void Nothing_is_written_before_the_mode_says_so(int mode)
    {
        Call(Start(mode));
        _bench.RunPeriodic();
        Assert.That(Start(mode).Match(_bench.Receive(Bye)), Is.EqualTo(Outcome.False));
    }

    // RFC 3261 12.2.2: a BYE must not come with a lower number than the INVITE.
    [Test]
    public void Call_the_callee_knows_under_another_name_is_ended_so_after_a_restart()
    {
        var module = Start(1);
        Call(module, sent: ModuleBench.Invite.Replace("sip:alice@", "sip:anonymous@", StringComparison.Ordinal).Replace("CSeq: 7", "CSeq: 9", StringComparison.Ordinal));
        _bench.RunPeriodic();

        var next = Start(1);
        Assert.That(next.Bye(_bench.Receive(Bye), ModuleBench.Text("callee")), Is.EqualTo(Outcome.True));
        Assert.That(_requests.Last, Is.EqualTo("BYE of sip:anonymous@atlanta.example to sip:bob@example.com, 10"));
    }

    [Test]
    public void Call_changes_in_its_row()
    {
        var module = Start(1);
        Call(module);
        module.SetTimeout(_bench.Receive(Bye), 900);
        _bench.RunPeriodic();
        var next = Start(1);
        Assert.That(next.TimeLeft(_bench.Receive(Bye)).Number, Is.EqualTo(900));
        Assert.That(_databases!.Open(Url).Query("SELECT count(*) FROM dialog").Single()[0], Is.EqualTo(1L));
    }

    // Found again, all calls are overdue: asked at once they would stay in step.
    [Test]
    public void Keep_alives_of_calls_found_again_are_spread_over_an_interval()
    {
        var module = Start(1);
        for (var i = 0; i < 50; i++)
            Call(module, $"call-{i}@atlanta.example");
        _bench.RunPeriodic();

        Start(1, TimeSpan.FromSeconds(300));
        var perSecond = new List<int>();
        for (var second = 0; second <= 30; second++)
        {
            _bench.Context.Tick();
            var before = _requests.Sent.Count;
            _bench.RunPeriodic();
            perSecond.Add(_requests.Sent.Count - before);
            _bench.Clock.Milliseconds += 1000;
            _bench.Clock.UtcNow += TimeSpan.FromSeconds(1);
        }
        Assert.That(perSecond[0], Is.Zero);
        Assert.That(perSecond.Max(), Is.LessThan(25));
        Assert.That(_requests.Sent.Distinct().Count(), Is.EqualTo(50), "each once");
        Assert.That(_requests.Sent, Has.Count.EqualTo(50));
    }

    // The program before ends: what waits is written.
    private DialogModule Start(int mode, TimeSpan later = default)
    {
        _databases?.Dispose();
        _bench = new ModuleBench();
        _bench.Clock.UtcNow += later;
        _bench.Host.Export<ILocalRequests>(_requests);
        _databases = new Databases(new Dictionary<string, string>());
        _bench.Host.Export(_databases);
        var module = new DialogModule { DatabaseMode = mode, DatabaseUrl = Url, KeepAliveTimer = 1 };
        module.AddProfilesWithValue("calls");
        return _bench.Start(module);
    }

    private void Call(DialogModule module, string callId = "call-1@atlanta.example", string sent = "")
    {
        var invite = _bench.Receive(ModuleBench.Invite.Replace("call-1@atlanta.example", callId, StringComparison.Ordinal));
        Assert.That(module.Manage(invite), Is.EqualTo(Outcome.True));
        module.SetTimeout(invite, 600);
        module.SetValue(invite, Name, 0, AssignKind.Set, Value.FromText(Utf8Text.From("carol=1")));
        module.SetValue(invite, AvpList.NameOf("n"), 0, AssignKind.Set, Value.FromInt(5));
        module.SetFlag(invite, 4);
        module.SetProfile(invite, ModuleBench.Text("calls"), ModuleBench.Text("b&o=b"));
        module.SetProperty(invite, ModuleBench.Text("ka-dst"));
        var kept = module.RouteEnded(invite, null)!;
        if (sent.Length > 0)
            ((ScriptedSip.Modules.Dialog.Call)kept).NoteSent(_bench.Receive(sent).Message, 2);
        var reply = _bench.Buffers.Rent(Answer.Length);
        Encoding.ASCII.GetBytes(Answer).CopyTo(reply.Bytes, 0);
        reply.Length = Answer.Length;
        module.SentUpstream(_bench.Context, kept, 0, reply, 200);
        reply.Release();
    }

    private static string Part(DialogModule module, Frame frame, string name)
    {
        var value = module.Part(frame, ModuleBench.Text(name), 0);
        return value.IsText ? value.Text.ToString() : value.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    // Nobody answers.
    private sealed class RecordedRequests : ILocalRequests
    {
        public List<string> Sent { get; } = [];

        public string Last { get; private set; } = "";

        public bool Send(ScriptContext context, in LocalRequest request)
        {
            Sent.Add(request.CallId.ToString());
            Last = $"{request.Method.ToString().ToUpperInvariant()} of {request.From} to {request.To}, {request.CSeq}";
            return true;
        }
    }
}
