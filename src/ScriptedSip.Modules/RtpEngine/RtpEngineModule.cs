using System.Text;
using ScriptedSip.Modules.Nat;
using ScriptedSip.Modules.RtpProxy;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.RtpEngine;

/// <summary>The rtpengine module: gives session descriptions to an rtpengine over its ng protocol and sends on what comes back.</summary>
internal sealed class RtpEngineModule : ScriptModule
{
    private const RouteKinds Messages = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Branch | RouteKinds.Local | RouteKinds.OnReply | RouteKinds.BranchFailure;
    private const string NoTable = "Engines are named by rtpengine_sock.";

    private readonly RtpProxySets _sets = new();
    private string? _wrongAddress;
    private RtpProxyPool? _pool;
    private ScriptLog _log = null!;

    [ModParam("rtpengine_sock", "Engines: \"udp:host:port[=weight]\", several with spaces between them; \"1 == udp:…\" puts them into set 1, others are in set 0. May be repeated.")]
    public void AddEngines(string text)
    {
        if (text.Length > 0 && text != "NONE")
            _wrongAddress ??= _sets.Add(text);
    }

    [ModParam("rtpengine_tout_ms", "Milliseconds an engine may take to answer. 10 or more.")]
    public int AnswerTimeout { get; set; } = 1000;

    [ModParam("rtpengine_tout", "The same in seconds.")]
    public int AnswerTimeoutSeconds { get => AnswerTimeout / 1000; set => AnswerTimeout = value * 1000; }

    [ModParam("rtpengine_retr", "How often a command is sent again. 0 or more.")]
    public int Retries { get; set; } = 5;

    [ModParam("rtpengine_disable_tout", "Seconds an engine that did not answer is left alone. 0 or more.")]
    public int DisabledFor { get; set; } = 60;

    [ModParam("setid_default", "Set that is used when the script chooses none.")]
    public int DefaultSet { get; set; }

    [ModParam("rtpengine_allow_op", "A call whose engine is gone goes to another one.", Ignored = true)]
    public int AllowsOperations { get; set; }

    [ModParam("queried_nodes_limit", "All engines of a set are asked in turn.", Ignored = true)]
    public int QueriedNodes { get; set; }

    [ModParam("db_url", NoTable, Ignored = true)]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("table_name", NoTable, Ignored = true)]
    public string TableName { get; set; } = "";

    public override string? Validate(ScriptVersion script)
    {
        if (_wrongAddress is not null)
            return $"rtpengine_sock: \"{_wrongAddress}\" is no address of an rtpengine, or its host is unknown";
        return AnswerTimeout is < 10 or > 60_000 || Retries is < 0 or > 60 || DisabledFor is < 0 or > 86400
            ? "rtpengine_tout_ms must be from 10 to 60000, rtpengine_retr from 0 to 60, rtpengine_disable_tout from 0 to 86400"
            : null;
    }

    public override void Start(ModuleHost host)
    {
        _log = host.Log;
        if (!_sets.IsEmpty)
            _pool = new RtpProxyPool(_sets, host.Clock, host.Log) { Timeout = AnswerTimeout, Retries = Retries, DisabledFor = DisabledFor * 1000, DefaultSet = DefaultSet };
    }

    [SipFunction("rtpengine_offer", Messages,
        "Has an rtpengine rewrite the offer in a message. Words: RTP/AVP, RTP/SAVPF…, ICE=remove or force, replace-origin, replace-session-connection, trust-address, symmetric, rtcp-mux-demux…, codec-strip-NAME…, media-address=A, direction=D and all others the ng protocol has. -1 without description, engine or answer.")]
    public Outcome Offer(Frame frame, Utf8Text flags = default) => Rewrite(frame, isOffer: true, flags);

    [SipFunction("rtpengine_answer", Messages, "As rtpengine_offer(), for an answer.")]
    public Outcome Answer(Frame frame, Utf8Text flags = default) => Rewrite(frame, isOffer: false, flags);

    [SipFunction("rtpengine_delete", Messages, "Ends the call at its rtpengine; -1 when that does not answer.")]
    public Outcome Delete(Frame frame, Utf8Text flags = default) => Tell(frame, "delete", flags);

    [SipFunction("rtpengine_manage", Messages,
        "Does what the message asks for: an offer in INVITE and UPDATE, an answer in ACK and PRACK, in replies the other one than their request had; BYE, CANCEL and final failures end the call.")]
    public Outcome Manage(Frame frame, Utf8Text flags = default) => MediaStep.Of(frame) switch
    {
        MediaAction.Offer => Rewrite(frame, isOffer: true, flags),
        MediaAction.Answer => Rewrite(frame, isOffer: false, flags),
        MediaAction.End => Tell(frame, "delete", default),
        _ => Outcome.False,
    };

    [SipFunction("set_rtpengine_set", Messages, "Chooses the set of engines for the rest of the script run; -1 when there is none of that number.", Aliases = "rtpengine_use_set")]
    public Outcome UseSet(Frame frame, int set) => Outcome.From(_pool?.UseSet(frame, set) == true);

    [SipFunction("start_recording", Messages, "Has the rtpengine record the call; -1 when it does not.", Aliases = "rtpengine_start_recording")]
    public Outcome StartRecording(Frame frame, Utf8Text flags = default) => Tell(frame, "start recording", flags);

    [SipFunction("stop_recording", Messages, "Stops what start_recording() began.", Aliases = "rtpengine_stop_recording")]
    public Outcome StopRecording(Frame frame, Utf8Text flags = default) => Tell(frame, "stop recording", flags);

    [SipFunction("block_media", Messages, "Has the rtpengine pass no media on; -1 when it does not answer.", Aliases = "rtpengine_block_media")]
    public Outcome BlockMedia(Frame frame, Utf8Text flags = default) => Tell(frame, "block media", flags);

    [SipFunction("unblock_media", Messages, "Ends block_media().", Aliases = "rtpengine_unblock_media")]
    public Outcome UnblockMedia(Frame frame, Utf8Text flags = default) => Tell(frame, "unblock media", flags);

    [SipFunction("block_dtmf", Messages, "Has the rtpengine pass no DTMF events on; -1 when it does not answer.", Aliases = "rtpengine_block_dtmf")]
    public Outcome BlockDtmf(Frame frame, Utf8Text flags = default) => Tell(frame, "block DTMF", flags);

    [SipFunction("unblock_dtmf", Messages, "Ends block_dtmf().", Aliases = "rtpengine_unblock_dtmf")]
    public Outcome UnblockDtmf(Frame frame, Utf8Text flags = default) => Tell(frame, "unblock DTMF", flags);

    private Outcome Rewrite(Frame frame, bool isOffer, Utf8Text flags)
    {
        var message = frame.Message;
        var sdp = SdpBody.Find(message);
        var (sender, receiver) = RtpProxyControl.Tags(message);
        // An answer names who made the offer first.
        var (from, to) = isOffer ? (sender, receiver) : (receiver, sender);
        if (!sdp.IsPresent || from.Length == 0 || (!isOffer && to.Length == 0))
            return Outcome.False;
        var command = Command(message, isOffer ? "offer" : "answer", from, to);
        command["sdp"] = Encoding.Latin1.GetString(message[sdp]);
        if (Ask(frame, command, flags) is not { } answer || !answer.TryGetValue("sdp", out var rewritten) || rewritten is not string text)
            return Outcome.False;
        frame.Edits.Replace(sdp, Encoding.Latin1.GetBytes(text));
        return Outcome.True;
    }

    private Outcome Tell(Frame frame, string command, Utf8Text flags)
    {
        var message = frame.Message;
        return Outcome.From(Ask(frame, Command(message, command, Text(message, message.From.Tag), Text(message, message.To.Tag)), flags) is not null);
    }

    private static Dictionary<string, object> Command(SipMessage message, string name, string from, string to)
    {
        var command = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["command"] = name,
            ["call-id"] = Text(message, message.CallId),
            ["from-tag"] = from,
            ["received-from"] = new List<string> { message.Source.IsIPv4 ? "IP4" : "IP6", message.Source.ToIPAddress().ToString() },
        };
        if (to.Length > 0)
            command["to-tag"] = to;
        return command;
    }

    private static string Text(SipMessage message, Slice part) => Encoding.Latin1.GetString(message[part]);

    private Dictionary<string, object>? Ask(Frame frame, Dictionary<string, object> command, Utf8Text flags)
    {
        if (_pool is null || !EngineFlags.TryApply(flags.ToString(), command) || _pool.Ask(frame, [Bencode.Write(command)], out var engine) is not [var text])
            return null;
        var answer = Bencode.Read(text);
        if (answer is not null && answer.TryGetValue("result", out var result) && result is "ok")
            return answer;
        if (_log.IsEnabled(LogLevel.Error))
            _log.Write(LogLevel.Error, $"rtpengine: {engine!.Name} refuses to {command["command"]}: {(answer?.GetValueOrDefault("error-reason") as string) ?? "its answer cannot be read"}");
        return null;
    }
}
