using System.Text;
using NUnit.Framework;
using ScriptedSip.Script.Api;
using ScriptedSip.Server;

namespace ScriptedSip.Tests.Server;

internal sealed class ConsoleLogTests
{
    [Test]
    public void Scriptoutput_is_gathered_and_written_byte_for_byte()
    {
        using var output = new MemoryStream();
        using var log = new ConsoleLog(output, color: false);

        log.WriteScript(LogLevel.Info, "one "u8);
        log.WriteScript(LogLevel.Info, [0xff, 0x00, 0x0a]);
        Assert.That(output.Length, Is.Zero);
        log.Flush();

        Assert.That(output.ToArray(), Is.EqualTo((byte[])[.. "one "u8, 0xff, 0x00, 0x0a]));
    }

    [Test]
    public void Output_larger_than_the_buffer_keeps_its_order()
    {
        using var output = new MemoryStream();
        using var log = new ConsoleLog(output, color: false);
        var large = new byte[100_000];
        large.AsSpan().Fill((byte)'x');

        log.WriteScript(LogLevel.Info, "a"u8);
        log.WriteScript(LogLevel.Info, large);
        log.WriteScript(LogLevel.Info, "b"u8);
        log.Flush();

        Assert.That(Encoding.ASCII.GetString(output.ToArray()), Is.EqualTo("a" + new string('x', 100_000) + "b"));
    }

    [Test]
    public void Lines_of_many_threads_are_never_torn()
    {
        using var output = new MemoryStream();
        using var log = new ConsoleLog(output, color: false);
        var lines = Enumerable.Range(0, 4).Select(i => new string((char)('a' + i), 700) + "\n").ToArray();

        Parallel.ForEach(lines, line =>
        {
            var bytes = Encoding.ASCII.GetBytes(line);
            for (var i = 0; i < 200; i++)
                log.WriteScript(LogLevel.Info, bytes);
        });
        log.Flush();

        var written = Encoding.ASCII.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(written, Has.Length.EqualTo(800));
        Assert.That(written, Is.All.Matches<string>(l => lines.Contains(l + "\n")));
    }

    [Test]
    public void Scriptoutput_allocates_nothing()
    {
        using var log = new ConsoleLog(Stream.Null, color: false);
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Write()
        {
            for (var i = 0; i < 1000; i++)
                log.WriteScript(LogLevel.Info, "a line of a script\n"u8);
            log.Flush();
        }
    }
}
