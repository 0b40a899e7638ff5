using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Sl;

/// <summary>Answers to requests without a transaction, for modules that reply by themselves. Always there, whether or not a script loads sl.</summary>
public interface IStatelessReplies
{
    /// <summary>
    /// Answers the request of a frame and marks it handled; the frame's reply headers and body go along, and <paramref name="headers"/>, which are
    /// whole header lines with their line ends. A 3xx tells the destination set. False when nothing was sent: an ACK is never answered, nor a reply.
    /// </summary>
    bool Send(Frame frame, int code, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> headers = default);

    /// <summary>True for the ACK to a failure sent from here (RFC 3261 17.1.1.3): it has done its work and is not for the script.</summary>
    bool IsAckToOwnReply(SipMessage ack);
}
