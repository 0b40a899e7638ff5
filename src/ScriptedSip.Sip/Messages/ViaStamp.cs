namespace ScriptedSip.Sip.Messages;

/// <summary>Parameters a server adds to the topmost Via of a request it received.</summary>
[Flags]
public enum ViaStamp : byte
{
    None = 0,

    /// <summary>received=SOURCE-ADDRESS: sent-by differs from the source address, or rport is asked for (RFC 3261 18.2.1, RFC 3581 4).</summary>
    Received = 1,

    /// <summary>rport=SOURCE-PORT: the client asked with an empty rport, or the script called force_rport().</summary>
    Rport = 2,

    /// <summary>Nothing is added; the reply goes to the address the Via names rather than to the source (reply_to_via).</summary>
    ReplyToVia = 4,

    /// <summary>Nothing is added; replies go back over the connection the request came over, and no other is opened for them.</summary>
    OwnConnectionOnly = 8,
}
