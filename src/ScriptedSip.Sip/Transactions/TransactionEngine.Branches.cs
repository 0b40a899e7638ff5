using System.Buffers.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Client branches: requests out, their timers, and the names in their Vias that lead replies back.</summary>
public sealed partial class TransactionEngine
{
    /// <summary>Most branches of one transaction over all its attempts.</summary>
    public const int MaxBranches = 64;

    /// <summary>Adds a branch that has sent nothing yet; null when there are <see cref="MaxBranches"/>.</summary>
    public static ClientBranch? AddBranch(Transaction transaction) => transaction.BranchCount < MaxBranches ? transaction.AddBranch() : null;

    /// <summary>Writes the branch parameter of a branch's Via: z9hG4bK, slot, label and index in the dialect's form <c>z9hG4bKHEX.HEX.N</c>.</summary>
    public static void WriteBranchId(ref SpanWriter writer, Transaction transaction, int branch)
    {
        writer.Write("z9hG4bK"u8);
        // The low bits move fastest and the tutorial's traces show four digits: 0x1000 keeps that shape for small tables.
        writer.WriteHex((ulong)transaction.Slot + BranchBase);
        writer.Write((byte)'.');
        writer.WriteHex(transaction.Label);
        writer.Write((byte)'.');
        writer.WriteHex((ulong)branch);
    }

    private const int BranchBase = 0x1000;

    /// <summary>A number that leads back to a branch, for those who will report about it later (<see cref="OutboundPacket.Ticket"/>).</summary>
    public static long TicketOf(Transaction transaction, ClientBranch branch) =>
        ((long)transaction.Label << 32) | ((long)(uint)transaction.Slot << 6) | (uint)branch.Index;

    /// <summary>Sends the request of a branch; takes over the caller's hold on <paramref name="bytes"/>.</summary>
    public void Send(ProcessingContext context, Transaction transaction, ClientBranch branch, MessageBuffer bytes, ListenSocket socket,
        in SipEndpoint destination)
    {
        branch.ReleaseSent();
        branch.Sent = bytes;
        branch.Socket = socket;
        branch.Destination = destination;
        if (StreamAbove > 0 && bytes.Length > StreamAbove)
            PreferStream(context, transaction, branch);
        branch.IsResolving = false;
        ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Request));
        // RFC 3261 16.6, step 11: timer C bounds an INVITE that only ever gets provisionals; until one comes B does.
    }

    /// <summary>
    /// Keeps the request of a branch whose next hop is still being looked up; <see cref="OnResolved(long, ResolvedTargets?)"/> sends it. Takes over the hold.
    /// </summary>
    public static void Hold(ProcessingContext context, Transaction transaction, ClientBranch branch, MessageBuffer bytes, ListenSocket socket)
    {
        branch.Sent = bytes;
        branch.Socket = socket;
        branch.IsResolving = true;
        branch.TimeoutAt = context.Now + transaction.NoReplyTimeout;
    }

    /// <summary>Gives a branch up before it was sent: it counts as answered with <paramref name="code"/> by this server.</summary>
    public static void Fail(ClientBranch branch, int code)
    {
        branch.State = TxState.Terminated;
        branch.IsResolving = false;
        branch.StatusCode = code;
        branch.IsLocal = true;
        branch.TimeoutAt = ClientBranch.Never;
    }

    /// <summary>Asked before a request leaves; false holds it back. Set by the host.</summary>
    public DepartureCheck MaySend { get; set; } = static (_, in _) => true;

    /// <summary>Chooses a socket for a destination; set by the host.</summary>
    public Func<SipEndpoint, ListenSocket, ListenSocket?> SocketFor { get; set; } = static (_, preferred) => preferred;

    /// <summary>The socket the system's routing would choose, for branches whose socket the script did not force; null when that is not asked for.</summary>
    public Func<SipEndpoint, ListenSocket?>? RoutedSocketFor { get; set; }

    private ListenSocket? SocketTo(in SipEndpoint destination, ClientBranch branch) =>
        (branch.IsSocketForced ? null : RoutedSocketFor?.Invoke(destination)) ?? SocketFor(destination, branch.Socket);

    /// <inheritdoc/>
    public void OnResolved(long ticket, ResolvedTargets? targets) => Post(ticket, MailKind.Resolved, targets);

    /// <summary>A packet sent with a branch's ticket could not be delivered. Usable from any thread.</summary>
    public void OnSendFailed(long ticket) => Post(ticket, MailKind.SendFailed);

    private void OnPosted(ProcessingContext context, long ticket, MailKind kind, ResolvedTargets? targets)
    {
        var label = (uint)(ticket >> 32);
        var transaction = _table.At((int)((uint)ticket >> 6));
        var index = (int)(ticket & 63);
        if (transaction is null || !Enter(context, transaction, label, kind, index, targets: targets))
            return;
        try
        {
            if (kind == MailKind.Resolved)
                OnResolved(context, transaction, transaction.Branches[index], targets);
            else if (kind == MailKind.Unreachable)
                OnUnreachable(context, transaction, index, targets!.Endpoints[0]);
            else
                OnSendFailed(context, transaction, transaction.Branches[index]);
        }
        catch (Exception fault) when (OnFault is not null)
        {
            Survive(context, transaction, fault);
        }
        Leave(context, transaction);
    }

    private void OnResolved(ProcessingContext context, Transaction transaction, ClientBranch branch, ResolvedTargets? targets)
    {
        if (!branch.IsResolving)
            return;
        branch.IsResolving = false;
        branch.TimeoutAt = ClientBranch.Never;
        branch.Targets = targets;
        branch.TargetIndex = 0;
        if (targets is null || !TrySendTo(context, transaction, branch, targets.Endpoints[0]))
        {
            Fail(branch, 478);
            Complete(context, transaction, branch);
        }
    }

    private bool TrySendTo(ProcessingContext context, Transaction transaction, ClientBranch branch, in SipEndpoint destination)
    {
        var socket = SocketTo(destination, branch);
        if (socket is null || branch.Sent is null)
            return false;
        var bytes = branch.Sent.Retain();
        if (!ReferenceEquals(socket, branch.Socket))
        {
            bytes.Release();
            bytes = WithVia(context, transaction, branch.Sent, branch.Index, socket);
        }
        if (!MaySend(context, new Departure(bytes, socket, destination, transaction.Source, transaction.Local)))
        {
            bytes.Release();
            return false;
        }
        Send(context, transaction, branch, bytes, socket, destination);
        return true;
    }

    /// <summary>
    /// A copy of a request we wrote, with another socket and branch in its topmost Via, whose further parameters stay. A stream gets the Content-Length
    /// a datagram may go without (RFC 3261 18.3).
    /// </summary>
    private static MessageBuffer WithVia(ProcessingContext context, Transaction transaction, MessageBuffer sent, int branch, ListenSocket socket)
    {
        var old = context.RentMessage();
        MessageParser.Parse(old, sent.Bytes, sent.Length, isStream: false);
        var line = old.Header(old.Via.Row).Line.Offset;
        var afterBranch = old.Via.Branch.End;
        var endOfHeaders = old.HeadersEnd;
        var needsLength = socket.Protocol != TransportProtocol.Udp && old.First(HeaderId.ContentLength) < 0;
        var bodyLength = old.Body.Length;
        context.Return(old);
        var copy = context.Buffers.Rent(sent.Length + socket.ViaPrefix.Length + 80);
        var writer = new SpanWriter(copy.Bytes);
        writer.Write(sent.Span[..line]);
        writer.Write(socket.ViaPrefix);
        WriteBranchId(ref writer, transaction, branch);
        writer.Write(sent.Span[afterBranch..endOfHeaders]);
        if (needsLength)
        {
            writer.Write("Content-Length: "u8);
            writer.Write(bodyLength);
            writer.Write("\r\n"u8);
        }
        writer.Write(sent.Span[endOfHeaders..]);
        copy.Length = writer.Length;
        return copy;
    }

    private void OnSendFailed(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        if (branch.State is not (TxState.Calling or TxState.Trying))
            return;
        ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.TransportError));
    }

    /// <inheritdoc/>
    public void OnUnreachable(in SipEndpoint destination, ReadOnlySpan<byte> beginning)
    {
        // Our Via is the first: nobody but the way to that server has seen its branch, whose label is random.
        var at = beginning.IndexOf(";branch=z9hG4bK"u8);
        if (at < 0)
            return;
        var branch = beginning[(at + 8)..];
        var end = branch.IndexOfAny(";\r\n"u8);
        if (end >= 0 && TryReadBranchId(branch[..end], out var slot, out var label, out var index) && label != 0 && slot < 1 << 26)
            Post(((long)label << 32) | ((long)slot << 6) | (uint)index, MailKind.Unreachable, new ResolvedTargets([destination]));
    }

    private void OnUnreachable(ProcessingContext context, Transaction transaction, int index, in SipEndpoint destination)
    {
        if (index < transaction.BranchCount && transaction.Branches[index].Destination == destination)
            OnSendFailed(context, transaction, transaction.Branches[index]);
    }

    private void OnBranchTimer(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        var now = context.Now;
        if (now >= branch.RetransmitAt)
            ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Retransmit));
        if (now >= branch.TimeoutAt)
            OnBranchTimeout(context, transaction, branch);
        if (now >= branch.LingerAt)
        {
            branch.LingerAt = ClientBranch.Never;
            ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Linger));
        }
        if (now >= branch.CancelRetransmitAt)
            StepCancel(context, transaction, branch, TxEvent.Retransmit);
        if (now >= branch.CancelTimeoutAt)
            StepCancel(context, transaction, branch, TxEvent.Timeout);
    }

    private void OnBranchTimeout(ProcessingContext context, Transaction transaction, ClientBranch branch)
    {
        branch.TimeoutAt = ClientBranch.Never;
        if (branch.IsResolving)
        {
            Fail(branch, 408);
            Complete(context, transaction, branch);
            return;
        }
        // 16.8: timer C on a branch that rings: it is cancelled, and for the choice of the best reply it counts as a 408.
        // The machine goes on waiting, to acknowledge the 487.
        if (branch.State == TxState.Proceeding && transaction.IsInvite && !branch.CancelWanted)
        {
            branch.CancelWanted = branch.IsSettled = branch.IsLocal = true;
            branch.StatusCode = 408;
            counters.Add(Counter.TransactionTimeouts);
            SendCancel(context, transaction, branch);
            Complete(context, transaction, branch);
            return;
        }
        ApplyBranch(context, transaction, branch, ClientStep(transaction, branch, TxEvent.Timeout));
    }

    private static TxStep ClientStep(Transaction transaction, ClientBranch branch, TxEvent occurrence) => transaction.IsInvite
        ? InviteClientFsm.Step(branch.State, occurrence, branch.IsReliable)
        : NonInviteClientFsm.Step(branch.State, occurrence, branch.IsReliable);

    private void ApplyBranch(ProcessingContext context, Transaction transaction, ClientBranch branch, TxStep step, SipMessage? reply = null)
    {
        var effects = step.Effects;
        branch.State = step.Next;
        if ((effects & TxEffects.SendAck) != 0)
            SendAck(context, transaction, branch, reply!);
        if ((effects & (TxEffects.Send | TxEffects.Resend)) != 0 && branch.Sent is not null)
            context.Outbox.Add(branch.Socket, branch.Destination, branch.Sent, TicketOf(transaction, branch));
        if ((effects & TxEffects.StartRetransmit) != 0)
        {
            branch.Interval = Or(transaction.Overrides.FirstRetransmission, Timers.T1);
            branch.RetransmitAt = context.Now + branch.Interval;
        }
        if ((effects & TxEffects.NextRetransmit) != 0)
        {
            // 17.1.1.2: timer A doubles without bound; 17.1.2.2: E up to T2, and is T2 once a provisional came.
            var longest = Or(transaction.Overrides.LongestRetransmission, Timers.T2);
            branch.Interval = transaction.IsInvite ? branch.Interval * 2
                : step.Next == TxState.Proceeding ? longest : Math.Min(branch.Interval * 2, longest);
            branch.RetransmitAt = context.Now + branch.Interval;
        }
        if ((effects & (TxEffects.StopRetransmit | TxEffects.Terminate)) != 0)
            branch.RetransmitAt = ClientBranch.Never;
        if ((effects & TxEffects.StartTimeout) != 0)
            branch.TimeoutAt = Math.Min(context.Now + transaction.NoReplyTimeout, EndOfLife(transaction));
        if ((effects & (TxEffects.StopTimeout | TxEffects.Terminate)) != 0)
            branch.TimeoutAt = ClientBranch.Never;
        if ((effects & TxEffects.StartLinger) != 0)
            branch.LingerAt = context.Now + ClientLingerOf(transaction, step.Next);
        if ((effects & TxEffects.Terminate) != 0)
            branch.LingerAt = ClientBranch.Never;
        if ((effects & (TxEffects.ReportTimeout | TxEffects.ReportError)) != 0)
            OnBranchLost(context, transaction, branch, (effects & TxEffects.ReportTimeout) != 0);
    }

    private void OnBranchLost(ProcessingContext context, Transaction transaction, ClientBranch branch, bool isTimeout)
    {
        if (branch.StatusCode >= 200)
        {
            branch.ReleaseSent();
            return;
        }
        if (isTimeout)
            counters.Add(Counter.TransactionTimeouts);
        // 16.9: a transport error counts as a 503, which would go upstream as 500; the dialect's own code says more. A branch that never answered its
        // CANCEL counts as if it had.
        branch.StatusCode = !isTimeout ? 477 : branch.CancelWanted ? 487 : 408;
        branch.IsLocal = true;
        if (!isTimeout || !branch.HasReplied)
            ReportUnreachable(branch);
        if (!TryNextTarget(context, transaction, branch, wasReached: isTimeout))
            Complete(context, transaction, branch);
        branch.ReleaseSent();
    }

    // Timer D is at least 32 s, timer M 64·T1, timer K is T4 (RFC 3261 17.1.1.2, 17.1.2.2; RFC 6026 8.4).
    private int ClientLingerOf(Transaction transaction, TxState state) =>
        state == TxState.Completed && !transaction.IsInvite ? Timers.T4
        : state == TxState.Accepted ? FinishedLinger()
        : IsCrowded ? Timers.T4
        : Timers.SixtyFourT1;

    private static bool TryReadBranchId(ReadOnlySpan<byte> branch, out int slot, out uint label, out int index)
    {
        slot = index = 0;
        label = 0;
        if (!branch.StartsWith("z9hG4bK"u8))
            return false;
        branch = branch[7..];
        if (!Utf8Parser.TryParse(branch, out slot, out var length, 'x') || length + 1 >= branch.Length || branch[length] != '.')
            return false;
        branch = branch[(length + 1)..];
        if (!Utf8Parser.TryParse(branch, out label, out length, 'x') || length + 1 >= branch.Length || branch[length] != '.')
            return false;
        branch = branch[(length + 1)..];
        slot -= BranchBase;
        return Utf8Parser.TryParse(branch, out index, out length, 'x') && length == branch.Length && slot >= 0 && index is >= 0 and < MaxBranches;
    }
}
