using NUnit.Framework;
using ScriptedSip.Script.Api;
using ScriptedSip.Server;
using ScriptedSip.Sip;

namespace ScriptedSip.Tests.Server;

internal sealed class FailureLogTests
{
    [Test]
    public void Burst_of_failures_is_one_line_and_its_number_comes_with_the_next()
    {
        var clock = new HandClock();
        var log = new LineLog();
        var counters = new SipCounters();
        var failures = new FailureLog(log, counters, clock);

        for (var i = 0; i < 1000; i++)
            failures.Report("Receiving", new InvalidOperationException("why"));
        clock.Milliseconds += 1000;
        failures.Report("Receiving", new InvalidOperationException("why"));

        Assert.That(log.Lines, Has.Count.EqualTo(2));
        Assert.That(log.Lines[0], Does.StartWith("Receiving failed: System.InvalidOperationException: why"));
        Assert.That(log.Lines[1], Does.EndWith("why (999 more failures since the last line)"));
        Assert.That(counters[Counter.WorkerFailures], Is.EqualTo(1001));
    }

    private sealed class HandClock : IClock
    {
        public long Milliseconds { get; set; }

        public DateTimeOffset UtcNow => DateTimeOffset.UnixEpoch.AddMilliseconds(Milliseconds);
    }

    private sealed class LineLog : ScriptLog
    {
        public List<string> Lines { get; } = [];

        public override int Threshold { get; set; }

        public override bool UsesColor { get; set; }

        public override void WriteScript(LogLevel level, ReadOnlySpan<byte> text) => throw new NotSupportedException();

        public override void Write(LogLevel level, string message) => Lines.Add(message);
    }
}
