using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Dispatcher;

/// <summary>Asks destinations at intervals whether they live, and takes those that do not answer out of use.</summary>
internal sealed class DestinationProber(DispatcherModule module, ILocalRequests requests, ProbeAnswers answers)
{
    private readonly SipMethod _method = SipMethods.Parse(Utf8Text.From(module.PingMethod).Span);
    private readonly Utf8Text _from = Utf8Text.From(module.PingFrom);

    /// <summary>Sends a probe to each destination whose state asks for one.</summary>
    public void Probe(ScriptContext context)
    {
        foreach (var set in module.List.Sets.Values)
        {
            foreach (var destination in set.All)
            {
                if (IsProbed(destination.State))
                    Probe(context, destination);
            }
        }
    }

    private void Probe(ScriptContext context, DispatchDestination destination)
    {
        var isSent = requests.Send(context, new LocalRequest
        {
            Method = _method,
            Uri = destination.Uri,
            From = _from,
            Socket = module.SocketOf(destination),
            Timeout = module.PingTimeout,
            Requester = new Answer(this, destination),
        });
        if (!isSent)
            destination.Fail(module.FailureThreshold);
    }

    private bool IsProbed(DestinationState state)
    {
        if ((state & DestinationState.Disabled) != 0)
            return false;
        var isProbing = (state & DestinationState.Probing) != 0;
        var isUnused = (state & DestinationState.Inactive) != 0;
        return module.ProbingMode switch
        {
            1 => true,
            2 => isUnused,
            3 => isProbing || !isUnused,
            _ => isProbing,
        };
    }

    private sealed class Answer(DestinationProber prober, DispatchDestination destination) : IRequester
    {
        public void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply) =>
            prober.Note(destination, code, !reply.IsEmpty);
    }

    private void Note(DispatchDestination destination, int code, bool isReceived)
    {
        if (isReceived && answers.Includes(code))
            destination.Succeed(module.RecoveryThreshold);
        else
            destination.Fail(module.FailureThreshold);
    }
}
