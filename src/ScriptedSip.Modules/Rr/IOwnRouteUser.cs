using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Rr;

/// <summary>Wants to know of the parameters that our own Route value had when a request was routed by it.</summary>
public interface IOwnRouteUser
{
    /// <summary>The request has been routed; the parameters are those of the URI, from the first semicolon.</summary>
    void Routed(Frame frame, Utf8Text parameters);
}
