using NUnit.Framework;
using ScriptedSip.Script.Api;
using ScriptedSip.Server;

namespace ScriptedSip.Tests.Server;

internal sealed class CommandLineTests
{
    [TestCase("a.cfg", Command.Run, "a.cfg")]
    [TestCase("-f a.cfg", Command.Run, "a.cfg")]
    [TestCase("-fa.cfg", Command.Run, "a.cfg")]
    [TestCase("-c a.cfg", Command.Check, "a.cfg")]
    [TestCase("-c -f a.cfg", Command.Check, "a.cfg")]
    [TestCase("-f a.cfg -c", Command.Check, "a.cfg")]
    [TestCase("-cf a.cfg", Command.Check, "a.cfg")]
    [TestCase("check a.cfg", Command.Check, "a.cfg")]
    [TestCase("ast a.cfg", Command.Ast, "a.cfg")]
    [TestCase("functions", Command.Functions, "")]
    [TestCase("modules", Command.Modules, "")]
    [TestCase("-v", Command.Version, "")]
    [TestCase("--version", Command.Version, "")]
    [TestCase("-h", Command.Help, "")]
    [TestCase("--help", Command.Help, "")]
    [TestCase("-DDE -e a.cfg", Command.Run, "a.cfg")]
    public void Line_names_command_and_script(string text, object command, string file)
    {
        var line = Parse(text);
        Assert.That(line.Error, Is.Null);
        Assert.That((line.Command, line.File), Is.EqualTo(((Command)command, file)));
    }

    [TestCase("", "no script given")]
    [TestCase("-c", "no script given")]
    [TestCase("-x a.cfg", "unknown option -x")]
    [TestCase("--nope a.cfg", "unknown option --nope")]
    [TestCase("-Ez a.cfg", "unknown option -z")]
    [TestCase("a.cfg b.cfg", "one script at a time, not both a.cfg and b.cfg")]
    [TestCase("a.cfg -l", "option -l needs a value")]
    [TestCase("a.cfg -l udp:1.2.3.4:99999", "cannot read the address")]
    [TestCase("a.cfg -l udp:", "cannot read the address")]
    public void Line_that_cannot_be_understood_says_why(string text, string error) =>
        Assert.That(Parse(text).Error, Does.StartWith(error));

    [TestCase("udp:127.0.0.1:5070", "udp", "127.0.0.1", 5070, null, 0)]
    [TestCase("127.0.0.1", null, "127.0.0.1", 0, null, 0)]
    [TestCase("TCP:host:5070", "tcp", "host", 5070, null, 0)]
    [TestCase("udp:[::1]:5070", "udp", "[::1]", 5070, null, 0)]
    [TestCase("[2001:db8::1]", null, "[2001:db8::1]", 0, null, 0)]
    [TestCase("udp:10.0.0.1:5060/sip.example.com:5080", "udp", "10.0.0.1", 5060, "sip.example.com", 5080)]
    [TestCase("udp:10.0.0.1/192.0.2.1", "udp", "10.0.0.1", 0, "192.0.2.1", 0)]
    public void Listen_option_is_read(string text, string? protocol, string host, int port, string? advertisedHost, int advertisedPort) =>
        Assert.That(Parse($"a.cfg -l {text}").Listen,
            Is.EqualTo(new[] { new ListenSetting(protocol, host, port, advertisedHost, advertisedPort) }));

    [Test]
    public void Repeatable_options_add_up()
    {
        var line = Parse("-dd -d -A ONE -A TWO=2=2 -l udp:127.0.0.1:1 -l tcp:127.0.0.1:2 a.cfg");
        Assert.That(line.MoreDebug, Is.EqualTo(3));
        Assert.That(line.Defines, Is.EqualTo(new Dictionary<string, string> { ["ONE"] = "", ["TWO"] = "2=2" }));
        Assert.That(line.Listen, Has.Count.EqualTo(2));
    }

    [Test]
    public void Options_without_meaning_here_are_noted()
    {
        var line = Parse("-m 64 -M8 -n 4 -N 2 -P run.pid -w dir a.cfg");
        Assert.That(line.Error, Is.Null);
        Assert.That(line.Notes, Has.Count.EqualTo(4).And.All.Contains("not needed"));
        Assert.That((line.PidFile, line.WorkingDirectory), Is.EqualTo(("run.pid", "dir")));
    }

    private static CommandLine Parse(string text) => CommandLine.Parse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Test]
    public void Check_takes_several_scripts_a_form_a_dialect_and_strictness()
    {
        var line = CommandLine.Parse(["check", "a.cfg", "--output", "sarif", "--dialect=ser", "--strict", "-A", "X=1", "b.cfg"]);
        Assert.Multiple(() =>
        {
            Assert.That(line.Error, Is.Null);
            Assert.That(line.Files, Is.EqualTo(new[] { "a.cfg", "b.cfg" }));
            Assert.That(line.Output, Is.EqualTo(OutputFormat.Sarif));
            Assert.That(line.Dialect, Is.EqualTo(ScriptedSip.Script.Text.ScriptDialect.Ser));
            Assert.That(line.IsStrict);
        });
    }

    [TestCase("check a.cfg --output xml", "--output is text, json or sarif, not xml")]
    [TestCase("check a.cfg --dialect asterisk", "--dialect is ser, openser, kamailio or opensips, not asterisk")]
    [TestCase("check a.cfg --output", "option --output needs a value")]
    [TestCase("explain", "no name given: explain t_relay")]
    public void Check_and_explain_say_what_they_cannot_read(string arguments, string error) =>
        Assert.That(CommandLine.Parse(arguments.Split(' ')).Error, Is.EqualTo(error));
}
