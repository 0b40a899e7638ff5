using System.Diagnostics;
using NUnit.Framework;

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
    public void Program_ends_with_its_exit_code_and_says_why(string arguments, int exitCode, string output, string errors)
    {
        var (code, standardOutput, standardError) = Run(arguments);
        Assert.That(code, Is.EqualTo(exitCode), standardError);
        Assert.That(standardOutput, output.Length == 0 ? Is.Empty : Does.StartWith(output));
        Assert.That(standardError, Is.EqualTo(errors));
    }

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
        var program = Path.Combine(TestContext.CurrentContext.TestDirectory, "scriptedsip.dll");
        var start = new ProcessStartInfo("dotnet", $"\"{program}\" {arguments}") { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}
