using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Api;

/// <summary>One destination a request is to be sent to: what becomes one branch (RFC 3261 16.5). Its text belongs to the frame's arena or lives longer.</summary>
public struct BranchTarget
{
    /// <summary>Request-URI of the branch.</summary>
    public Utf8Text Uri;

    /// <summary>Next hop instead of the Request-URI (<c>$du</c>); empty for none.</summary>
    public Utf8Text DestinationUri;

    /// <summary>Route header values to put in front (RFC 3327 Path); empty for none.</summary>
    public Utf8Text Path;

    /// <summary>Socket to send through; null: chosen by destination.</summary>
    public ListenSocket? Socket;

    /// <summary>Branch flags.</summary>
    public uint Flags;

    /// <summary>Preference 0–1000 (q × 1000); <see cref="NoQ"/> when not given.</summary>
    public int Q;

    /// <summary>No q was given.</summary>
    public const int NoQ = -1;
}
