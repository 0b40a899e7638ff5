using System.Collections.Concurrent;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Dialog;

/// <summary>All calls by Call-ID and the caller's tag, which is what the messages of both directions have in common.</summary>
internal sealed class CallTable
{
    private readonly ConcurrentDictionary<(ulong, ulong), Call> _calls = new();

    /// <summary>Calls of all states; the timer goes through them.</summary>
    public IEnumerable<Call> All => _calls.Select(static pair => pair.Value);

    public bool IsEmpty => _calls.IsEmpty;

    public bool Add(Call call) => _calls.TryAdd(KeyOf(call.CallId.Span, call.Caller.Tag.Span), call);

    public void Remove(Call call) => _calls.TryRemove(new KeyValuePair<(ulong, ulong), Call>(KeyOf(call.CallId.Span, call.Caller.Tag.Span), call));

    /// <summary>The call a request or reply belongs to, and whether a request of the callee made the exchange; null when it is of none.</summary>
    public Call? Find(SipMessage message, out bool isUpstream)
    {
        isUpstream = false;
        if (_calls.IsEmpty)
            return null;
        var callId = message[message.CallId];
        if (_calls.TryGetValue(KeyOf(callId, message[message.From.Tag]), out var call) && call.IsFromCaller(message))
            return call;
        isUpstream = true;
        return !message.To.Tag.IsEmpty && _calls.TryGetValue(KeyOf(callId, message[message.To.Tag]), out call) && call.IsFromCallee(message) ? call : null;
    }

    /// <summary>The call with these identifiers, whichever tag is the caller's; null when there is none.</summary>
    public Call? Find(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> oneTag, ReadOnlySpan<byte> otherTag)
    {
        if (_calls.TryGetValue(KeyOf(callId, oneTag), out var call) && (otherTag.IsEmpty || call.Callee.Tag.Span.SequenceEqual(otherTag)))
            return call;
        return _calls.TryGetValue(KeyOf(callId, otherTag), out call) && call.Callee.Tag.Span.SequenceEqual(oneTag) ? call : null;
    }

    private static (ulong, ulong) KeyOf(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> tag)
    {
        var hash = KeyedHash.Start();
        hash.Add(callId);
        hash.Add(tag);
        return hash.Finish();
    }
}
