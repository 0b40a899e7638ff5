using System.Text;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Support;

/// <summary>One packet that was sent, as bytes and where it went.</summary>
internal sealed record SentPacket(SipEndpoint To, SipEndpoint From, byte[] Bytes)
{
    /// <summary>The bytes one to one as characters.</summary>
    public string Text { get; } = Encoding.Latin1.GetString(Bytes);

    public string FirstLine => Text[..Math.Max(0, Text.IndexOf("\r\n", StringComparison.Ordinal))];
}

/// <summary>A wire that leads nowhere: keeps what is sent until a test asks for it.</summary>
internal sealed class FakeNetwork : IPacketSink
{
    private readonly List<SentPacket> _waiting = [];

    /// <summary>Sent and not yet taken, in order.</summary>
    public IReadOnlyList<SentPacket> Waiting => _waiting;

    public void Send(ReadOnlySpan<OutboundPacket> packets)
    {
        foreach (ref readonly var packet in packets)
            _waiting.Add(new SentPacket(packet.To, packet.From.Endpoint, packet.Bytes.Span.ToArray()));
    }

    /// <summary>Takes the oldest packet to an address; null when none is waiting.</summary>
    public SentPacket? Take(SipEndpoint to)
    {
        var packet = _waiting.Find(p => p.To == to);
        if (packet is not null)
            _waiting.Remove(packet);
        return packet;
    }

    public void Clear() => _waiting.Clear();
}
