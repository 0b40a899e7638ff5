using System.Diagnostics;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Allocation;

namespace ScriptedSip.Bench;

/// <summary>
/// What a whole record-routed call costs, from its datagrams to those it causes, the phones' own work included, while more and more of other things is
/// alive. The two sides of a comparison take turns, so that a machine that slows down slows down both.
/// </summary>
internal static class GrowthBench
{
    private const int FirstUser = 1_000_000;
    private const int CallsPerTurn = 500;
    private const int Turns = 60;

    private const string Script = """
        loadmodule "sl.so"
        loadmodule "tm.so"
        loadmodule "rr.so"
        loadmodule "maxfwd.so"
        loadmodule "usrloc.so"
        loadmodule "registrar.so"
        modparam("tm", "fr_inv_timer", 1000000)
        modparam("tm", "max_inv_lifetime", 100000000)
        route {
            if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
            if (method=="REGISTER") { save("location"); exit; }
            if (loose_route()) { t_relay(); exit; }
            record_route();
            if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
            if (!t_relay()) { sl_reply_error(); }
        }
        """;

    public static int Run()
    {
        Console.WriteLine("alive                         µs a call      ratio");
        Compare("ringing calls", 0, 100_000, static lab => lab.Ring(), callsAnybody: false);
        Compare("bindings", 1_000, 1_000_000, static lab => lab.Register(), callsAnybody: true);
        return 0;
    }

    private static void Compare(string what, int few, int many, Action<PhoneLab> add, bool callsAnybody)
    {
        using var small = With(few, add);
        using var large = With(many, add);
        var random = new Random(1);
        var times = new double[2][];
        for (var side = 0; side < 2; side++)
            times[side] = new double[Turns];
        for (var turn = -Turns; turn < Turns; turn++)
        {
            for (var side = 0; side < 2; side++)
            {
                var (lab, users) = side == 0 ? (small, few) : (large, many);
                var microseconds = Calls(lab, callsAnybody ? () => FirstUser + random.Next(users) : () => FirstUser);
                if (turn >= 0)
                    times[side][turn] = microseconds;
            }
        }
        foreach (var side in times)
            Array.Sort(side);
        var (before, after) = (times[0][Turns / 2], times[1][Turns / 2]);
        Console.WriteLine($"{few,9} {what,-15} {before,12:F2}");
        Console.WriteLine($"{many,9} {what,-15} {after,12:F2} {after / before,10:F2}");
    }

    private static PhoneLab With(int count, Action<PhoneLab> add)
    {
        var lab = new PhoneLab(new SourceFile("growth.cfg", Script)) { MillisecondsPerMessage = 0, User = FirstUser };
        lab.Register();
        for (var i = 0; i < count; i++)
        {
            add(lab);
            lab.User++;
        }
        lab.User = FirstUser;
        return lab;
    }

    // A thousand calls a second.
    private static double Calls(PhoneLab lab, Func<int> callee)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < CallsPerTurn; i++)
        {
            lab.User = callee();
            lab.Call(isRecordRouted: true);
            lab.Pass(1);
        }
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / CallsPerTurn;
    }
}
