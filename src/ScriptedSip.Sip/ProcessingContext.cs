using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip;

/// <summary>
/// What one thread needs to process messages: its clock reading, its outgoing queue, its random numbers. Used by one thread at a time.
/// </summary>
public class ProcessingContext(IClock clock, MessageBufferPool buffers, IPacketSink sink)
{
    private ulong _random = BitConverter.ToUInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)) | 1;

    private readonly Stack<SipMessage> _messages = new();

    /// <summary>Packets that leave when the batch ends.</summary>
    public OutboundQueue Outbox { get; } = new(sink);

    public MessageBufferPool Buffers { get; } = buffers;

    public IClock Clock { get; } = clock;

    /// <summary>The clock as of the last <see cref="Tick"/>, in milliseconds: one reading serves a whole batch.</summary>
    public long Now { get; private set; } = clock.Milliseconds;

    /// <summary>
    /// True once the run at hand has had to wait and another thread has taken over the work around it: its thread finishes this one message or
    /// transaction and takes no other.
    /// </summary>
    public bool HasLeft { get; set; }

    /// <summary>Changes to the reply at hand.</summary>
    internal MessageEdits ReplyEdits { get; } = new();

    /// <summary>A message object to parse into; give it back with <see cref="Return(SipMessage)"/>.</summary>
    public SipMessage RentMessage() => _messages.TryPop(out var message) ? message : new SipMessage();

    public void Return(SipMessage message) => _messages.Push(message);

    /// <summary>Reads the clock.</summary>
    public void Tick() => Now = Clock.Milliseconds;

    /// <summary>A random number that is good for tags and branches: seeded from the system, not predictable from outside.</summary>
    public ulong NextRandom()
    {
        // xorshift64*: no allocation, no lock; the multiplication hides the state.
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        return _random * 2685821657736338717UL;
    }
}
