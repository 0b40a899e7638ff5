using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Auth;

/// <summary>
/// The check of digest credentials, for modules that have secrets. Exported by auth. Codes: 1 accepted; -1 broken, -2 wrong, -4 stale nonce, -5 no
/// credentials, -6 nonce used before.
/// </summary>
internal interface IDigestAuthentication
{
    /// <summary>
    /// Looks at credentials before their secret is fetched: 1 when it is worth fetching. The user name is empty for requests that cannot be challenged
    /// (ACK, CANCEL, PRACK); they pass.
    /// </summary>
    int Inspect(Frame frame, HeaderId header, Utf8Text realm, out Utf8Text userName, out Utf8Text usedRealm, out DigestAlgorithm algorithm);

    /// <summary>Checks them against a secret: the password, or H(user:realm:password) when it is hashed.</summary>
    Outcome Check(Frame frame, HeaderId header, Utf8Text realm, ReadOnlySpan<byte> secret, bool isHashed, ReadOnlySpan<byte> method);

    /// <summary>The user name in the credentials that were accepted in this run; empty when none were.</summary>
    Utf8Text AcceptedUser(Frame frame);

    /// <summary>Their realm.</summary>
    Utf8Text AcceptedRealm(Frame frame);
}
