namespace ScriptedSip.Sip.Transactions;

/// <summary>Timer values in milliseconds (RFC 3261 table 4, and the names script authors know). Set before traffic starts.</summary>
public sealed class TransactionTimers
{
    /// <summary>T1: first retransmission interval.</summary>
    public int T1 { get; set; } = 500;

    /// <summary>T2: longest retransmission interval.</summary>
    public int T2 { get; set; } = 4000;

    /// <summary>T4: how long a message may live in the network (timers I and K).</summary>
    public int T4 { get; set; } = 5000;

    /// <summary>fr_timer, timers B and F: how long to wait for any reply.</summary>
    public int NoReply { get; set; } = 30_000;

    /// <summary>fr_inv_timer, timer C: how long to wait for a final reply to an INVITE once a provisional came.</summary>
    public int NoFinalReply { get; set; } = 120_000;

    /// <summary>wt_timer: how long a finished transaction stays to absorb retransmissions; 0 for what the RFC asks (J, L and M: 64·T1).</summary>
    public int Wait { get; set; }

    /// <summary>
    /// Transactions at a time above which a finished one stays for T4 only, as long as its messages live in the network: thirty seconds of full load
    /// would take more memory than late copies are worth.
    /// </summary>
    public int CrowdedAbove { get; set; } = 10_000;

    /// <summary>64·T1: timers H, J, L and M, and the least value of D.</summary>
    public int SixtyFourT1 => 64 * T1;

    /// <summary>Delay after which an unanswered INVITE gets a 100 (RFC 3261 17.2.1 allows 200); 0 for at once, -1 for never.</summary>
    public int TryingDelay { get; set; } = 100;

    /// <summary>Whether every provisional restarts <see cref="NoFinalReply"/> (RFC 3261 16.7, step 2), or only the first one starts it.</summary>
    public bool RestartOnEachProvisional { get; set; } = true;

    /// <summary>Longest life of an INVITE transaction, whatever happens; 0 for no limit.</summary>
    public int MaxInviteLifetime { get; set; } = 180_000;

    /// <summary>Longest life of another transaction; 0 for no limit.</summary>
    public int MaxNonInviteLifetime { get; set; } = 32_000;
}
