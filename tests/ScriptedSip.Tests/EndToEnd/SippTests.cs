using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>The built program under SIPp's load: every call must go through, and no message may be one SIPp does not expect.</summary>
internal sealed class SippTests
{
    private const int CallsPerSecond = 200;

    [SetUp]
    public void SippIsThere()
    {
        if (Sipp.IsInstalled)
            return;
        const string sentence = "SIPp is not installed (Debian: apt-get install sip-tester)";
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
            Assert.Fail(sentence);
        else
            Assert.Ignore(sentence);
    }

    /// <summary>Half a thousand calls ring at any time while the script is exchanged under them, again and again.</summary>
    [Test]
    public void Calls_all_go_through_while_the_script_is_exchanged()
    {
        const int calls = 1500, rate = 250, ringMilliseconds = 2000, swaps = 20;
        int proxy = Sipp.FreePort(), phone = Sipp.FreePort(), other = Sipp.FreePort();
        string[] scripts = [File.ReadAllText(Repository.Path("scripts/stateful.cfg")), File.ReadAllText(Repository.Path("scripts/stateless.cfg"))];
        using var script = new ScriptFile(scripts[0]);
        using var program = new RunningProgram(script.Path, $"udp:127.0.0.1:{proxy}");
        using (var registering = Sipp.Call("register", phone, 1, 1, "309", proxy))
            Assert.That(registering.Finish(), Is.EqualTo(new SippResult(0, 1, 0, 0)), registering.Errors);

        using var answering = Sipp.Answer("callee", phone, calls, ringMilliseconds);
        using var calling = Sipp.Call("caller", other, calls, rate, "309", proxy);
        for (var swap = 1; swap <= swaps; swap++)
        {
            script.Replace(scripts[swap % 2]);
            program.Signal("HUP");
            program.WaitUntil(text => Swaps(text) == swap);
            // As long as calls come, the swaps are spread over them.
            Thread.Sleep(calls * 1000 / rate / swaps);
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That(calling.Finish(), Is.EqualTo(new SippResult(0, calls, 0, 0)), calling.Errors + program.Output);
            Assert.That(answering.Finish(), Is.EqualTo(new SippResult(0, calls, 0, 0)), answering.Errors + program.Output);
            Assert.That(Swaps(program.Output), Is.EqualTo(swaps), program.Output);
            Assert.That(program.Stop(), Is.Zero);
        }

        static int Swaps(string output) => output.Split(" runs now, ").Length - 1;
    }

    [TestCase("scripts/stateful.cfg", "caller", "callee", 2000)]
    [TestCase("scripts/stateless.cfg", "caller", "callee", 2000)]
    [TestCase("scripts/stateful.cfg", "caller-cancels", "callee-cancelled", 500)]
    [TestCase("scripts/stateless.cfg", "caller-cancels", "callee-cancelled", 500)]
    public void Calls_all_go_through(string script, string caller, string callee, int calls)
    {
        int proxy = Sipp.FreePort(), phone = Sipp.FreePort(), other = Sipp.FreePort();
        using var program = new RunningProgram(Repository.Path(script), $"udp:127.0.0.1:{proxy}");
        using (var registering = Sipp.Call("register", phone, 1, 1, "309", proxy))
            Assert.That(registering.Finish(), Is.EqualTo(new SippResult(0, 1, 0, 0)), registering.Errors);

        using var answering = Sipp.Answer(callee, phone, calls);
        using var calling = Sipp.Call(caller, other, calls, CallsPerSecond, "309", proxy);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(calling.Finish(), Is.EqualTo(new SippResult(0, calls, 0, 0)), calling.Errors + program.Output);
            Assert.That(answering.Finish(), Is.EqualTo(new SippResult(0, calls, 0, 0)), answering.Errors + program.Output);
            Assert.That(program.Stop(), Is.Zero);
        }
    }
}
