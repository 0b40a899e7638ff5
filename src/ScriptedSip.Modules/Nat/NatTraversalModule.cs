using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Nat;

/// <summary>The nat_traversal module, as far as it finds NATs and puts public addresses into requests; it pings nobody.</summary>
internal sealed class NatTraversalModule : ScriptModule
{
    private const RouteKinds Messages = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Branch | RouteKinds.Local | RouteKinds.OnReply;
    private const string Pings = "Contacts are pinged by nathelper; nat_keepalive() is not offered.";

    [ModParam("keepalive_interval", Pings, Ignored = true)]
    public int KeepAliveInterval { get; set; }

    [ModParam("keepalive_method", Pings, Ignored = true)]
    public string KeepAliveMethod { get; set; } = "";

    [ModParam("keepalive_from", Pings, Ignored = true)]
    public string KeepAliveFrom { get; set; } = "";

    [ModParam("keepalive_extra_headers", Pings, Ignored = true)]
    public string KeepAliveHeaders { get; set; } = "";

    [ModParam("keepalive_state_file", Pings, Ignored = true)]
    public string KeepAliveStateFile { get; set; } = "";

    [ResultMatters]
    [SipFunction("client_nat_test", Messages, "1 when one of the tests finds a NAT, else -1. Bits: 1 Contact private, 2 source is not the Via's address, 4 Via private.")]
    public Outcome Test(Frame frame, int tests)
    {
        const NatTests known = NatTests.ContactPrivate | NatTests.SourceDiffersFromVia | NatTests.ViaPrivate;
        return Outcome.From(NatTest.Any(frame.Message, (NatTests)tests & known));
    }

    [SipFunction("fix_contact", Messages, "Replaces host and port of each Contact with the source's; -1 when there is none.")]
    public Outcome FixContact(Frame frame) => Outcome.From(NatActions.FixContact(frame));
}
