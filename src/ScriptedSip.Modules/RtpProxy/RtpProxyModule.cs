using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>The rtpproxy module.</summary>
internal sealed class RtpProxyModule : RtpProxyFunctions
{
    [ModParam("nortpproxy_str", "Line that marks a description as taken care of, with its line end; empty for none.")]
    public string NoProxyLine { get; set; } = "a=nortpproxy:yes\r\n";

    [ModParam("rtpproxy_autobridge", "Sides of a bridge are named by flags.", Ignored = true)]
    public int Autobridge { get; set; }

    [ModParam("ice_candidate_priority_avp", "ICE candidates stay as they are.", Ignored = true)]
    public string CandidatePriority { get; set; } = "";

    protected override string MarkLine => NoProxyLine;

    public override void Start(ModuleHost host)
    {
        base.Start(host);
        if (Proxies is not null)
            host.Export(Proxies);
    }
}
