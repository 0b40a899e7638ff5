using ScriptedSip.Modules.Sl;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Server.Seats;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>
/// The route of a message, top to bottom: parse, refuse what is malformed, match to a transaction, run the script, let go.
/// One instance serves all threads; everything of one message is in its context and frame.
/// </summary>
internal sealed class MessageProcessor(ModuleHost host, Func<ScriptVersion> currentScript) : IMessageSink
{
    private readonly TransactionEngine _transactions = host.Transactions;
    private readonly SipCounters _counters = host.Counters;
    private readonly StatelessReplyForwarder _replyForwarder = new(host);
    private readonly RequestValidation _validation = new(host);
    private readonly WaitingRequests _waiting = new();
    private ITransactionRuns? _transactionRuns;
    private IStatelessReplies? _statelessReplies;
    private long _messageId;

    /// <summary>Looks up what the loaded modules export, when all have been started.</summary>
    public void Attach()
    {
        _transactions.MaySend = new SendRoutes(currentScript).Allows;
        _transactionRuns = host.Import<ITransactionRuns>();
        _statelessReplies = host.Import<IStatelessReplies>();
        _validation.Attach();
    }

    /// <inheritdoc/>
    public void Process(ScriptContext context, byte[] buffer, int length, in SipEndpoint source, ListenSocket local)
    {
        _counters.Add(Counter.BytesReceived, length);
        if (IsKeepAlive(buffer.AsSpan(0, length)))
        {
            _counters.Add(Counter.KeepAlives);
            return;
        }
        var message = context.RentMessage();
        try
        {
            Dispatch(context, message, buffer, length, source, local);
        }
        finally
        {
            context.Return(message);
            context.Arena.Reset();
        }
    }

    private void Dispatch(ScriptContext context, SipMessage message, byte[] buffer, int length, in SipEndpoint source, ListenSocket local)
    {
        if (!MessageParser.Parse(message, buffer, length, source.Protocol != TransportProtocol.Udp))
        {
            _counters.Add(Counter.NotSip);
        }
        else
        {
            message.Source = source;
            message.Local = local;
            message.Id = Interlocked.Increment(ref _messageId);
            if (message.IsRequest)
                OnRequest(context, message);
            else
                OnReply(context, message);
        }
    }

    /// <inheritdoc/>
    public void OnTimer(ScriptContext context)
    {
        try
        {
            _transactions.OnTimer(context);
        }
        finally
        {
            context.Arena.Reset();
        }
    }

    /// <inheritdoc/>
    public long NextDue => _transactions.NextDue;

    /// <inheritdoc/>
    public void OnWait(Frame frame)
    {
        if (frame is { Kind: RouteKinds.Request, Transaction: null })
            _waiting.Add(frame.Message);
    }

    private void OnRequest(ScriptContext context, SipMessage request)
    {
        _counters.Add(Counter.RequestsReceived);
        request.Stamp = ViaStamps.For(request);
        if (host.CurrentScript().Settings.ReplyToVia)
            request.Stamp |= ViaStamp.ReplyToVia;
        if (request.Failure != ParseFailure.None)
        {
            if (currentScript() is { ErrorRoute: { } route } script && RunErrorRoute(context, request, script, route))
                return;
            var (failure, reason) = Refusals.For(request.Failure);
            Refuse(context, request, failure, reason);
            return;
        }
        if (request.Via.HasAlias && request.Source.Protocol != TransportProtocol.Udp)
            AcceptAlias(request);
        var isForScript = false;
        var isScreened = false;
        try
        {
            isForScript = Screen(context, request);
            isScreened = true;
        }
        finally
        {
            // The fault is reported by whoever runs this thread; the client hears of it from here.
            if (!isScreened)
                Refuse(context, request, 500, StatusCodes.ReasonOf(500));
        }
        if (isForScript)
            RunScript(context, request);
    }

    // RFC 5923 5: the client listens at its sent-by port too, and asks for requests to it to come over this connection.
    private void AcceptAlias(SipMessage request)
    {
        if (host.CurrentScript().Settings.TcpAcceptAliases)
            host.Connections?.AddAlias(request.Source, request.Via.Port > 0 ? request.Via.Port : ListenSocket.DefaultPort);
    }

    /// <summary>Lets the script answer a malformed request; false when it has not, nor dropped it.</summary>
    private static bool RunErrorRoute(ScriptContext context, SipMessage request, ScriptVersion script, RouteRef route)
    {
        // Without a Via there is nobody to answer; the grammar may be broken anywhere else.
        if (!request.Via.Host.IsPresent)
            return false;
        var frame = context.Rent(request, RouteKinds.Error, script);
        try
        {
            route.Run(frame);
            return frame.Handled || frame.Dropped;
        }
        finally
        {
            context.Return(frame);
        }
    }

    /// <summary>True when the request is new and nothing speaks against it; else all that is due has been done.</summary>
    private bool Screen(ScriptContext context, SipMessage request)
    {
        var ended = _waiting.Ended;
        request.Match = _transactions.Match(context, request);
        if (request.Match == RequestMatch.New && _waiting.Absorbs(request, context.Buffers))
        {
            _counters.Add(Counter.Retransmissions);
            return false;
        }
        // Between the two looks a run that waited may have made its transaction and ended: then only a third one finds it.
        if (request.Match == RequestMatch.New && _waiting.Ended != ended)
            request.Match = _transactions.Match(context, request);
        if (request.Match == RequestMatch.Absorbed)
            return false;
        // RFC 3261 17.2.1: the ACK to a reply this server gave without a transaction ends here.
        if (request.Method == SipMethod.Ack && request.Match == RequestMatch.New && _statelessReplies?.IsAckToOwnReply(request) == true)
            return false;
        if (request.Match == RequestMatch.New && !_validation.Accepts(context, request, out var code, out var headers))
        {
            Refuse(context, request, code, StatusCodes.ReasonOf(code), headers.Span);
            return false;
        }
        return true;
    }

    private void RunScript(ScriptContext context, SipMessage request)
    {
        var script = currentScript();
        var frame = context.Rent(request, RouteKinds.Request, script);
        // Until the run has come back, it has failed: then the transaction it may own is settled and left all the same.
        var hasFailed = true;
        try
        {
            if (OwnMaddr.TryStrip(frame, host.LocalNames, out var stripped))
                frame.SetInitialUri(stripped);
            script.RequestRoute.Run(frame);
            hasFailed = frame.Failed;
        }
        finally
        {
            frame.Failed = hasFailed;
            try
            {
                EndRun(context, frame);
            }
            finally
            {
                context.Return(frame);
                if (context.HasLeft)
                    EndWait(context, request);
            }
        }
    }

    private void EndWait(ScriptContext context, SipMessage request)
    {
        if (_waiting.Remove(request) is not { } cancel)
            return;
        Process(context, cancel.Bytes.Bytes, cancel.Bytes.Length, cancel.Source, cancel.Local);
        cancel.Bytes.Release();
    }

    private void EndRun(ScriptContext context, Frame frame)
    {
        // A run that broke off has decided nothing: the client is told, by its transaction when it has one.
        if (frame is { Failed: true, Handled: false })
        {
            frame.ErrorCode = 500;
            if (frame.Transaction is null)
                Refuse(context, frame.Message, 500, StatusCodes.ReasonOf(500));
        }
        _transactionRuns?.RequestRouteEnded(frame);
    }

    private void OnReply(ScriptContext context, SipMessage reply)
    {
        _counters.Add(Counter.RepliesReceived);
        if (reply.Failure != ParseFailure.None)
        {
            _counters.Add(Counter.DroppedMessages);
            return;
        }
        // RFC 3261 18.1.2: a reply whose topmost Via is not ours is not for us.
        if (!host.LocalNames.IsMyself(reply[reply.Via.Host], reply.Via.Port, TransportProtocol.None))
        {
            _counters.Add(Counter.ForeignReplies);
            return;
        }
        var script = currentScript();
        if (script.ReplyRoute is null)
        {
            Deliver(context, reply, null);
            return;
        }
        var frame = context.Rent(reply, RouteKinds.OnReply, script);
        frame.StatusCode = reply.StatusCode;
        try
        {
            script.ReplyRoute.Run(frame);
            if (!frame.Dropped)
                Deliver(context, frame.Message, frame.Edits);
        }
        finally
        {
            context.Return(frame);
        }
    }

    private void Deliver(ScriptContext context, SipMessage reply, MessageEdits? edits)
    {
        if (_transactions.OnReply(context, reply, edits))
            return;
        _counters.Add(Counter.StrayReplies);
        _replyForwarder.Forward(context, reply, edits);
    }

    /// <summary>
    /// Answers what must not be forwarded, when it can be answered; an ACK never is (RFC 3261 17.1.1.3). A Via that cannot be read goes back as it came, to
    /// where the request came from.
    /// </summary>
    private void Refuse(ScriptContext context, SipMessage request, int code, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> headers = default)
    {
        if (request.Method == SipMethod.Ack || !request.Has(HeaderId.Via))
        {
            _counters.Add(Counter.DroppedMessages);
            return;
        }
        _counters.Add(Counter.RefusedRequests);
        Span<byte> tag = stackalloc byte[ReplyTags.Length];
        ReplyTags.Write(request, tag);
        var reply = context.Buffers.Rent(Math.Min(request.Length + headers.Length + 1024, MessageBufferPool.LargestSize));
        var writer = new SpanWriter(reply.Bytes);
        ReplyBuilder.Write(ref writer, request, code, reason, tag, headers, default, default, _transactions.ServerHeader.Span);
        reply.Length = writer.Length;
        context.Outbox.Add(request.Local, ReplyDestination.For(request), reply);
        reply.Release();
    }

    // RFC 5626 3.5.1 and what phones really send: CRLFs, or four zero bytes.
    private static bool IsKeepAlive(ReadOnlySpan<byte> bytes) => bytes.Length <= 4 && bytes.IndexOfAnyExcept("\r\n\0"u8) < 0;
}
