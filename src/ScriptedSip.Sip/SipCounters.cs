namespace ScriptedSip.Sip;

/// <summary>What is counted, one value each; the order is the order of reports.</summary>
public enum Counter
{
    RequestsReceived,
    RepliesReceived,
    BytesReceived,
    PacketsSent,
    SendErrors,

    /// <summary>Bytes that are not SIP, dropped without an answer.</summary>
    NotSip,

    /// <summary>Requests refused for their form with 400, 420, 505 …</summary>
    RefusedRequests,

    /// <summary>Malformed requests that could not be answered, malformed replies, ACKs that break the grammar.</summary>
    DroppedMessages,

    /// <summary>Keep-alive packets.</summary>
    KeepAlives,

    /// <summary>Requests absorbed as retransmissions.</summary>
    Retransmissions,

    /// <summary>Replies that belong to no transaction and were forwarded by their second Via.</summary>
    StrayReplies,

    /// <summary>Replies that were not for us.</summary>
    ForeignReplies,
    TransactionsCreated,
    TransactionsEnded,
    TransactionTimeouts,

    /// <summary>Script runs that threw or ran away; answered 500.</summary>
    ScriptFailures,
    StatelessReplies,

    /// <summary>Exceptions that reached a worker or the timer loop: faults of the program, survived.</summary>
    WorkerFailures,

    /// <summary>Stream connections not taken in, or not made, because there are too many.</summary>
    ConnectionsRefused,

    /// <summary>Script runs that had to wait for a slow source.</summary>
    Waits,

    /// <summary>Look-ups not made because too many runs were waiting already.</summary>
    WaitsRefused,

    Count,
}

/// <summary>Counters shared by all threads; adding is a few nanoseconds and never blocks.</summary>
public sealed class SipCounters
{
    // One cache line each, so that two workers counting different things do not disturb each other.
    private const int Stride = 8;
    private readonly long[] _values = new long[(int)Counter.Count * Stride];

    public void Add(Counter counter, long count = 1) => Interlocked.Add(ref _values[(int)counter * Stride], count);

    public long this[Counter counter] => Volatile.Read(ref _values[(int)counter * Stride]);
}
