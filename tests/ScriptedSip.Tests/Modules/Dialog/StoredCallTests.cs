using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.Dialog;
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

    // The program before ends: what waits is written.
    private DialogModule Start(int mode)
    {
        _databases?.Dispose();
        _bench = new ModuleBench();
        _databases = new Databases(new Dictionary<string, string>());
        _bench.Host.Export(_databases);
        var module = new DialogModule { DatabaseMode = mode, DatabaseUrl = Url };
        module.AddProfilesWithValue("calls");
        return _bench.Start(module);
    }

    private void Call(DialogModule module)
    {
        var invite = _bench.Receive(ModuleBench.Invite);
        Assert.That(module.Manage(invite), Is.EqualTo(Outcome.True));
        module.SetTimeout(invite, 600);
        module.SetValue(invite, Name, 0, AssignKind.Set, Value.FromText(Utf8Text.From("carol=1")));
        module.SetValue(invite, AvpList.NameOf("n"), 0, AssignKind.Set, Value.FromInt(5));
        module.SetFlag(invite, 4);
        module.SetProfile(invite, ModuleBench.Text("calls"), ModuleBench.Text("b&o=b"));
        var kept = module.RouteEnded(invite, null)!;
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
}
