using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Api;

/// <summary>What one thread needs to run scripts: frames to rent and the arena they write into.</summary>
public sealed class ScriptContext(IClock clock, MessageBufferPool buffers, IPacketSink sink) : ProcessingContext(clock, buffers, sink)
{
    private readonly Stack<Frame> _frames = new();

    /// <summary>What the thread works on; null where nothing else could go on while a run waits.</summary>
    public ISeat? Seat { get; init; }

    /// <summary>Text made while the current message is processed.</summary>
    public Arena Arena { get; } = new();

    /// <summary>A cleared frame; give it back with <see cref="Return"/>. A run inside a run (branch, failure route) rents its own.</summary>
    public Frame Rent(SipMessage message, RouteKinds kind, ScriptVersion script)
    {
        if (!_frames.TryPop(out var frame))
            frame = new Frame(this);
        frame.Begin(message, kind, script);
        return frame;
    }

    public void Return(Frame frame)
    {
        frame.End();
        _frames.Push(frame);
    }
}
