using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Messages;

/// <summary>Writes outgoing copies of a received message: original bytes plus edits, in a single forward pass.</summary>
public static class MessageWriter
{
    /// <summary>Room to ask for: the original, all inserted text, and what a Via, a URI and deferred texts may add.</summary>
    public static int UpperBound(SipMessage message, MessageEdits edits, int extra) =>
        message.Length + edits.InsertedLength + extra + 64 + (edits.Count * 256);
}
