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

    /// <summary>A relay that fails is not answered here; the script does it.</summary>
    public bool NoInternalReply;

    /// <summary>The Reason of a received CANCEL is not passed on.</summary>
    public bool KeepsCancelReason;

    /// <summary>Whole lines for each request sent for this transaction, its ACK and CANCEL included; empty for none.</summary>
    public Messages.Utf8Text Headers;

    /// <summary>Of a CANCEL: whole lines for those it causes; empty for those it has itself.</summary>
    public Messages.Utf8Text CancelReason;

    /// <summary>A 6xx is a failure like any other.</summary>
    public bool SixxxIsOrdinary;
}
