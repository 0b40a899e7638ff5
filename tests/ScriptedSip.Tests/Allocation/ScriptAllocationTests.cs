using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Allocation;

/// <summary>No managed allocation per message from the datagram to the datagrams it causes: parse, script, relay, reply, timers (ARCHITECTURE "hot path").</summary>
public class ScriptAllocationTests
{
    private const int Calls = 100;
    private const int MostRounds = 50;

    // What a call-processing script is made of: flags, variables, AVPs, patterns, formats, header changes, both kinds of route.
    private const string EverydayScript = """
        loadmodule "sl.so"
        loadmodule "tm.so"
        loadmodule "rr.so"
        loadmodule "maxfwd.so"
        loadmodule "usrloc.so"
        loadmodule "registrar.so"
        loadmodule "xlog.so"
        loadmodule "textops.so"
        route {
            if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
            if (method=="REGISTER") { save("location"); exit; }
            xlog("L_ERR", "$rm from $fu to $tu ru=$ru src=$si:$sp ci=$ci cs=$cs ua=$ua\n");
            if ($ua =~ "friendly-scanner" || $fU == "anonymous") { exit; }
            if ($rU =~ "^\+?[0-9]{7,15}$") { setflag(3); }
            if (uri =~ "^sip:00[1-9][0-9]*@" && !isflagset(3)) { setflag(5); }
            if (search("^User-Agent:.*BT110")) { setflag(11); }
            $avp(s:caller) = $fU;
            $avp(s:callee) = $rU;
            $var(i) = 0;
            while ($var(i) < 5) { $var(s) = $fU + "@" + $fd; $var(i) = $var(i) + 1; }
            if ($avp(s:caller) == $avp(s:callee)) { setflag(14); }
            if (method=="CANCEL") { if (t_check_trans()) { t_relay(); } exit; }
            if (loose_route()) { route(1); }
            record_route();
            if (method=="INVITE") { append_hf("X-Bench: $fU-$rU\r\n"); }
            if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
            route(1);
        }
        route[1] {
            t_on_reply("1");
            if (!t_relay()) { sl_reply_error(); }
            exit;
        }
        onreply_route[1] {
            xlog("L_ERR", "$rs $rr $rm $fu $si\n");
            if (status =~ "18[0-9]") { setflag(20); }
            if ($rs >= 200 && is_present_hf("Contact")) { setflag(22); }
        }
        """;

    // Statements, text and numbers; then an answer without state.
    private const string LoopScript = """
        loadmodule "sl.so"
        loadmodule "maxfwd.so"
        loadmodule "pv.so"
        route {
            if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
            $var(i) = 0;
            while ($var(i) < 20) {
                $var(a) = $var(i) * 3;
                if ($var(a) > 30) { $var(c) = "hi"; } else { $var(c) = "lo"; }
                $var(s) = $var(c) + "-" + $rU;
                $var(u) = $fU + "@" + $fd;
                $var(i) = $var(i) + 1;
            }
            sl_send_reply("200", "OK");
        }
        """;

    [TestCase("scripts/tutorial/1-call-setup.cfg", false)]
    [TestCase("scripts/tutorial/3-stateless.cfg", false)]
    [TestCase("scripts/tutorial/4-record-routed.cfg", true)]
    [TestCase("scripts/stateful.cfg", true)]
    [TestCase("scripts/stateless.cfg", false)]
    public void Shipped_script_allocates_nothing_for_a_call(string path, bool isRecordRouted) =>
        AssertNothingAllocated(SourceFile.Load(Repository.Path(path)), lab => lab.Call(isRecordRouted));

    [TestCase("scripts/tutorial/2-call-cancelled.cfg")]
    [TestCase("scripts/stateful.cfg")]
    public void Shipped_script_allocates_nothing_for_a_cancelled_call(string path) =>
        AssertNothingAllocated(SourceFile.Load(Repository.Path(path)), lab => lab.CancelledCall());

    [Test]
    public void Everyday_script_allocates_nothing_for_a_call() =>
        AssertNothingAllocated(new SourceFile("everyday.cfg", EverydayScript), lab => lab.Call(isRecordRouted: true));

    [Test]
    public void Everyday_script_allocates_nothing_for_a_refreshed_registration() =>
        AssertNothingAllocated(new SourceFile("everyday.cfg", EverydayScript), lab => lab.Register(), packetsPerCall: 1);

    [Test]
    public void Loop_of_statements_allocates_nothing_for_a_question() =>
        AssertNothingAllocated(new SourceFile("loop.cfg", LoopScript), lab => lab.Options(), packetsPerCall: 1);

    private static void AssertNothingAllocated(SourceFile script, Action<PhoneLab> call, int packetsPerCall = 3)
    {
        using var lab = new PhoneLab(script);
        // Pooled objects grow to the largest use they have met, and meet it by chance: a round without growth comes once all have. What is allocated
        // for each call never lets one come.
        var allocated = long.MaxValue;
        var sent = 0;
        for (var round = 0; round < MostRounds && allocated > 0; round++)
        {
            var sentBefore = lab.SentCount;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
                call(lab);
            lab.Settle();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            sent = lab.SentCount - sentBefore;
        }
        Assert.Multiple(() =>
        {
            Assert.That(sent, Is.GreaterThanOrEqualTo(Calls * packetsPerCall), "the calls did not go through");
            Assert.That(lab.TransactionCount, Is.Zero, "transactions left over");
            Assert.That(allocated, Is.Zero, $"{allocated / (double)Calls:F1} bytes a call");
        });
    }
}
