using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Pike;

/// <summary>The pike module: tells sources that send too much from the others.</summary>
internal sealed class PikeModule : ScriptModule
{
    private const int MostReportsPerSecond = 5;

    private static readonly Outcome FirstTime = new(-2);

    private FloodWatch _watch = null!;
    private ScriptLog _log = null!;
    private int _reports;

    [ModParam("sampling_time_unit", "Seconds in which requests are counted. 1 or more.")]
    public int SamplingTime { get; set; } = 2;

    [ModParam("reqs_density_per_unit", "Requests of one address allowed in that time. 1 or more.")]
    public int Density { get; set; } = 30;

    [ModParam("remove_latency", "Seconds an address is remembered after its last request. 1 or more.")]
    public int RemoveLatency { get; set; } = 120;

    [ModParam("pike_log_level", "Level at which a newly found flood is logged: -1 error, 1 warning, 2 notice, 3 information, 4 debug.")]
    public int Level { get; set; } = 1;

    [ModParam("check_route", "Requests are checked where the script calls pike_check_req().", Ignored = true)]
    public string CheckRoute { get; set; } = "";

    public override string? Validate(ScriptVersion script) => SamplingTime < 1 || Density < 1 || RemoveLatency < 1
        ? "pike: sampling_time_unit, reqs_density_per_unit and remove_latency must be 1 or more"
        : null;

    public override void Start(ModuleHost host)
    {
        _log = host.Log;
        _watch = new FloodWatch(Density, SamplingTime * 1000, RemoveLatency * 1000);
        host.Every(1000, Tick);
    }

    [ResultMatters]
    [SipFunction("pike_check_req", RouteKinds.Request | RouteKinds.OnReply,
        "Counts the request for its source address: 1 below the limit, -2 when it has just been passed, -1 as long as the source goes on.")]
    public Outcome Check(Frame frame) => Count(frame, frame.Message.Source);

    [ResultMatters]
    [SipFunction("pike_check_ip", RouteKinds.Request | RouteKinds.OnReply, "As pike_check_req(), for an address given.")]
    public Outcome CheckAddress(Frame frame, Utf8Text address) =>
        SipEndpoint.TryParseAddress(address.Span, TransportProtocol.Udp, 0, out var source) ? Count(frame, source) : Outcome.True;

    private Outcome Count(Frame frame, in SipEndpoint source)
    {
        switch (_watch.Count(source, frame.Context.Now))
        {
            case FloodVerdict.Quiet:
                return Outcome.True;
            case FloodVerdict.Flooding:
                return Outcome.False;
            default:
                Report(source);
                return FirstTime;
        }
    }

    // Forged sources are all new: their number must not become the size of the log.
    private void Report(in SipEndpoint source)
    {
        if (Interlocked.Increment(ref _reports) <= MostReportsPerSecond && _log.IsEnabled((LogLevel)Level))
            _log.Write((LogLevel)Level, $"pike: too many requests from {source.ToIPAddress()}");
    }

    private void Tick(ScriptContext context)
    {
        Volatile.Write(ref _reports, 0);
        _watch.Forget(context.Now);
    }
}
