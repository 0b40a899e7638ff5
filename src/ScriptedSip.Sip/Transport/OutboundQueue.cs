using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Transport;

/// <summary>One message on its way out.</summary>
public struct OutboundPacket
{
    /// <summary>Socket it leaves through.</summary>
    public ListenSocket From;

    public SipEndpoint To;

    /// <summary>The bytes; the queue holds them until they are sent.</summary>
    public MessageBuffer Bytes;

    /// <summary>What the sender wants back when the packet cannot be sent (RFC 3261 18.4); 0 for nothing.</summary>
    public long Ticket;

    /// <summary>It was waiting on a connection that ended, and has this one try left.</summary>
    internal bool IsLastTry;
}

/// <summary>Puts packets on the wire.</summary>
public interface IPacketSink
{
    /// <summary>Sends them all, in order per destination. Must not keep the span; retains the buffers it has not sent on return.</summary>
    void Send(ReadOnlySpan<OutboundPacket> packets);
}

/// <summary>
/// Packets collected while a batch of messages is processed and sent together at its end: one system call for many datagrams.
/// Belongs to one context; not thread-safe.
/// </summary>
public sealed class OutboundQueue(IPacketSink sink)
{
    private OutboundPacket[] _packets = new OutboundPacket[64];

    /// <summary>Packets waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a packet; the queue takes its own hold on the bytes.</summary>
    public void Add(ListenSocket from, in SipEndpoint to, MessageBuffer bytes, long ticket = 0)
    {
        if (Count == _packets.Length)
            Array.Resize(ref _packets, Count * 2);
        _packets[Count++] = new OutboundPacket { From = from, To = to, Bytes = bytes.Retain(), Ticket = ticket };
    }

    /// <summary>Sends what has been collected.</summary>
    public void Flush()
    {
        if (Count == 0)
            return;
        var packets = new Span<OutboundPacket>(_packets, 0, Count);
        try
        {
            sink.Send(packets);
        }
        finally
        {
            foreach (ref readonly var packet in packets)
                packet.Bytes.Release();
            packets.Clear();
            Count = 0;
        }
    }
}
