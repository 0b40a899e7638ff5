using NUnit.Framework;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Xlog;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Xlog;

[TestFixture]
internal sealed class XlogModuleTests
{
    private ModuleBench _bench = null!;

    [SetUp]
    public void NewBench() => _bench = new ModuleBench();

    [Test]
    public void Print_without_level_is_an_error_line()
    {
        var module = _bench.Start(new XlogModule());
        Assert.That(module.Print(_bench.Receive(ModuleBench.Invite), ModuleBench.Format("hello")).Code, Is.EqualTo(1));
        Assert.That(_bench.Log.Lines, Is.EqualTo(new[] { (LogLevel.Error, "hello") }));
    }

    [Test]
    public void Each_function_prints_at_its_level()
    {
        var module = _bench.Start(new XlogModule());
        _bench.Log.Threshold = 4;
        var frame = _bench.Receive(ModuleBench.Invite);
        var text = ModuleBench.Format("x");
        module.Debug(frame, text);
        module.Info(frame, text);
        module.Notice(frame, text);
        module.Warn(frame, text);
        module.Error(frame, text);
        module.Critical(frame, text);
        module.Alert(frame, text);
        module.Print(frame, ModuleBench.Text("LOG_LOCAL0"), ModuleBench.Text("L_INFO"), text);
        _bench.Start(new PrintModule()).Print(frame, text);
        Assert.That(_bench.Log.Lines.Select(line => line.Level), Is.EqualTo(new[]
        {
            LogLevel.Debug, LogLevel.Info, LogLevel.Notice, LogLevel.Warning, LogLevel.Error, LogLevel.Critical, LogLevel.Alert, LogLevel.Info, LogLevel.Alert,
        }));
    }

    [TestCase("L_INFO", ExpectedResult = LogLevel.Info)]
    [TestCase("l_alert", ExpectedResult = LogLevel.Alert)]
    [TestCase("L_WARN", ExpectedResult = LogLevel.Warning)]
    [TestCase("-1", ExpectedResult = LogLevel.Error)]
    [TestCase("3", ExpectedResult = LogLevel.Info)]
    [TestCase("17", ExpectedResult = LogLevel.Debug)]
    [TestCase("nonsense", ExpectedResult = LogLevel.Error)]
    public LogLevel Level_is_read_as_name_or_number(string level) => LogLevels.Parse(ModuleBench.Text(level).Span, LogLevel.Error);

    [Test]
    public void Print_below_threshold_prints_and_renders_nothing()
    {
        var module = _bench.Start(new XlogModule());
        Assert.That(module.Debug(_bench.Receive(ModuleBench.Invite), new UnrenderableFormat()).Code, Is.EqualTo(1));
        Assert.That(_bench.Log.Lines, Is.Empty);
    }

    [Test]
    public void Print_longer_than_buf_size_is_cut()
    {
        var module = _bench.Start(new XlogModule { BufferSize = 5, Prefix = "> " });
        module.Print(_bench.Receive(ModuleBench.Invite), ModuleBench.Format("hello"));
        Assert.That(_bench.Log.Lines[0].Text, Is.EqualTo("> hel"));
    }

    [Test]
    public void Force_color_turns_colours_on()
    {
        _bench.Start(new XlogModule { ForceColor = true });
        Assert.That(_bench.Log.UsesColor, Is.True);
    }

    private sealed class UnrenderableFormat : Format
    {
        public override ScriptedSip.Sip.Messages.Utf8Text Render(Frame frame) => throw new AssertionException("rendered");
    }
}
