using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Tm;

/// <summary>
/// Sends a request statefully (RFC 3261 16.6): builds the target set, runs the branch route on each branch, writes each copy and starts its client
/// transaction. ACK and CANCEL, which have no target set of their own, go their own ways.
/// </summary>
internal sealed class Relay(ModuleHost host)
{
    private readonly TransactionEngine _engine = host.Transactions;

    /// <summary>Destination forced by the script instead of the URI's: <c>t_relay("udp:host:port")</c>.</summary>
    public readonly record struct Destination(Utf8Text Host, int Port, TransportProtocol Protocol)
    {
        public bool IsGiven => !Host.IsEmpty;
    }

    /// <summary>A CANCEL for nothing known: 0 is forwarded with state, 1 without, 2 is dropped.</summary>
    public int UnmatchedCancel { get; set; } = 1;

    /// <summary>The Reason of a received CANCEL goes along in those sent for it (RFC 3326).</summary>
    public bool PassesCancelReason { get; set; } = true;

    /// <summary>AVPs with the timers of a transaction in seconds; 0 for none.</summary>
    public int NoReplyName { get; set; }

    /// <inheritdoc cref="NoReplyName"/>
    public int NoFinalReplyName { get; set; }

    public Outcome Run(Frame frame, Destination destination = default, TransportProtocol protocol = TransportProtocol.None)
    {
        switch (frame.Message.Method)
        {
            case SipMethod.Ack when frame.Message.Match == RequestMatch.AckToFailure:
                // 17.1.1.3: it ended with this hop; the proxy has acknowledged downstream by itself.
                return Outcome.Stop;
            case SipMethod.Ack:
                return ForwardStatelessly(frame, destination, protocol);
            case SipMethod.Cancel:
                return Cancel(frame, destination, protocol);
        }
        // RFC 3261 16.3, step 3: it has come to the end of its way, whether or not the script has looked.
        if (frame.Message.MaxForwards == 0)
        {
            if (!EnsureTransaction(frame))
                return Outcome.Stop;
            frame.ErrorCode = 483;
            return Outcome.False;
        }
        // RFC 3261 16.7, step 5, and 16.10: after a 6xx or the CANCEL of the client nobody else is rung.
        if (frame.Transaction is { TakesBranches: false } ended)
        {
            frame.ErrorCode = ended.IsCancelled ? 487 : 603;
            return Outcome.False;
        }
        return EnsureTransaction(frame) ? SendBranches(frame, frame.Transaction!, destination, protocol) : Outcome.Stop;
    }

    /// <summary>Creates the transaction of a request that has none; false when another thread was faster: then this is a retransmission.</summary>
    public bool EnsureTransaction(Frame frame)
    {
        if (frame.Transaction is not null)
            return true;
        var transaction = _engine.Create(frame.Context, frame.Message);
        if (transaction is null)
            return false;
        TransactionRoutes.ApplyTimers(frame, transaction);
        transaction.Overrides = frame.Overrides;
        frame.Transaction = transaction;
        return true;
    }

    /// <summary>Sends a copy of the request elsewhere; what comes back ends here.</summary>
    public Outcome Replicate(Frame frame, Utf8Text uri)
    {
        if (frame.Message.Method is SipMethod.Ack or SipMethod.Cancel)
            return Outcome.False;
        if (!EnsureTransaction(frame))
            return Outcome.Stop;
        var target = new BranchTarget { Uri = frame.RequestUri, DestinationUri = uri, Q = BranchTarget.NoQ };
        if (!SendBranch(frame, frame.Transaction!, target, default, TransportProtocol.None))
            return Outcome.False;
        var replica = frame.Transaction!.Branches[^1];
        replica.IsReplica = true;
        replica.UserState = null;
        return Outcome.True;
    }

    private Outcome ForwardStatelessly(Frame frame, Destination destination, TransportProtocol protocol)
    {
        if (host.Import<IStatelessForward>() is not { } forward)
            return Outcome.False;
        return destination.IsGiven
            ? forward.Forward(frame, new NextHop(destination.Host.Span, destination.Port, destination.Protocol))
            : forward.Forward(frame, protocol);
    }

    /// <summary>RFC 3261 16.10: the CANCEL is answered here, and this proxy cancels the branches of the INVITE itself.</summary>
    private Outcome Cancel(Frame frame, Destination destination, TransportProtocol protocol)
    {
        var context = frame.Context;
        var invite = _engine.FindCancelled(frame.Message, out var label);
        if (invite is null)
            return ForwardUnmatched(frame, destination, protocol);
        if (!EnsureTransaction(frame))
            return Outcome.Stop;
        _engine.Reply(context, frame.Transaction!, 200, "canceling"u8);
        frame.Handled = true;
        _engine.Cancel(context, invite, label, frame.OnReply, ReasonOf(frame));
        return Outcome.True;
    }

    private Outcome ForwardUnmatched(Frame frame, Destination destination, TransportProtocol protocol)
    {
        if (UnmatchedCancel == 1)
            return ForwardStatelessly(frame, destination, protocol);
        if (UnmatchedCancel == 2)
            return Outcome.Stop;
        return EnsureTransaction(frame) ? SendBranches(frame, frame.Transaction!, destination, protocol) : Outcome.Stop;
    }

    // The transaction keeps the text until it ends, so it gets a copy of its own; few CANCELs have one.
    private Utf8Text ReasonOf(Frame frame)
    {
        if (!frame.Overrides.CancelReason.IsEmpty)
            return frame.Overrides.CancelReason;
        var message = frame.Message;
        if (!PassesCancelReason || !message.Has(HeaderId.Reason))
            return default;
        var lines = new List<byte>();
        for (var row = message.First(HeaderId.Reason); row >= 0; row = message.Header(row).NextSame)
            lines.AddRange(message[message.Header(row).Line]);
        return new Utf8Text([.. lines], 0, lines.Count);
    }

    private static int MillisecondsOf(in Value seconds)
    {
        var number = seconds.Number;
        var isNumber = seconds.IsInt || Value.TryParseInt(seconds.Text.Span, out number);
        return isNumber && number is > 0 and < int.MaxValue / 1000 ? (int)number * 1000 : 0;
    }

    private void TakeTimers(Frame frame, Transaction transaction)
    {
        if (NoReplyName != 0 && MillisecondsOf(frame.Avps.Get(NoReplyName)) is > 0 and var any)
            transaction.NoReplyTimeout = any;
        if (NoFinalReplyName != 0 && MillisecondsOf(frame.Avps.Get(NoFinalReplyName)) is > 0 and var final)
            transaction.NoFinalReplyTimeout = final;
    }

    private Outcome SendBranches(Frame frame, Transaction transaction, Destination destination, TransportProtocol protocol)
    {
        transaction.Attempt++;
        TakeTimers(frame, transaction);
        var sent = 0;
        if (SendsRequestUri(frame))
        {
            var main = new BranchTarget
            {
                Uri = frame.RequestUri,
                DestinationUri = frame.DestinationUri,
                Path = frame.Path,
                Socket = frame.SendSocket,
                Flags = frame.BranchFlags,
                Q = frame.Q,
            };
            if (SendBranch(frame, transaction, main, destination, protocol))
                sent++;
        }
        // A branch route may not append: what is appended now is the set.
        var count = frame.BranchCount;
        for (var i = 0; i < count; i++)
        {
            if (SendBranch(frame, transaction, frame.Branches[i], destination, protocol))
                sent++;
        }
        frame.ClearBranches();
        if (sent == 0)
        {
            if (frame.ErrorCode == 0)
                frame.ErrorCode = 500;
            return Outcome.False;
        }
        frame.Handled = true;
        return Outcome.True;
    }

    // In a failure route the request has been sent already: the branches appended since are what is new, and the Request-URI only when the script
    // has rewritten it and not appended it as well. To SER and OpenSER appended branches are all there is.
    private static bool SendsRequestUri(Frame frame)
    {
        if (frame.Kind is not (RouteKinds.Failure or RouteKinds.BranchFailure))
            return true;
        if (frame.BranchCount > 0 && frame.Script.Settings.Dialect is ScriptDialect.Ser or ScriptDialect.OpenSer)
            return false;
        if (!frame.UriChanged)
            return frame.BranchCount == 0;
        foreach (ref readonly var branch in frame.Branches)
        {
            if (branch.Uri == frame.RequestUri)
                return false;
        }
        return true;
    }

    private bool SendBranch(Frame frame, Transaction transaction, BranchTarget target, Destination destination, TransportProtocol protocol)
    {
        var branch = TransactionEngine.AddBranch(transaction);
        if (branch is null)
        {
            frame.ErrorCode = 500;
            return false;
        }
        var context = frame.Context;
        var branchFrame = context.Rent(frame.Message, RouteKinds.Branch, frame.Script);
        branchFrame.Edits.CopyFrom(frame.Edits);
        branchFrame.Avps = frame.Avps;
        branchFrame.Flags = frame.Flags;
        branchFrame.NewUri = target.Uri;
        branchFrame.DestinationUri = target.DestinationUri;
        branchFrame.Path = target.Path;
        branchFrame.SendSocket = target.Socket;
        branchFrame.BranchFlags = target.Flags;
        branchFrame.Transaction = transaction;
        branchFrame.BranchIndex = branch.Index;
        branchFrame.OnReply = frame.OnReply;
        branchFrame.OnFailure = frame.OnFailure;
        branchFrame.OnBranch = frame.OnBranch;
        branchFrame.OnBranchFailure = frame.OnBranchFailure;
        branchFrame.ReplyChange = frame.ReplyChange;
        var isSent = false;
        try
        {
            isSent = RunBranchRoute(frame, branchFrame) && Start(frame, branchFrame, transaction, branch, destination, protocol);
        }
        finally
        {
            if (!isSent)
            {
                TransactionEngine.Fail(branch, frame.ErrorCode == 0 ? 500 : frame.ErrorCode);
                branch.IsDropped = true;
            }
            context.Return(branchFrame);
        }
        return isSent;
    }

    private static bool RunBranchRoute(Frame frame, Frame branchFrame)
    {
        if (frame.OnBranch is not { } route)
            return true;
        route.Run(branchFrame);
        frame.Flags = branchFrame.Flags;
        frame.OnReply = branchFrame.OnReply;
        frame.OnFailure = branchFrame.OnFailure;
        frame.OnBranch = branchFrame.OnBranch;
        frame.OnBranchFailure = branchFrame.OnBranchFailure;
        frame.ReplyChange = branchFrame.ReplyChange;
        return !branchFrame.Dropped;
    }

    private bool Start(Frame frame, Frame branchFrame, Transaction transaction, ClientBranch branch, Destination destination, TransportProtocol protocol)
    {
        var context = frame.Context;
        branch.RememberTarget(branchFrame.RequestUri.Span, branchFrame.DestinationUri.Span, branchFrame.Path.Span);
        branchFrame.ReplyChange?.Sending(branchFrame);
        var ticket = TransactionEngine.TicketOf(transaction, branch);
        NextHop hop;
        if (destination.IsGiven)
            hop = new NextHop(destination.Host.Span, destination.Port, destination.Protocol);
        else if (!NextHop.TryFromUri(NextHopUri(branchFrame).Span, protocol, out hop))
            return Fails(frame, 478);
        if (!hop.MayCarry(branchFrame.RequestUri.Span))
            return Fails(frame, 478);
        var status = host.Resolver.Resolve(hop.Host, hop.Port, hop.Protocol, out var endpoint, out var targets, _engine, ticket);
        if (status == ResolveStatus.Failed)
            return Fails(frame, 478);
        var isPending = status == ResolveStatus.Pending;
        // The socket a script or a location names is a wish: it may speak another protocol than the hop, as a phone registered over UDP with a TCP contact.
        var wanted = branchFrame.SendSocket ?? frame.Message.Local;
        var socket = isPending ? wanted : host.Sockets.Choose(endpoint, branchFrame.SendSocket, frame.Message.Local);
        if (socket is null)
            return Fails(frame, 477);
        var bytes = Write(branchFrame, transaction, branch, socket);
        if (bytes is null)
            return Fails(frame, 513);
        branch.UserFlags = branchFrame.BranchFlags;
        branch.UserState = branchFrame.OnBranchFailure;
        branch.IsSocketForced = branchFrame.SendSocket is not null;
        if (isPending)
        {
            TransactionEngine.Hold(context, transaction, branch, bytes, socket);
            return true;
        }
        branch.Targets = targets;
        if (!_engine.MaySend(context, new Departure(bytes, socket, endpoint, frame.Message.Source, frame.Message.Local)))
        {
            bytes.Release();
            return Fails(frame, 477);
        }
        _engine.Send(context, transaction, branch, bytes, socket, endpoint);
        return true;
    }

    private static bool Fails(Frame frame, int code)
    {
        frame.ErrorCode = code;
        return false;
    }

    // RFC 3327 5.3: with a Path the first of its entries is the next hop.
    private static Utf8Text NextHopUri(Frame branchFrame)
    {
        if (!branchFrame.DestinationUri.IsEmpty)
            return branchFrame.DestinationUri;
        var path = branchFrame.Path;
        if (!path.IsEmpty && NameAddrParser.TryParse(path.Array!, path.Offset, path.Offset + path.Length, out var first))
            return new Utf8Text(path.Array!, first.Uri.Offset, first.Uri.Length);
        return branchFrame.RequestUri;
    }

    private static MessageBuffer? Write(Frame branchFrame, Transaction transaction, ClientBranch branch, ListenSocket socket)
    {
        var message = branchFrame.Message;
        var edits = branchFrame.Edits;
        if (!transaction.Overrides.Headers.IsEmpty)
            edits.Insert(message.HeadersEnd, transaction.Overrides.Headers.Span);
        if (!branchFrame.Path.IsEmpty)
            InsertPath(branchFrame);
        Span<byte> idBytes = stackalloc byte[48];
        var id = new SpanWriter(idBytes);
        TransactionEngine.WriteBranchId(ref id, transaction, branch.Index);
        var uri = branchFrame.NewUri;
        var size = MessageWriter.UpperBound(message, edits, uri.Length + socket.ViaPrefix.Length + id.Length + branchFrame.ViaParameters.Length);
        if (size > MessageBufferPool.LargestSize)
            return null;
        var bytes = branchFrame.Context.Buffers.Rent(size);
        var writer = new SpanWriter(bytes.Bytes);
        MessageWriter.WriteRequest(ref writer, message, edits, uri, socket, id.Written, branchFrame.ViaParameters.Span);
        if (writer.Overflowed)
        {
            bytes.Release();
            return null;
        }
        bytes.Length = writer.Length;
        return bytes;
    }

    private static void InsertPath(Frame branchFrame)
    {
        var message = branchFrame.Message;
        var row = message.First(HeaderId.Route);
        var at = row >= 0 ? message.Header(row).Line.Offset : message.Header(message.Last(HeaderId.Via)).Line.End;
        var arena = branchFrame.Arena;
        var line = arena.Concat("Route: "u8, branchFrame.Path.Span);
        branchFrame.Edits.Insert(at, line.Span, "\r\n"u8);
    }
}
