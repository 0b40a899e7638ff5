using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>
/// Whether the credentials of a request belong to the party it names. Meant to be asked after the credentials have been verified:
/// it compares names, it does not authenticate.
/// </summary>
internal static class CredentialChecks
{
    public static Outcome IsUserOf(Frame frame, Slice uri)
    {
        var name = CredentialVariables.Part(frame.Message, "username"u8).Text;
        var at = name.Span.IndexOf((byte)'@');
        var user = at < 0 ? name : name[new Slice(0, at)];
        return Outcome.From(!user.IsEmpty && UriParts.User(frame.Message.Text(uri)).Text == user);
    }
}
