using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

using ScriptedSip.Sip;
using ScriptedSip.Tests.EndToEnd;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Server;

/// <summary>The program as its users start it: what it prints and how it ends.</summary>
internal sealed class ExecutableTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestCase("--help", 0, "Usage: scriptedsip", "")]
    [TestCase("--version", 0, "scriptedsip 0.", "")]
    [TestCase("functions", 0, "# Functions, variables and parameters", "")]
    [TestCase("--nope", 2, "", "scriptedsip: unknown option --nope\nTry --help\n")]
    [TestCase("", 2, "", "scriptedsip: no script given\nTry --help\n")]
    [TestCase("a.cfg b.cfg", 2, "", "scriptedsip: one script at a time, not both a.cfg and b.cfg\nTry --help\n")]
    [TestCase("missing.cfg", 1, "", "scriptedsip: cannot read missing.cfg: there is no such file\n")]
    [TestCase("check missing.cfg", 1, "", "scriptedsip: cannot read missing.cfg: there is no such file\n")]
    [TestCase("check .", 1, "", "scriptedsip: cannot read .: it is a folder\n")]
    public void Program_ends_with_its_exit_code_and_says_why(string arguments, int exitCode, string output, string errors)
    {
        var (code, standardOutput, standardError) = Run(arguments);
        Assert.That(code, Is.EqualTo(exitCode), standardError);
        Assert.That(standardOutput, output.Length == 0 ? Is.Empty : Does.StartWith(output));
        Assert.That(standardError, Is.EqualTo(errors));
    }

    [Test]
    public void Sound_script_is_checked_without_opening_a_socket()
    {
        using var blocker = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var script = new ScriptFile($"listen=udp:127.0.0.1:{PortOf(blocker)}\nroute{{ exit; }}\n");
        Assert.That(Run($"check {script.Path}"), Is.EqualTo((0, $"{script.Path}: ok; read as OpenSER: nothing in it tells otherwise\n", "")));
    }

    [Test]
    public void Mistakes_of_a_script_come_out_together_and_nothing_is_started()
    {
        using var script = new ScriptFile("listen=udp:127.0.0.1:5060\nroute{ nothing_of_this_name(); }\nroute[1]{ t_relay(); }\n");
        var (code, output, errors) = Run(script.Path);
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(errors, Does.Contain($"{script.Path}:2:8: error ").And.Contain($"{script.Path}:3:11: error "));
    }

    [Test]
    public void Address_in_use_is_named_with_the_reason()
    {
        using var blocker = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var script = new ScriptFile("route{ exit; }\n");
        var (code, _, errors) = Run($"-l udp:127.0.0.1:{PortOf(blocker)} {script.Path}");
        Assert.That(code, Is.EqualTo(3), errors);
        Assert.That(errors, Does.EndWith($"cannot listen on udp:127.0.0.1:{PortOf(blocker)}: address already in use\n"));
    }

    /// <summary>Nobody is served from memory by a program that does not run.</summary>
    [Test]
    public void Database_that_cannot_be_reached_at_the_start_is_told_in_one_sentence()
    {
        using var script = new ScriptFile("""
            loadmodule "usrloc"
            modparam("usrloc", "db_mode", 1)
            modparam("usrloc", "db_url", "postgres://proxy:hush-hush@127.0.0.1:1/sip")
            route { exit; }

            """);
        var (code, _, errors) = Run($"-l udp:127.0.0.1:{Sipp.FreePort()} {script.Path}");
        Assert.That(code, Is.EqualTo(3), errors);
        Assert.That(errors.Split('\n').Where(l => l.Contains("127.0.0.1:1/sip", StringComparison.Ordinal)).ToArray(), Has.Length.EqualTo(1)
            .And.All.Contains("cannot start without a database the script needs: postgres://proxy@127.0.0.1:1/sip: "), errors);
        Assert.That(errors, Does.Not.Contain("memory").And.Not.Contain("hush"));
    }

    [TestCase("acc", 0, "")]
    [TestCase("usrloc", 1, "flatstore:///var/log/sip can only be written to")]
    public void Flat_files_are_for_modules_that_only_write(string module, int exitCode, string errors)
    {
        using var script = new ScriptFile($$"""
            loadmodule "tm"
            loadmodule "{{module}}"
            modparam("usrloc|acc", "db_url", "flatstore:///var/log/sip")
            {{(module == "usrloc" ? "modparam(\"usrloc\", \"db_mode\", 1)" : "")}}
            route { exit; }

            """);
        var (code, _, standardError) = Run($"check {script.Path}");
        Assert.That(code, Is.EqualTo(exitCode), standardError);
        Assert.That(standardError, Does.Contain(errors));
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    public void Signal_ends_a_running_server_in_good_order(string signal)
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("There are no such signals.");
        int port;
        using (var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            port = PortOf(free);
        using var script = new ScriptFile("route{ exit; }\n");
        var pidFile = script.Path + ".pid";
        using var process = Start($"-l udp:127.0.0.1:{port} -P {pidFile} {script.Path}");
        try
        {
            var first = process.StandardError.ReadLine();
            Assert.That(first, Does.Contain($"runs {script.Path}, listening on udp:127.0.0.1:{port}"));
            Assert.That(File.ReadAllText(pidFile), Is.EqualTo($"{process.Id}\n"));

            var reading = process.StandardError.ReadToEndAsync();
            using var kill = Process.Start("kill", $"-{signal} {process.Id}");
            Assert.That(process.WaitForExit(Patience), Is.True);

            var others = reading.Result;
            Assert.That(process.ExitCode, Is.Zero, others);
            Assert.That(others, Does.EndWith("stopped\n"));
            Assert.That(File.Exists(pidFile), Is.False);
        }
        finally
        {
            process.Kill();
        }
    }

    [Test]
    public void Status_is_printed_on_SIGUSR1_and_the_server_goes_on()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("There is no such signal.");
        int port;
        using (var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            port = PortOf(free);
        using var script = new ScriptFile("route{ exit; }\n");
        using var process = Start($"-l udp:127.0.0.1:{port} {script.Path}");
        try
        {
            Assert.That(process.StandardError.ReadLine(), Does.Contain("listening on"));
            for (var round = 0; round < 2; round++)
            {
                using var kill = Process.Start("kill", $"-USR1 {process.Id}");
                Assert.That(process.StandardError.ReadLine(), Does.EndWith(" status"));
                Assert.That(process.StandardError.ReadLine(), Is.EqualTo("  Transactions 0"));
                Assert.That(process.StandardError.ReadLine(), Is.EqualTo("  Connections 0"));
                Assert.That(process.StandardError.ReadLine(), Does.Match("^  BuffersHeld [0-9]+$"));
                Assert.That(process.StandardError.ReadLine(), Does.Match("^  HeapBytes [1-9][0-9]+$"));
                for (var line = ""; !line!.StartsWith($"  {Counter.Count - 1} ", StringComparison.Ordinal);)
                    Assert.That(line = process.StandardError.ReadLine(), Does.Match("^  [A-Za-z]+ 0$"));
            }
        }
        finally
        {
            process.Kill();
        }
    }

    private static int PortOf(UdpClient client) => ((IPEndPoint)client.Client.LocalEndPoint!).Port;

    private static (int Code, string Output, string Errors) Run(string arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
            process.Kill();
        return (process.ExitCode, output, errors.Result);
    }

    private static Process Start(string arguments)
    {
        var program = Repository.Program;
        // Shells start what runs in the background with SIGINT ignored, and so it stays in all that is started from there.
        var start = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("env", $"--default-signal=INT dotnet \"{program}\" {arguments}")
            : new ProcessStartInfo("dotnet", $"\"{program}\" {arguments}");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        return Process.Start(start)!;
    }
}
