using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>
/// One contact of an address-of-record (RFC 3261 10.3): what a REGISTER asks to store, and what a look-up finds. The text of a found
/// binding stays valid after the look-up, whatever happens to the binding.
/// </summary>
internal struct Binding
{
    /// <summary>The contact URI without angle brackets.</summary>
    public Utf8Text Contact;

    public Utf8Text CallId;

    public uint CSeq;

    /// <summary>Clock reading in milliseconds at which it ends; <see cref="Never"/> for permanent ones.</summary>
    public long ExpiresAt;

    /// <summary>Preference 0–1000, or <see cref="BranchTarget.NoQ"/>.</summary>
    public int Q;

    /// <summary>URI of where the REGISTER came from, when NAT stands between; else empty.</summary>
    public Utf8Text Received;

    /// <summary>Route values to put in front of requests to the contact (RFC 3327); else empty.</summary>
    public Utf8Text Path;

    public Utf8Text UserAgent;

    /// <summary>The socket the REGISTER came in at.</summary>
    public ListenSocket? Socket;

    /// <summary>Flags of the registrar itself, such as "behind NAT" of old scripts.</summary>
    public uint Flags;

    /// <summary>Branch flags of the script at the time of the REGISTER.</summary>
    public uint BranchFlags;

    /// <summary>Methods the contact takes; <see cref="AllMethods"/> when it did not say.</summary>
    public SipMethod Methods;

    /// <summary>The expiry of a binding that does not end.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Every method, unknown ones included.</summary>
    public const SipMethod AllMethods = (SipMethod)~0;

    /// <summary>True while the binding counts.</summary>
    public readonly bool IsLive(long now) => ExpiresAt > now;
}
