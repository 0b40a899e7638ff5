using System.Globalization;
using ScriptedSip.Sip;

namespace ScriptedSip.Tests.Sip;

/// <summary>The run-time's compiler gives way to messages (decision 0015).</summary>
[Platform("Linux")]
public class CompilerThreadTests
{
    // What the kernel calls niceness: the nineteenth field of /proc/[pid]/stat (proc(5)).
    private const int NiceAfterName = 16;

    [Test]
    public void Thread_of_the_compiler_gives_way_and_no_other()
    {
        var niceness = new Dictionary<string, int>();
        Run(".NET Tiered Compilation Worker", niceness, new CompilerThread().OnLook);
        Run("somebody else", niceness, new CompilerThread().OnLook);
        Assert.Multiple(() =>
        {
            Assert.That(niceness[".NET Tiered Compilation Worker"], Is.GreaterThanOrEqualTo(10));
            Assert.That(niceness["somebody else"], Is.EqualTo(OwnNiceness()));
        });
    }

    private static void Run(string name, Dictionary<string, int> niceness, Action look)
    {
        var thread = new Thread(() =>
        {
            look();
            niceness[name] = OwnNiceness();
        })
        {
            Name = name,
        };
        thread.Start();
        thread.Join();
    }

    private static int OwnNiceness()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[NiceAfterName], CultureInfo.InvariantCulture);
    }
}
