using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Rr;

/// <summary>Which way a request within a dialog goes. Exported by rr; known once loose_route() has run.</summary>
internal interface IRequestDirection
{
    /// <summary>True when it goes against the direction of the request that made the dialog.</summary>
    bool IsUpstream(Frame frame);
}
