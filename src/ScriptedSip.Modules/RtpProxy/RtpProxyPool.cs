using ScriptedSip.Script.Api;
using ScriptedSip.Sip;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>Asks the media proxies of a script. One that does not answer is left alone for some time, and the next one is asked.</summary>
internal sealed class RtpProxyPool(RtpProxySets sets, IClock clock, ScriptLog log)
{
    private readonly int _setSlot = Frame.ReserveSlot();

    /// <summary>How long a proxy may take to answer, in milliseconds.</summary>
    public required int Timeout { get; init; }

    /// <summary>How often a command is sent again over UDP.</summary>
    public required int Retries { get; init; }

    /// <summary>How long a proxy that did not answer is left alone, in milliseconds.</summary>
    public required int DisabledFor { get; init; }

    /// <summary>The set of runs that choose none.</summary>
    public int DefaultSet { get; init; }

    /// <summary>Chooses the set for the rest of the run; false when there is none of that number.</summary>
    public bool UseSet(Frame frame, int set)
    {
        frame.Slot(_setSlot) = set;
        return sets.Has(set);
    }

    /// <summary>Gives commands to the proxy of a call, one after the other; null when no proxy answers. The run waits, other messages do not.</summary>
    public string[]? Ask(Frame frame, string[] commands, out RtpProxyNode? node)
    {
        var set = frame.Slot(_setSlot) is int chosen ? chosen : DefaultSet;
        var callId = frame.Message[frame.Message.CallId];
        // A little more than all attempts take: who gives up first is to be the one that knows why.
        var limit = (commands.Length * Timeout * (Retries + 1)) + 500;
        while ((node = sets.Choose(set, callId, clock.Milliseconds)) is { } asked)
        {
            var waited = frame.Await(token => AskAsync(asked, commands, token), limit);
            if (waited.Answer is { } answers)
                return answers;
            if (waited.End is WaitEnd.NoThread or WaitEnd.Stopping)
                return null;
            asked.DisableUntil(clock.Milliseconds + DisabledFor);
            log.Write(LogLevel.Warning, $"{asked.Name} does not answer; it is left alone for {DisabledFor / 1000} seconds");
        }
        return null;
    }

    private async Task<string[]?> AskAsync(RtpProxyNode node, string[] commands, CancellationToken token)
    {
        var answers = new string[commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            if (await node.AskAsync(commands[i], Timeout, Retries, token).ConfigureAwait(false) is not { } answer)
                return null;
            answers[i] = answer;
        }
        return answers;
    }
}
