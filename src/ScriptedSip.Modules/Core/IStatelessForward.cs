using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Core;

/// <summary>Stateless forwarding, for modules that end up with a request that belongs to no transaction (RFC 3261 16.11).</summary>
public interface IStatelessForward
{
    /// <summary>Forwards the frame's request where its target set leads; what <c>forward()</c> does.</summary>
    Outcome Forward(Frame frame);
}
