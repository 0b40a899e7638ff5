using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Sl;

/// <summary>Answers requests, for modules that reply by themselves. Exported by the sl module.</summary>
internal interface IStatelessReplies
{
    /// <summary>
    /// Answers the request of a frame and marks it handled; <paramref name="headers"/> are whole header lines with their line ends. False when
    /// there is nothing to answer: an ACK, a reply.
    /// </summary>
    bool Send(Frame frame, int code, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> headers);
}
