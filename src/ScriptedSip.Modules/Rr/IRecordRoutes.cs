using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Rr;

/// <summary>What later requests of a dialog bring back to us: parameters of our Record-Route. Exported by rr.</summary>
internal interface IRecordRoutes
{
    /// <summary>True when the request has a Record-Route of ours that takes parameters.</summary>
    bool TakesParameters(Frame frame);

    /// <summary>Adds parameters, each with its ';', to the Record-Route that is there or will be.</summary>
    void Add(Frame frame, Utf8Text parameters);

    /// <summary>Parameters of our own Route, from the first semicolon; empty until loose_route() has taken it out.</summary>
    Utf8Text Own(Frame frame);

    /// <summary>Adds somebody who is told of them, or puts him in the place of one of his own kind; for start-up and reloads.</summary>
    void Tell(IOwnRouteUser user);
}
