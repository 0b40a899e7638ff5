using System.Text;
using NUnit.Framework;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Sip.Parsing;

/// <summary>RFC 3261 18.3: where messages end in a stream.</summary>
internal sealed class StreamFramerTests
{
    private const int MaxLength = 1000;

    [TestCase("Content-Length: 4", 4)]
    [TestCase("CONTENT-LENGTH:4", 4)]
    [TestCase("l: 4", 4)]
    [TestCase("L \t:\t4 ", 4)]
    [TestCase("Content-Length:\r\n  4", 4)]
    [TestCase("Content-Length: 4\r\nl: 4", 4)]
    [TestCase("Content-Length: 0", 0)]
    [TestCase("Subject: no length at all", 0)]
    [TestCase("X-Content-Length: 4", 0)]
    [TestCase("Subject: a\r\n Content-Length: 4", 0)]
    public void Message_ends_where_its_content_length_says(string header, int bodyLength)
    {
        var head = $"OPTIONS sip:a@b SIP/2.0\r\n{header}\r\n\r\n";
        var framer = new StreamFramer(MaxLength);
        var verdict = framer.Next(Encoding.ASCII.GetBytes(head + "bodyOPTIONS"), out var length);
        Assert.That((verdict, length), Is.EqualTo((StreamVerdict.Message, head.Length + bodyLength)));
    }

    [TestCase("Content-Length: -1")]
    [TestCase("Content-Length: +4")]
    [TestCase("Content-Length: four")]
    [TestCase("Content-Length:")]
    [TestCase("Content-Length: 4 4")]
    [TestCase("Content-Length: 4\r\nl: 5")]
    [TestCase("Content-Length: 99999999999999999999")]
    [TestCase("Content-Length: 1000")]
    public void Message_of_unreadable_or_excessive_length_is_the_last(string header)
    {
        var head = $"OPTIONS sip:a@b SIP/2.0\r\n{header}\r\n\r\n";
        var framer = new StreamFramer(MaxLength);
        var verdict = framer.Next(Encoding.ASCII.GetBytes(head + "body"), out var length);
        Assert.That((verdict, length), Is.EqualTo((StreamVerdict.LastMessage, head.Length)));
    }

    [Test]
    public void Head_without_end_is_too_long_at_the_limit()
    {
        var framer = new StreamFramer(MaxLength);
        Assert.That(framer.Next(new byte[MaxLength - 1].AsSpan(), out _), Is.EqualTo(StreamVerdict.NeedMore));
        Assert.That(framer.Next(new byte[MaxLength].AsSpan(), out _), Is.EqualTo(StreamVerdict.TooLong));
    }

    [Test]
    public void Line_ends_of_a_lone_newline_are_understood()
    {
        var framer = new StreamFramer(MaxLength);
        var verdict = framer.Next("OPTIONS sip:a@b SIP/2.0\nl: 2\n\nxyz"u8, out var length);
        Assert.That((verdict, length), Is.EqualTo((StreamVerdict.Message, 32)));
    }

    [Test]
    public void Stream_gives_the_same_pieces_however_it_is_cut([Range(1, 60)] int step)
    {
        const string Stream = "\r\nA: 1\r\nl: 3\r\n\r\nxyz\r\n\r\n\r\nB: 2\r\n\r\n\r\n\r\nC: 3\r\nContent-Length: 2\r\n\r\nab";
        var whole = Frame(Stream, Stream.Length);
        Assert.That(whole, Is.EqualTo(new[] { "Message A: 1\r\nl: 3\r\n\r\nxyz", "Ping", "Message B: 2\r\n\r\n", "Ping", "Message C: 3\r\nContent-Length: 2\r\n\r\nab" }));
        Assert.That(Frame(Stream, step), Is.EqualTo(whole));
    }

    private static List<string> Frame(string stream, int step)
    {
        var bytes = Encoding.ASCII.GetBytes(stream);
        var framer = new StreamFramer(MaxLength);
        var pieces = new List<string>();
        var start = 0;
        for (var end = step; ; end += step)
        {
            end = Math.Min(end, bytes.Length);
            while (framer.Next(bytes.AsSpan(start, end - start), out var length) is var verdict && verdict != StreamVerdict.NeedMore)
            {
                if (verdict == StreamVerdict.Message)
                    pieces.Add($"Message {stream.Substring(start, length)}");
                else if (verdict != StreamVerdict.Blank)
                    pieces.Add(verdict.ToString());
                start += length;
            }
            if (end == bytes.Length)
                return pieces;
        }
    }
}
