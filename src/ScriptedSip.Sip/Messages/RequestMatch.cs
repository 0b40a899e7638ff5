namespace ScriptedSip.Sip.Messages;

/// <summary>How a request relates to the transactions there are.</summary>
public enum RequestMatch : byte
{
    /// <summary>It belongs to none: the script decides.</summary>
    New,

    /// <summary>A retransmission, or its transaction is at work on another thread: it has been dealt with.</summary>
    Absorbed,

    /// <summary>The ACK to a negative final reply: it has ended the retransmission of that reply, and goes on only so that the script may see it.</summary>
    AckToFailure,
}
