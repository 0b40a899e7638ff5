using System.Collections.Concurrent;

namespace ScriptedSip.Modules.Acc;

/// <summary>Calls whose end is to be accounted for although nobody asks again: those a script has asked a detail record of (do_accounting "cdr").</summary>
internal sealed class OpenCalls
{
    private const long LongestCall = 24 * 3600 * 1000L;
    private const int Most = 200_000;

    private readonly ConcurrentDictionary<(string CallId, string Low, string High), (AccountRequest Asked, long Since)> _calls = new();

    public void Add(Account account, string toTag, long now)
    {
        if (_calls.Count >= Most)
            GiveUpOld(now);
        if (_calls.Count < Most)
            _calls[KeyOf(account.CallId, account.FromTag, toTag)] = (account.Asked, now);
    }

    /// <summary>What was asked for of the call a BYE ends; it is forgotten.</summary>
    public bool TryEnd(string callId, string fromTag, string toTag, out AccountRequest asked)
    {
        asked = default;
        if (_calls.IsEmpty || !_calls.TryRemove(KeyOf(callId, fromTag, toTag), out var call))
            return false;
        asked = call.Asked;
        return true;
    }

    private void GiveUpOld(long now)
    {
        foreach (var (key, call) in _calls)
        {
            if (now - call.Since > LongestCall)
                _calls.TryRemove(key, out _);
        }
    }

    // Either party may end a call.
    private static (string, string, string) KeyOf(string callId, string oneTag, string otherTag) =>
        string.CompareOrdinal(oneTag, otherTag) < 0 ? (callId, oneTag, otherTag) : (callId, otherTag, oneTag);
}
