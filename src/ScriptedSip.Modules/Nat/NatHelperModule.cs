using System.Text;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.RtpProxy;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Nat;

/// <summary>The nathelper module: finds out that a phone is behind a NAT, and puts its public address where others look for it.</summary>
[NotOffered("ping_contact", "all contacts are pinged within natping_interval")]
[NotOffered("set_alias_to_pv", "set_contact_alias() writes the alias into the message")]
[RequiresModule("usrloc", When = "natping_interval")]
internal sealed partial class NatHelperModule : RtpProxyFunctions
{
    private const RouteKinds Requests = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Branch | RouteKinds.Local;
    private static readonly Outcome NothingDone = new(2);

    private int _receivedAvp;
    private byte[] _aliasName = [];
    private byte[] _noProxyLine = [];

    protected override string MarkLine => NoProxyLine;

    public override void Start(ModuleHost host)
    {
        if (!DisablesRtpProxy)
            base.Start(host);
        _receivedAvp = ReceivedAvp.Length > 0 ? AvpReference.Parse(ReceivedAvp) : AvpReference.DefaultReceived;
        _aliasName = Encoding.UTF8.GetBytes(AliasName);
        _noProxyLine = Encoding.UTF8.GetBytes(NoProxyLine);
    }

    public override void Started(ModuleHost host)
    {
        // In scripts that load both, the RTP proxies are mostly those of module rtpproxy.
        if (!DisablesRtpProxy)
            Proxies ??= host.Import<RtpProxyControl>();
        if (PingInterval == 0)
            return;
        var store = host.Import<ILocationStore>() ?? throw new InvalidOperationException("nathelper: to ping contacts the script must load usrloc as well");
        var pinger = new NatPinger(this, store, host.Import<ILocalRequests>(), host.Sockets, host.Buffers);
        host.Every(NatPinger.Period, pinger.Ping);
    }

    [ResultMatters]
    [SipFunction("nat_uac_test", Messages,
        "1 when one of the tests finds a NAT, else -1. Bits: 1 Contact private, 2 source is not the Via's address, 4 Via private, 8 SDP private, 16 source port is not the Via's, 32 source private, 128 source port is not the Contact's, 256 SDP is not the source's; in OpenSIPS 32 Contact's address and 64 its port are not the source's, or names with commas.")]
    public Outcome Test(Frame frame, Utf8Text tests) =>
        Outcome.From(NatTest.TryParse(tests.Span, frame.Script.Settings.Dialect, out var parsed) && NatTest.Any(frame.Message, parsed));

    [ResultMatters]
    [SipFunction("is_rfc1918", RouteKinds.Any, "1 when a text is a private IP address, else -1.")]
    public Outcome IsPrivate(Frame frame, Utf8Text address) => Outcome.From(PrivateAddresses.Contains(address.Span));

    [SipFunction("fix_nated_contact", Messages, "Replaces host and port of each Contact with the source's; -1 when there is none.")]
    public Outcome FixContact(Frame frame) => Outcome.From(NatActions.FixContact(frame));

    [SipFunction("fix_nated_register", RouteKinds.Request, "Keeps the source address of a REGISTER for save(), in received_avp; 1.")]
    public Outcome FixRegister(Frame frame)
    {
        frame.Avps.Replace(_receivedAvp, 0, Value.FromText(NatActions.SourceUri(frame)));
        return Outcome.True;
    }

    [SipFunction("add_rcv_param", Messages,
        "Adds a parameter \"received\" with the source as a URI to each Contact for the registrar behind this proxy; with 1 inside the Contact's URI. -1 when there is no Contact.")]
    public Outcome AddReceived(Frame frame, int inUri = 0)
    {
        var message = frame.Message;
        var uri = NatActions.SourceUri(frame);
        var isAdded = false;
        for (var row = message.First(HeaderId.Contact); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message.Header(row).Value;
            for (var at = value.Offset; at < value.End && NameAddrParser.TryParse(message.Buffer, at, value.End, out var contact); at = contact.End + 1)
            {
                if (contact.IsStar)
                    continue;
                var quote = inUri == 0 ? "\""u8 : default;
                var text = frame.Arena.Concat(frame.Arena.Concat(";received="u8, quote).Span, uri.Span);
                frame.Edits.Insert(inUri != 0 && contact.HasBrackets ? contact.Uri.End : contact.Whole.End, text.Span, quote);
                isAdded = true;
            }
        }
        return Outcome.From(isAdded);
    }

    [SipFunction("fix_nated_sdp", Messages,
        "Changes the session description. Bits: 1 adds a=direction:active, 2 puts the source address into c=, 4 adds a=nortpproxy:yes, 8 puts it into o=. 1; -1 without a description; in Kamailio scripts 2 when nothing was changed.")]
    public Outcome FixSdp(Frame frame, Utf8Text flags) => FixSdp(frame, flags, default);

    [SipFunction("fix_nated_sdp", Messages, "As fix_nated_sdp(flags), with an address instead of the source's.")]
    public Outcome FixSdp(Frame frame, Utf8Text flags, Utf8Text address)
    {
        const int direction = 1, connection = 2, noProxy = 4, origin = 8;
        var message = frame.Message;
        var sdp = SdpBody.Find(message);
        if (!Value.TryParseInt(flags.Span, out var bits) || !sdp.IsPresent)
            return Outcome.False;
        var isChanged = false;
        if ((bits & connection) != 0)
            isChanged |= Rewrite(frame, sdp, (byte)'c', address);
        if ((bits & origin) != 0)
            isChanged |= Rewrite(frame, sdp, (byte)'o', address);
        if ((bits & direction) != 0)
        {
            frame.Edits.Insert(sdp.End, "a=direction:active\r\n"u8);
            isChanged = true;
        }
        if ((bits & noProxy) != 0)
        {
            frame.Edits.Insert(sdp.End, _noProxyLine);
            isChanged = true;
        }
        return isChanged || frame.Script.Settings.Dialect != ScriptDialect.Kamailio ? Outcome.True : NothingDone;
    }

    [SipFunction("add_contact_alias", Messages,
        "Appends ;alias=address~port~protocol with the source to the Contact's URI; 2 when the Contact names the source already, -1 without Contact.")]
    public Outcome AddAlias(Frame frame) => NatActions.AddAlias(frame, _aliasName);

    [SipFunction("add_contact_alias", Messages, "As add_contact_alias(), with an address, port and protocol given.")]
    public Outcome AddAlias(Frame frame, Utf8Text address, int port, Utf8Text protocol) =>
        TransportNames.Parse(protocol.Span) is var parsed and not Sip.Transport.TransportProtocol.None && port is > 0 and < 65536
            ? NatActions.AddAlias(frame, _aliasName, address.Span, port, parsed)
            : Outcome.False;

    [SipFunction("set_contact_alias", Messages, "As add_contact_alias(); 1 also when there was nothing to add.")]
    public Outcome SetAlias(Frame frame, int trim = 0) => Outcome.From(NatActions.AddAlias(frame, _aliasName).Code > 0);

    [SipFunction("handle_ruri_alias", Requests,
        "Takes ;alias=address~port~protocol out of the Request-URI and makes it the next hop; 2 when there is none, -1 when it is malformed. With 1 the Request-URI keeps it.")]
    public Outcome TakeAlias(Frame frame, int keep = 0) => NatActions.TakeAlias(frame, _aliasName, keep != 0);

    private static bool Rewrite(Frame frame, Slice sdp, byte kind, Utf8Text address)
    {
        Span<byte> room = stackalloc byte[64];
        var writer = new SpanWriter(room);
        if (address.IsEmpty)
        {
            writer.Write(frame.Message.Source.IsIPv4 ? "IP4 "u8 : "IP6 "u8);
            writer.Advance(frame.Message.Source.FormatAddress(writer.Rest, brackets: false));
        }
        else
        {
            writer.Write(address.Span.Contains((byte)':') ? "IP6 "u8 : "IP4 "u8);
            writer.Write(address);
        }
        var isChanged = false;
        var at = sdp.Offset;
        while (!writer.Overflowed && SdpBody.NextAddress(frame.Message, sdp, kind, ref at, out var typeAndAddress, out _))
        {
            frame.Edits.Replace(typeAndAddress, writer.Written);
            isChanged = true;
        }
        return isChanged;
    }
}
