using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Rr;

/// <summary>What later requests of a dialog bring back to us: parameters of our Record-Route. Exported by rr.</summary>
internal interface IRecordRoutes
{
    /// <summary>True when the request has a Record-Route of ours that takes parameters.</summary>
    bool TakesParameters(Frame frame);

    /// <summary>Puts a parameter into the Record-Route that is there or will be, in the place of one of that name (RFC 3261 19.1.1 allows each once).</summary>
    void Set(Frame frame, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>Parameters of our own Route, from the first semicolon; empty until loose_route() has taken it out.</summary>
    Utf8Text Own(Frame frame);

    /// <summary>Adds somebody who is told of them while the script runs that is being started, or puts him in the place of one of his own kind; for start-up and reloads.</summary>
    void Tell(IOwnRouteUser user);
}
