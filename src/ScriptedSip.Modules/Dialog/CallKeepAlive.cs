using ScriptedSip.Sip;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Dialog;

/// <summary>
/// What a party of a call answers to keep-alives. One that is not there any more (408) or knows no such call (481) so often without a break ends
/// the call; whatever else it answers, it is in it (RFC 3261 12.2.1.2).
/// </summary>
internal sealed class CallKeepAlive(Call call, int limit) : IRequester
{
    private int _failures;
    private volatile bool _isWaiting;

    /// <summary>True while one is under way: the next waits for its answer.</summary>
    public bool IsWaiting
    {
        get => _isWaiting;
        set => _isWaiting = value;
    }

    /// <inheritdoc/>
    public void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply)
    {
        _isWaiting = false;
        _failures = code is 408 or 481 ? _failures + 1 : 0;
        if (_failures < limit)
            return;
        // The timer ends it, as one that has lasted too long: the other party must hear of it.
        call.SendsBye = true;
        call.ExpiresAt = context.Now;
    }
}
