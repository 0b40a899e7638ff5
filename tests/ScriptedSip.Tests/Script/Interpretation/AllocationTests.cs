using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>What a message costs in its script: no byte of garbage.</summary>
internal sealed class AllocationTests
{
    private const string Loop = """
        loadmodule "maxfwd.so"
        loadmodule "sl.so"
        route {
            if (!mf_process_maxfwd_header("10")) {
                sl_send_reply("483", "Too Many Hops");
                exit;
            }
            $var(round) = 0;
            $var(sum) = 0;
            while ($var(round) < 20) {
                $var(a) = $var(round) * 3;
                $var(sum) = $var(sum) + $var(a) + 7;
                if ($var(a) > 30) {
                    $var(word) = "high";
                } else {
                    $var(word) = "low";
                }
                $var(line) = $var(word) + "-" + $fu;
                if ($var(line) == "high-nobody" || $rm == "BYE") {
                    $var(sum) = 0;
                }
                $var(text) = "<" + $ci + ">";
                $var(round) = $var(round) + 1;
            }
            route(CHECKS);
            sl_send_reply("200", "OK");
        }
        route[CHECKS] {
            if (method == INVITE && src_ip == 10.0.0.0/8 && uri =~ "^sip:[a-z]+@") {
                $avp(who) = $fu;
                note("$rm of $avp(who)", "$(fu{uri.user})");
            }
            switch ($rm) {
                case "BYE": return(2);
                case "INVITE": setflag(3); break;
            }
            return(isflagset(3));
        }
        """;

    [TestCase(ScriptDialect.Kamailio)]
    [TestCase(ScriptDialect.OpenSer)]
    public void Script_run_allocates_nothing(ScriptDialect dialect)
    {
        var rig = new ScriptRig(Loop, dialect);
        foreach (var module in rig.Result.Modules.All)
            (module as FakeCore)?.BeSilent();
        var frame = rig.Frame(ScriptRig.Invite, RouteKinds.Request);
        var (message, script) = (frame.Message, frame.Script);
        rig.Return(frame);
        long allocated = 0;
        for (var i = 0; i < 200; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            rig.RunOnce(message, script);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(rig.Failures, Is.Empty);
        Assert.That(allocated, Is.Zero);
    }
}
