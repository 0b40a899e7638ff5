using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>The functions that have media go through RTP proxies, which rtpproxy offers and in early servers nathelper.</summary>
internal abstract class RtpProxyFunctions : ScriptModule
{
    protected const RouteKinds Messages = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Branch | RouteKinds.Local | RouteKinds.OnReply | RouteKinds.BranchFailure;

    private readonly RtpProxySets _sets = new();
    private string? _wrongAddress;

    /// <summary>The proxies at work; null before the start, and when the script names none.</summary>
    protected RtpProxyControl? Proxies { get; set; }

    protected bool HasProxies => !_sets.IsEmpty;

    [ModParam("rtpproxy_sock", "RTP proxies: \"udp:host:port[=weight]\", \"unix:/path\" or \"/path\", several with spaces between them; \"1 == udp:…\" puts them into set 1, others are in set 0. May be repeated.")]
    public void AddProxies(string text)
    {
        if (text.Length > 0 && text != "NONE")
            _wrongAddress ??= _sets.Add(text);
    }

    [ModParam("rtpproxy_tout", "Seconds an RTP proxy may take to answer. 1 or more.")]
    public int AnswerTimeout { get; set; } = 1;

    [ModParam("rtpproxy_retr", "How often a command is sent again over UDP. 0 or more.")]
    public int Retries { get; set; } = 5;

    [ModParam("rtpproxy_disable_tout", "Seconds an RTP proxy that did not answer is left alone. 0 or more.")]
    public int DisabledFor { get; set; } = 60;

    /// <summary>The line that marks a description as taken care of.</summary>
    protected abstract string MarkLine { get; }

    public override string? Validate(ScriptVersion script)
    {
        if (_wrongAddress is not null)
            return $"rtpproxy_sock: \"{_wrongAddress}\" is no address of an RTP proxy, or its host is unknown";
        return AnswerTimeout is < 1 or > 60 || Retries is < 0 or > 60 || DisabledFor is < 0 or > 86400
            ? "rtpproxy_tout must be from 1 to 60, rtpproxy_retr from 0 to 60, rtpproxy_disable_tout from 0 to 86400"
            : null;
    }

    public override void Start(ModuleHost host)
    {
        if (HasProxies)
        {
            var pool = new RtpProxyPool(_sets, host.Clock, host.Log) { Timeout = AnswerTimeout * 1000, Retries = Retries, DisabledFor = DisabledFor * 1000 };
            Proxies = new RtpProxyControl(pool) { Mark = Encoding.UTF8.GetBytes(MarkLine) };
        }
    }

    [SipFunction("force_rtp_proxy", Messages,
        "Has media go through an RTP proxy: a request is an offer, a reply an answer. Flags: a asymmetric, r trust the address in the description, f also when marked by another proxy, o and c change o= and c= of the session, l only a known session, e and i sides of a bridge, w, z. An address replaces the proxy's. -1 without description, proxy or answer.")]
    public Outcome Force(Frame frame, Utf8Text flags = default, Utf8Text address = default) => Rewrite(frame, frame.Message.IsRequest, flags, address);

    [SipFunction("unforce_rtp_proxy", Messages, "Ends the session of a call at its RTP proxy; -1 when the proxy does not answer.", Aliases = "rtpproxy_unforce rtpproxy_destroy")]
    public Outcome Unforce(Frame frame, Utf8Text flags = default) => Outcome.From(Proxies?.Delete(frame) == true);

    [SipFunction("rtpproxy_offer", Messages, "As force_rtp_proxy(), for a message whose description is an offer; a third argument names the set.")]
    public Outcome Offer(Frame frame, Utf8Text flags = default, Utf8Text address = default) => Rewrite(frame, isOffer: true, flags, address);

    [SipFunction("rtpproxy_offer", Messages, "As rtpproxy_offer(flags, address), with the RTP proxies of a set.")]
    public Outcome Offer(Frame frame, Utf8Text flags, Utf8Text address, int set) => Proxies?.Pool.UseSet(frame, set) == true ? Offer(frame, flags, address) : Outcome.False;

    [SipFunction("rtpproxy_answer", Messages, "As force_rtp_proxy(), for a message whose description is an answer; a third argument names the set.")]
    public Outcome Answer(Frame frame, Utf8Text flags = default, Utf8Text address = default) => Rewrite(frame, isOffer: false, flags, address);

    [SipFunction("rtpproxy_answer", Messages, "As rtpproxy_answer(flags, address), with the RTP proxies of a set.")]
    public Outcome Answer(Frame frame, Utf8Text flags, Utf8Text address, int set) => Proxies?.Pool.UseSet(frame, set) == true ? Answer(frame, flags, address) : Outcome.False;

    [SipFunction("rtpproxy_manage", Messages,
        "Does what the message asks for: an offer in INVITE and UPDATE, an answer in ACK and PRACK, in replies the other one than their request had; BYE, CANCEL and final failures end the session. Flags and address as for force_rtp_proxy().")]
    public Outcome Manage(Frame frame, Utf8Text flags = default, Utf8Text address = default) => MediaStep.Of(frame) switch
    {
        MediaAction.Offer => Rewrite(frame, isOffer: true, flags, address),
        MediaAction.Answer => Rewrite(frame, isOffer: false, flags, address),
        MediaAction.End => Unforce(frame),
        _ => Outcome.False,
    };

    [SipFunction("set_rtp_proxy_set", Messages, "Chooses the set of RTP proxies for the rest of the script run; -1 when there is none of that number.")]
    public Outcome UseSet(Frame frame, int set) => Outcome.From(Proxies?.Pool.UseSet(frame, set) == true);

    [SipFunction("start_recording", Messages, "Has the RTP proxy record the call; -1 when it does not.", Aliases = "rtpproxy_start_recording")]
    public Outcome Record(Frame frame) => Outcome.From(Proxies?.Record(frame) == true);

    [SipFunction("rtpproxy_stream2uac", Messages, "Has the RTP proxy play one of its files to the caller, so many times; negative for ever. -1 when it does not.")]
    public Outcome PlayToCaller(Frame frame, Utf8Text prompt, int count) => Outcome.From(count != 0 && Proxies?.Play(frame, toCaller: true, prompt, count) == true);

    [SipFunction("rtpproxy_stream2uas", Messages, "Has the RTP proxy play one of its files to the called party; as rtpproxy_stream2uac().")]
    public Outcome PlayToCalled(Frame frame, Utf8Text prompt, int count) => Outcome.From(count != 0 && Proxies?.Play(frame, toCaller: false, prompt, count) == true);

    [SipFunction("rtpproxy_stop_stream2uac", Messages, "Stops what rtpproxy_stream2uac() plays.")]
    public Outcome StopToCaller(Frame frame) => Outcome.From(Proxies?.Play(frame, toCaller: true, default, 0) == true);

    [SipFunction("rtpproxy_stop_stream2uas", Messages, "Stops what rtpproxy_stream2uas() plays.")]
    public Outcome StopToCalled(Frame frame) => Outcome.From(Proxies?.Play(frame, toCaller: false, default, 0) == true);

    private Outcome Rewrite(Frame frame, bool isOffer, Utf8Text flags, Utf8Text address) =>
        Outcome.From(Proxies?.Rewrite(frame, isOffer, flags.Span, address) == true);
}
