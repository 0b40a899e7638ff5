using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Tm;

/// <summary>
/// tm: stateful forwarding. This part holds relaying and replying; arming of routes, questions about the transaction, and timers are in their own
/// files. What happens between script runs is in <see cref="TransactionRoutes"/>.
/// </summary>
public sealed partial class TmModule : ScriptModule, IStatefulReplies
{
    private const RouteKinds Relaying = RouteKinds.Request | RouteKinds.Failure | RouteKinds.BranchFailure;

    private TransactionEngine _engine = null!;
    private Relay _relay = null!;
    private TransactionRoutes _routes = null!;
    private SerialBranches _waiting = null!;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _engine = host.Transactions;
        _relay = new Relay(host);
        _waiting = new SerialBranches(host.Sockets);
        Reloaded(host);
        Apply(_engine);
        _relay.UnmatchedCancel = UnmatchedCancel;
        _relay.PassesCancelReason = PassCancelReason != 0;
        var hasDefaultVariables = _dialect is ScriptDialect.Ser or ScriptDialect.OpenSer;
        _relay.NoReplyName = NoReplyVariable?.AvpName ?? (hasDefaultVariables ? AvpList.NameOf("callee_fr_timer") : 0);
        _relay.NoFinalReplyName = NoFinalReplyVariable?.AvpName ?? (hasDefaultVariables ? AvpList.NameOf("callee_fr_inv_timer") : 0);
        _engine.Resolver = host.Resolver;
        _routes = new TransactionRoutes(_engine) { FailureReplyMode = ReplyMode, CurrentScript = host.CurrentScript };
        _engine.User = _routes;
        host.Export<ITransactionRuns>(_routes);
        host.Export<IObservableTransactions>(_routes);
        host.Export<IStatefulReplies>(this);
        host.Export<ILocalRequests>(new LocalRequests(host));
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host)
    {
        var settings = host.CurrentScript().Settings;
        _dialect = settings.Dialect;
        _engine.StreamAbove = settings.LargeRequestsTryTcp ? settings.UdpMtu : 0;
    }

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay", Relaying,
        "Forwards the request statefully to its target set; 1 when at least one branch was sent, 0 (the script ends) for a retransmission, -1 when nothing could be sent.")]
    public Outcome Relay(Frame frame) => _relay.Run(frame);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay", Relaying,
        "As t_relay(), with flags (a number: 1 no automatic 100, 2 no reply of its own when it fails, 4 no other server when one fails) or to a destination \"[proto:]host[:port]\".")]
    public Outcome Relay(Frame frame, Utf8Text flagsOrDestination)
    {
        if (!Value.TryParseInt(TrimHex(flagsOrDestination.Span, out var isHex), out var flags) && !isHex)
            return TryParseDestination(flagsOrDestination, out var destination) ? _relay.Run(frame, destination) : Fail(frame, 478);
        return RelayWithFlags(frame, isHex ? ParseHex(flagsOrDestination.Span) : flags, default);
    }

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay", Relaying,
        "As t_relay(): to a host and port (SER, Kamailio), or with flags and a destination (OpenSER 1.2 and later).")]
    public Outcome Relay(Frame frame, Utf8Text first, Utf8Text second)
    {
        if (Value.TryParseInt(second.Span, out var port) && port is >= 0 and <= 65535)
            return _relay.Run(frame, new Relay.Destination(first, (int)port, TransportProtocol.Udp));
        if (!TryParseDestination(second, out var destination))
            return Fail(frame, 478);
        return RelayWithFlags(frame, FlagsOf(first.Span), destination);
    }

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_udp", Relaying, "As t_relay(), over UDP whatever the URI says.")]
    public Outcome RelayToUdp(Frame frame) => _relay.Run(frame, default, TransportProtocol.Udp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_udp", Relaying, "Relays to a host and port over UDP.")]
    public Outcome RelayToUdp(Frame frame, Utf8Text host, int port) => _relay.Run(frame, new Relay.Destination(host, port, TransportProtocol.Udp));

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_tcp", Relaying, "As t_relay(), over TCP whatever the URI says.")]
    public Outcome RelayToTcp(Frame frame) => _relay.Run(frame, default, TransportProtocol.Tcp);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to_tcp", Relaying, "Relays to a host and port over TCP.")]
    public Outcome RelayToTcp(Frame frame, Utf8Text host, int port) => _relay.Run(frame, new Relay.Destination(host, port, TransportProtocol.Tcp));

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to", Relaying, "As t_relay().")]
    public Outcome RelayTo(Frame frame) => _relay.Run(frame);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to", Relaying, "As t_relay() with flags, or to a destination \"[proto:]host[:port]\".")]
    public Outcome RelayTo(Frame frame, Utf8Text flagsOrDestination) => Relay(frame, flagsOrDestination);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_to", Relaying, "Relays to a destination \"[proto:]host[:port]\", with flags; or over a transport to \"host[:port]\" (SER).")]
    public Outcome RelayTo(Frame frame, Utf8Text first, Utf8Text second)
    {
        if (TransportNames.Parse(first.Span) is not TransportProtocol.None and var protocol)
            return RelayOver(frame, protocol, second);
        return TryParseDestination(first, out var parsed) ? RelayWithFlags(frame, FlagsOf(second.Span), parsed) : Fail(frame, 478);
    }

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_forward_nonack", RouteKinds.Request, "Forwards a request other than ACK statefully to its target set, after t_newtran().")]
    public Outcome ForwardNonAck(Frame frame) => frame is { Message.Method: SipMethod.Ack } ? Outcome.False : _relay.Run(frame);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_forward_nonack", RouteKinds.Request, "Forwards a request other than ACK statefully to a destination \"[proto:]host[:port]\".")]
    public Outcome ForwardNonAck(Frame frame, Utf8Text destination) => frame is { Message.Method: SipMethod.Ack } ? Outcome.False : Relay(frame, destination);

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_forward_nonack", RouteKinds.Request, "Forwards a request other than ACK statefully to a host and port.",
        Aliases = "t_forward_nonack_udp")]
    public Outcome ForwardNonAck(Frame frame, Utf8Text host, int port) =>
        frame is { Message.Method: SipMethod.Ack } ? Outcome.False : _relay.Run(frame, new Relay.Destination(host, port, TransportProtocol.Udp));

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_forward_nonack_tcp", RouteKinds.Request, "Forwards a request other than ACK statefully to a host and port over TCP.")]
    public Outcome ForwardNonAckTcp(Frame frame, Utf8Text host, int port) =>
        frame is { Message.Method: SipMethod.Ack } ? Outcome.False : _relay.Run(frame, new Relay.Destination(host, port, TransportProtocol.Tcp));

    [Fate(RequestFate.SentOn)]
    [SipFunction("t_relay_cancel", RouteKinds.Request,
        "Relays a CANCEL when its INVITE has a transaction: 1; -1 when it has none; anything but a CANCEL gives 1 and is left alone.")]
    public Outcome RelayCancel(Frame frame)
    {
        if (frame.Message.Method != SipMethod.Cancel)
            return Outcome.True;
        return _engine.FindCancelled(frame.Message, out _) is null ? Outcome.False : _relay.Run(frame);
    }

    [SipFunction("t_newtran", RouteKinds.Request,
        "Creates the transaction of the request: 1; 0 (the script ends) for a retransmission; -1 for an ACK.")]
    public Outcome NewTransaction(Frame frame)
    {
        if (frame.Message.Method == SipMethod.Ack)
            return frame.Message.Match == RequestMatch.AckToFailure ? Outcome.Stop : Outcome.False;
        return _relay.EnsureTransaction(frame) ? Outcome.True : Outcome.Stop;
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("t_reply", RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply,
        "Answers the request through its transaction; in a failure route in place of the winning reply; a 3xx tells the destination set. -1 without a transaction.")]
    public Outcome Reply(Frame frame, int code, Utf8Text reason)
    {
        if (frame.Transaction is null || code is < 100 or > 699)
            return Outcome.False;
        var isSent = _engine.Reply(frame.Context, frame.Transaction, code, reason.Span, DestinationSet.ReplyHeaders(frame, code).Span,
            frame.ReplyContentType.Span, frame.ReplyBody.Span);
        if (!isSent)
            return Outcome.False;
        frame.Handled = true;
        if (code >= 200)
        {
            frame.Answered = true;
            _engine.CancelBranches(frame.Context, frame.Transaction);
        }
        return Outcome.True;
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("t_send_reply", RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply,
        "Answers the request statefully, creating its transaction when it has none.")]
    public Outcome SendReply(Frame frame, int code, Utf8Text reason)
    {
        if (frame.Transaction is null)
        {
            var created = NewTransaction(frame);
            if (created.Code <= 0)
                return created;
        }
        return Reply(frame, code, reason);
    }

    [SipFunction("t_retransmit_reply", RouteKinds.Request, "Sends the last reply of the transaction again; -1 when there is none.")]
    public Outcome RetransmitReply(Frame frame)
    {
        if (frame.Transaction is null || !TransactionEngine.ResendReply(frame.Context, frame.Transaction))
            return Outcome.False;
        frame.Handled = true;
        return Outcome.True;
    }

    [SipFunction("t_release", RouteKinds.Request, "Lets go of a transaction made by t_newtran() that was neither answered nor forwarded.", Aliases = "t_unref")]
    public Outcome Release(Frame frame)
    {
        if (frame.Transaction is null)
            return Outcome.False;
        TransactionEngine.Abandon(frame.Transaction);
        return Outcome.True;
    }

    [SipFunction("t_load_contacts", Relaying,
        "Sets the Request-URI and the appended branches aside, ordered by q, for t_next_contacts(); 1 also when there is only one.")]
    public Outcome LoadContacts(Frame frame)
    {
        _waiting.PutAside(frame);
        return Outcome.True;
    }

    [SipFunction("t_next_contacts", Relaying,
        "Takes the waiting contacts with the highest q as the next target set; -1 when none are left.")]
    public Outcome NextContacts(Frame frame) => Outcome.From(_waiting.TakeNext(frame));

    /// <inheritdoc/>
    bool IStatefulReplies.HasTransaction(Frame frame) => frame.Transaction is not null;

    private Outcome RelayWithFlags(Frame frame, long flags, Relay.Destination destination)
    {
        const int noTrying = 1, noInternalReply = 2, noFailover = 4;
        ref var overrides = ref OverridesOf(frame);
        overrides.NoInternalReply |= (flags & noInternalReply) != 0;
        overrides.NoFailover |= (flags & noFailover) != 0;
        var outcome = _relay.Run(frame, destination);
        if ((flags & noTrying) != 0 && frame.Transaction is { } transaction)
            TransactionEngine.SuppressTrying(transaction);
        return outcome;
    }

    private static Outcome Fail(Frame frame, int code)
    {
        frame.ErrorCode = code;
        return Outcome.False;
    }

    private static ReadOnlySpan<byte> TrimHex(ReadOnlySpan<byte> text, out bool isHex)
    {
        isHex = text.StartsWith("0x"u8) || text.StartsWith("0X"u8);
        return isHex ? text[2..] : text;
    }

    private static long FlagsOf(ReadOnlySpan<byte> text) => text.StartsWith("0x"u8) ? ParseHex(text) : Value.TryParseInt(text, out var flags) ? flags : 0;

    private static long ParseHex(ReadOnlySpan<byte> text) =>
        System.Buffers.Text.Utf8Parser.TryParse(TrimHex(text, out _), out long number, out _, 'x') ? number : 0;

    /// <summary>Reads "[proto:]host[:port]", with an IPv6 host in brackets; also a whole SIP URI.</summary>
    private static bool TryParseDestination(Utf8Text text, out Relay.Destination destination)
    {
        var span = text.Span;
        var protocol = TransportProtocol.None;
        var start = 0;
        if (span.StartsWith("sip:"u8))
            start = 4;
        else if (span.StartsWith("udp:"u8))
            (protocol, start) = (TransportProtocol.Udp, 4);
        else if (span.StartsWith("tcp:"u8))
            (protocol, start) = (TransportProtocol.Tcp, 4);
        else if (span.StartsWith("tls:"u8))
            (protocol, start) = (TransportProtocol.Tls, 4);
        var rest = span[start..];
        var hostEnd = rest.Length > 0 && rest[0] == '[' ? rest.IndexOf((byte)']') + 1 : rest.IndexOf((byte)':');
        if (hostEnd < 0)
            hostEnd = rest.Length;
        long port = 0;
        var isGood = hostEnd > 0
            && (hostEnd == rest.Length || (rest[hostEnd] == ':' && Value.TryParseInt(rest[(hostEnd + 1)..], out port) && port is >= 0 and <= 65535));
        destination = isGood ? new Relay.Destination(text[new Slice(start, hostEnd)], (int)port, protocol) : default;
        return isGood;
    }
}
