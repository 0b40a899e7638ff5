using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Tests.Sip;

namespace ScriptedSip.Tests.Torture;

/// <summary>Torture messages damaged at random, by a fixed seed: nothing throws, and no slice points outside the message.</summary>
public sealed class MutationTests
{
    private const int MutationsPerFile = 150;
    private static readonly byte[] Separators = " \t\r\n\0\"<>;,:@=?%[]*\\/\xff"u8.ToArray();

    [Test]
    public void Damaged_messages_never_throw_and_stay_in_range()
    {
        var message = new SipMessage();
        var random = new Random(4475);
        foreach (var file in TortureTests.Files())
        {
            var original = File.ReadAllBytes(file);
            for (var i = 0; i < MutationsPerFile; i++)
            {
                var (bytes, length) = Damage(original, random);
                MessageParser.Parse(message, bytes, length, isStream: i % 2 == 0);
                AssertInRange(message, length, file);
            }
        }
    }

    [Test]
    public void Damaged_requests_can_be_answered_and_forwarded_without_throwing()
    {
        var message = new SipMessage();
        var edits = new MessageEdits();
        var random = new Random(5118);
        var socket = new ListenSocket(0, new SipEndpoint(TransportProtocol.Udp, 0x0A000001, 5060));
        var output = new byte[64 * 1024];
        foreach (var file in TortureTests.Files())
        {
            var original = File.ReadAllBytes(file);
            for (var i = 0; i < MutationsPerFile; i++)
            {
                var (bytes, length) = Damage(original, random);
                if (!MessageParser.Parse(message, bytes, length, isStream: false))
                    continue;
                message.Source = new SipEndpoint(TransportProtocol.Udp, 0x0A000002, 5070);
                message.Local = socket;
                message.Stamp = ViaStamps.For(message);
                _ = ReplyDestination.For(message);
                if (message.IsRequest)
                {
                    var answer = new SpanWriter(output);
                    ReplyBuilder.Write(ref answer, message, 400, "Bad Request"u8, "tag"u8);
                    Assert.That(answer.Overflowed, Is.False, file);
                }
                if (message.Failure != ParseFailure.None)
                    continue;
                var copy = new SpanWriter(output.AsSpan(0, MessageWriter.UpperBound(message, edits, 256)));
                if (message.IsRequest)
                    MessageWriter.WriteRequest(ref copy, message, edits, default, socket, "z9hG4bKx"u8, default);
                else
                    MessageWriter.WriteReply(ref copy, message, null);
                Assert.That(copy.Overflowed, Is.False, file);
                // A request that was good is good when it leaves; a reply now shows its second Via, which nobody has looked at yet.
                if (message.IsRequest)
                    Assert.That(Sample.Parse(copy.Written.ToArray()).Failure, Is.EqualTo(ParseFailure.None), file);
            }
        }
    }

    private static (byte[] Bytes, int Length) Damage(byte[] original, Random random)
    {
        // The array is longer than the message, as receive buffers are.
        var bytes = new byte[original.Length + 64];
        original.CopyTo(bytes, 0);
        var length = original.Length;
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var at = random.Next(length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = Separators[random.Next(Separators.Length)];
                    break;
                case 2 when length > 2:
                    Array.Copy(bytes, at + 1, bytes, at, length - at - 1);
                    length--;
                    break;
                case 3 when length < bytes.Length:
                    Array.Copy(bytes, at, bytes, at + 1, length - at);
                    bytes[at] = Separators[random.Next(Separators.Length)];
                    length++;
                    break;
                default:
                    if (random.Next(4) == 0)
                        length = Math.Max(1, at);
                    break;
            }
        }
        return (bytes, length);
    }

    private static void AssertInRange(SipMessage message, int length, string file)
    {
        Assert.That(message.Length, Is.InRange(0, length), file);
        ReadOnlySpan<Slice> slices =
        [
            message.StartLine, message.MethodText, message.RequestUri, message.Reason, message.Body, message.CallId,
            message.Via.Whole, message.Via.Transport, message.Via.Host, message.Via.Branch, message.Via.Received, message.Via.RportParameter, message.Via.Maddr,
            message.From.Whole, message.From.DisplayName, message.From.Uri, message.From.Parameters, message.From.Tag,
            message.To.Whole, message.To.DisplayName, message.To.Uri, message.To.Parameters, message.To.Tag,
            message.CSeq.NumberText, message.CSeq.MethodText,
        ];
        foreach (var slice in slices)
        {
            if (slice.IsPresent)
                Assert.That(slice.Length >= 0 && slice.End <= message.Length, file);
        }
        for (var row = 0; row < message.HeaderCount; row++)
        {
            var header = message.Header(row);
            Assert.That(header.Name.End <= header.Value.Offset && header.Value.End <= header.Line.End && header.Line.End <= length, file);
        }
    }
}
