using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Which of the servers a next hop stands for a branch is sent to, and over what (RFC 3261 18.1.1, RFC 3263 4.3).</summary>
public sealed partial class TransactionEngine
{
    /// <summary>Requests longer than this many bytes go over TCP where UDP was meant, and over UDP when TCP does not reach the server; 0 for never.</summary>
    public int StreamAbove { get; set; }

    /// <summary>Told of servers that could not be reached, so that others of their name are preferred; null for nobody.</summary>
    public IDestinationResolver? Resolver { get; set; }

    /// <inheritdoc/>
    public void OnPeerUnreachable(in SipEndpoint peer) => Resolver?.ReportUnreachable(peer);

    private void PreferStream(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        if (branch.Destination.Protocol != TransportProtocol.Udp || branch.IsFallback)
            return;
        var stream = branch.Destination.WithProtocol(TransportProtocol.Tcp);
        if (SocketTo(stream, branch) is not { Endpoint.Protocol: TransportProtocol.Tcp } socket)
            return;
        var bytes = WithVia(context, transaction, branch.Sent!, branch.Index, socket);
        branch.ReleaseSent();
        branch.Sent = bytes;
        branch.Targets = new ResolvedTargets([stream, .. branch.Targets?.Endpoints.Skip(branch.TargetIndex) ?? [branch.Destination]]);
        branch.TargetIndex = 0;
        branch.Socket = socket;
        branch.Destination = stream;
    }

    // An address without a name has no others to be preferred to it.
    private void ReportUnreachable(ClientBranch branch)
    {
        if (branch.Targets is not null && !branch.CancelWanted)
            Resolver?.ReportUnreachable(branch.Destination);
    }

    /// <summary>
    /// When the next hop has more targets, the next one is tried, as a transaction of its own. The same server by another transport is one only
    /// when the server was not reached.
    /// </summary>
    private bool TryNextTarget(ProcessingContext context, Transaction transaction, ClientBranch branch, bool wasReached)
    {
        if (branch.Targets is not { Endpoints: var targets } || branch.Sent is null || branch.CancelWanted || transaction.Overrides.NoFailover
            || transaction.HasFinal || transaction.BranchCount >= MaxBranches)
            return false;
        var index = branch.TargetIndex + 1;
        while (wasReached && index < targets.Count && IsSameServer(targets[index], branch.Destination))
            index++;
        if (index >= targets.Count)
            return false;
        var next = transaction.AddBranch();
        next.Targets = branch.Targets;
        next.TargetIndex = index;
        next.UserFlags = branch.UserFlags;
        next.UserState = branch.UserState;
        next.Attempt = branch.Attempt;
        var destination = targets[index];
        next.IsFallback = IsSameServer(destination, branch.Destination);
        next.IsSocketForced = branch.IsSocketForced;
        var socket = SocketTo(destination, branch);
        branch.IsDropped = true;
        if (socket is null)
        {
            Fail(next, 478);
            return false;
        }
        Send(context, transaction, next, WithVia(context, transaction, branch.Sent, next.Index, socket), socket, destination);
        return true;
    }

    private static bool IsSameServer(in SipEndpoint one, in SipEndpoint other) => one.SameAddress(other) && one.Port == other.Port;
}
