namespace ScriptedSip.Sip.Transactions;

/// <summary>States of the four machines (RFC 3261 17, RFC 6026). Not every machine has every state.</summary>
public enum TxState : byte
{
    /// <summary>Not in use.</summary>
    None,

    /// <summary>INVITE client: the request was sent, nothing came back.</summary>
    Calling,

    /// <summary>Non-INVITE client and server: before any reply.</summary>
    Trying,
    Proceeding,

    /// <summary>A final reply was sent or received (for INVITE: 300–699).</summary>
    Completed,

    /// <summary>INVITE server: the ACK to a 300–699 came.</summary>
    Confirmed,

    /// <summary>INVITE after a 2xx (RFC 6026).</summary>
    Accepted,
    Terminated,
}

/// <summary>What can happen to a machine.</summary>
public enum TxEvent : byte
{
    /// <summary>Server: the request came again. Client: the request is to be sent.</summary>
    Request,

    /// <summary>Server: an ACK matched.</summary>
    Ack,

    /// <summary>1xx, from the transaction user (server) or the network (client).</summary>
    Provisional,

    /// <summary>2xx.</summary>
    Success,

    /// <summary>300–699.</summary>
    Failure,

    /// <summary>Retransmission timer: A, E or G.</summary>
    Retransmit,

    /// <summary>Time is up without what was waited for: B, F or H.</summary>
    Timeout,

    /// <summary>The wait for stragglers is over: D, I, J, K, L or M.</summary>
    Linger,

    /// <summary>The message cannot be sent (RFC 3261 17.1.4, 18.4).</summary>
    TransportError,
}

/// <summary>What a machine wants done, as a set.</summary>
[Flags]
public enum TxEffects : ushort
{
    None = 0,

    /// <summary>Client: send the request. Server: send the reply at hand.</summary>
    Send = 1 << 0,

    /// <summary>Send again what was sent last.</summary>
    Resend = 1 << 1,

    /// <summary>Start the retransmission timer at its first interval.</summary>
    StartRetransmit = 1 << 2,

    /// <summary>Start the retransmission timer at the next interval of its schedule.</summary>
    NextRetransmit = 1 << 3,
    StopRetransmit = 1 << 4,

    /// <summary>Start timer B, F or H.</summary>
    StartTimeout = 1 << 5,
    StopTimeout = 1 << 6,

    /// <summary>Start timer D, I, J, K, L or M.</summary>
    StartLinger = 1 << 7,

    /// <summary>Hand the message to the transaction user.</summary>
    PassUp = 1 << 8,

    /// <summary>Acknowledge the reply (RFC 3261 17.1.1.3).</summary>
    SendAck = 1 << 9,

    /// <summary>Tell the transaction user that no answer came.</summary>
    ReportTimeout = 1 << 10,

    /// <summary>Tell the transaction user that the message could not be sent.</summary>
    ReportError = 1 << 11,

    /// <summary>The machine is done and its state may go.</summary>
    Terminate = 1 << 12,
}

/// <summary>One step of a machine: where it goes and what it wants done.</summary>
public readonly record struct TxStep(TxState Next, TxEffects Effects)
{
    /// <summary>Nothing happens.</summary>
    public static TxStep Stay(TxState state) => new(state, TxEffects.None);

    internal static TxStep End(TxEffects effects = TxEffects.None) => new(TxState.Terminated, effects | TxEffects.Terminate);
}
