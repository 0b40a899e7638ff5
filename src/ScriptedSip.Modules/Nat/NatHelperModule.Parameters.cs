using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Nat;

internal sealed partial class NatHelperModule
{
    private const string Lost = "Pings that are not answered change nothing.";

    [ModParam("received_avp", "AVP in which fix_nated_register() leaves the source for registrar; the same as registrar's.")]
    public string ReceivedAvp { get; set; } = "";

    [ModParam("nortpproxy_str", "Line that fix_nated_sdp() adds with bit 4, with its line end.")]
    public string NoProxyLine { get; set; } = "a=nortpproxy:yes\r\n";

    [ModParam("alias_name", "Name of the URI parameter that holds the source.")]
    public string AliasName { get; set; } = "alias";

    [ModParam("natping_interval", "Seconds in which every contact is pinged once; 0 for no pings.")]
    public int PingInterval { get; set; }

    [ModParam("ping_nated_only", "1: only contacts whose source is not their address are pinged.")]
    public bool PingsOnlyNated { get; set; }

    [ModParam("sipping_bflag", "Branch flag of contacts that are pinged with a SIP request; others get four zero bytes. Its number or name; -1 for none.")]
    public ScriptFlag SipPingFlag { get; set; }

    [ModParam("sipping_from", "From URI of SIP pings. Without one only zero bytes are sent.")]
    public string SipPingFrom { get; set; } = "";

    [ModParam("sipping_method", "Method of SIP pings.")]
    public string SipPingMethod { get; set; } = "OPTIONS";

    [ModParam("natping_method", "As sipping_method; in SER setting it makes all pings SIP requests.")]
    public string SipPingMethodOfSer { get; set; } = "";

    [ModParam("natping_disable_bflag", "Branch flag of contacts that are not pinged. Its number or name; -1 for none.")]
    public ScriptFlag NoPingFlag { get; set; }

    [ModParam("natping_socket", "Pings leave through the socket of the REGISTER.", Ignored = true)]
    public string PingSocket { get; set; } = "";

    [ModParam("force_socket", "Pings leave through the socket of the REGISTER.", Ignored = true)]
    public string ForcedSocket { get; set; } = "";

    [ModParam("natping_processes", "The timer sends the pings.", Ignored = true)]
    public int PingProcesses { get; set; }

    [ModParam("natping_partitions", "Pings are spread over the interval.", Ignored = true)]
    public int PingPartitions { get; set; }

    [ModParam("natping_tcp", "Connections are kept by their phones.", Ignored = true)]
    public int PingsTcp { get; set; }

    [ModParam("natping_crlf", "Pings are four zero bytes.", Ignored = true)]
    public int PingsWithLineEnd { get; set; }

    [ModParam("natping_stateful", "SIP pings are always sent through a transaction.", Ignored = true)]
    public int PingsStatefully { get; set; }

    [ModParam("udpping_from_path", "Contacts with a path are pinged by SIP only.", Ignored = true)]
    public int PingsPath { get; set; }

    [ModParam("keepalive_timeout", Lost, Ignored = true)]
    public int KeepAliveTimeout { get; set; }

    [ModParam("remove_on_timeout_bflag", Lost, Ignored = true)]
    public string RemoveOnTimeoutFlag { get; set; } = "";

    [ModParam("max_pings_lost", Lost, Ignored = true)]
    public int MaxPingsLost { get; set; }

    [ModParam("ping_threshold", Lost, Ignored = true)]
    public int PingThreshold { get; set; }

    [ModParam("sipping_latency_flag", Lost, Ignored = true)]
    public string LatencyFlag { get; set; } = "";

    [ModParam("sipping_ignore_rpl_codes", Lost, Ignored = true)]
    public string IgnoredCodes { get; set; } = "";

    [ModParam("append_sdp_oldmediaip", "The old address is not kept in the description.", Ignored = true)]
    public int KeepsOldAddress { get; set; }

    [ModParam("oldip_skip", "The old address is not kept in the description.", Ignored = true)]
    public string OldAddressSkip { get; set; } = "";

    [ModParam("filter_server_id", "All contacts in memory are this server's.", Ignored = true)]
    public int FilterServerId { get; set; }

    [ModParam("nat_addr_mode", "RFC 6598 addresses always count as private.", Ignored = true)]
    public int PrivateAddressMode { get; set; } = 1;

    [ModParam("rtpproxy_disable", "1: the functions for RTP proxies fail.")]
    public bool DisablesRtpProxy { get; set; }

    public override string? Validate(ScriptVersion script)
    {
        if (ReceivedAvp.Length > 0 && AvpReference.Parse(ReceivedAvp) == 0)
            return "nathelper: received_avp must be of the form $avp(name)";
        if (!LocalRequest.IsMethod(SipPingMethod) || (SipPingMethodOfSer.Length > 0 && !LocalRequest.IsMethod(SipPingMethodOfSer)))
            return "nathelper: sipping_method must be a method such as OPTIONS";
        return PingInterval is < 0 or > 86400 ? "nathelper: natping_interval must be from 0 to 86400" : base.Validate(script);
    }
}
