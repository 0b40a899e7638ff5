namespace ScriptedSip.Sip.Transactions;

/// <summary>What a script has set for one transaction alone. Milliseconds; 0 leaves what the parameters say.</summary>
public struct TransactionOverrides
{
    /// <summary>First retransmission interval of requests sent (T1).</summary>
    public int FirstRetransmission;

    /// <summary>Longest retransmission interval of requests sent (T2).</summary>
    public int LongestRetransmission;

    /// <summary>Longest life, if it is an INVITE transaction.</summary>
    public int InviteLifetime;

    /// <summary>Longest life, if it is another.</summary>
    public int NonInviteLifetime;

    /// <summary>No further server of a name is tried when one fails.</summary>
    public bool NoFailover;

    /// <summary>A 6xx is a failure like any other.</summary>
    public bool SixxxIsOrdinary;
}
