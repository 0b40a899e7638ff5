using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Stateless forwarding, for modules that end up with a request that belongs to no transaction (RFC 3261 16.11).</summary>
internal interface IStatelessForward
{
    /// <summary>Forwards the frame's request where its target set leads, over a transport of the caller's or the one the URI asks for (None).</summary>
    Outcome Forward(Frame frame, TransportProtocol protocol);

    /// <summary>Forwards it to a next hop of the caller's.</summary>
    Outcome Forward(Frame frame, in NextHop hop);
}
