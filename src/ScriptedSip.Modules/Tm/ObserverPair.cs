using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Tm;

/// <summary>Two observers that look like one.</summary>
internal sealed class ObserverPair(ITransactionObserver first, ITransactionObserver second) : ITransactionObserver
{
    private readonly ITransactionObserver _first = first;
    private readonly ITransactionObserver _second = second;

    private sealed record Kept(object? First, object? Second);

    /// <summary>The observers so far and another one, which takes the place of one of its own kind.</summary>
    public static ITransactionObserver Join(ITransactionObserver? observers, ITransactionObserver another)
    {
        if (observers is null || observers.GetType() == another.GetType())
            return another;
        if (observers is not ObserverPair pair)
            return new ObserverPair(observers, another);
        return pair._second.GetType() == another.GetType() ? new ObserverPair(pair._first, another) : new ObserverPair(Join(pair._first, another), pair._second);
    }

    /// <inheritdoc/>
    public object? RouteEnded(Frame frame, object? kept)
    {
        var earlier = kept is null ? null : Of(kept);
        var one = _first.RouteEnded(frame, earlier?.First);
        var other = _second.RouteEnded(frame, earlier?.Second);
        if (one is null && other is null)
            return null;
        return earlier is not null && ReferenceEquals(one, earlier.First) && ReferenceEquals(other, earlier.Second) ? earlier : new Kept(one, other);
    }

    /// <inheritdoc/>
    public void SentUpstream(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code)
    {
        var both = Of(kept);
        if (both.First is not null)
            _first.SentUpstream(context, both.First, flags, reply, code);
        if (both.Second is not null)
            _second.SentUpstream(context, both.Second, flags, reply, code);
    }

    /// <inheritdoc/>
    public uint Failed(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code)
    {
        var both = Of(kept);
        if (both.First is not null)
            flags = _first.Failed(context, both.First, flags, reply, code);
        return both.Second is not null ? _second.Failed(context, both.Second, flags, reply, code) : flags;
    }

    /// <inheritdoc/>
    public void Acknowledged(Frame frame)
    {
        _first.Acknowledged(frame);
        _second.Acknowledged(frame);
    }

    // A transaction older than the second observer has kept something of the first alone.
    private static Kept Of(object kept) => kept as Kept ?? new Kept(kept, null);
}
