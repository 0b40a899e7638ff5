using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Dialog;

/// <summary>What a run of the script knows about calls: the one at hand, and values set before there was one.</summary>
internal sealed class CallRun(Action<Call> end) : IRunState
{
    public Call? Call { get; set; }

    public bool IsUpstream { get; set; }

    /// <summary>Values that the call takes over when it is made; null for none.</summary>
    public Dictionary<int, Value>? Pending { get; set; }

    /// <summary>True when this run has made the call.</summary>
    public bool IsNew { get; set; }

    /// <inheritdoc/>
    public void RunEnded()
    {
        // The INVITE was refused without a transaction: nothing else would end the call.
        if (IsNew && Call is { IsKept: false } call)
            end(call);
    }
}
