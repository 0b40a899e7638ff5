using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>
/// A server transaction with the client branches made for it: the response context of RFC 3261 16.7. State only, pooled; the engine acts on it.
/// <para>One thread works on a transaction at a time: whoever <see cref="TryEnter"/>s owns it until <see cref="TransactionEngine.Leave"/>; others leave
/// their event in its mailbox, which the owner empties before it goes. So no lock is held while a script runs.</para>
/// </summary>
public sealed class Transaction
{
    private ClientBranch[] _branches = new ClientBranch[1];
    private int _owned;
    private TransactionMail? _mailbox;
    private TransactionOverrides _overrides;

    internal Transaction(int slot) => Slot = slot;

    /// <summary>Place in the table, for life; the first number of the branches made here.</summary>
    internal int Slot { get; }

    /// <summary>Random number of this use of the object; the second number of its branches. 0 while not in use.</summary>
    internal uint Label;

    internal TransactionKey Key;
    internal Transaction? NextInBucket;

    /// <summary>The request as received; null once no longer needed.</summary>
    public MessageBuffer? Request { get; internal set; }

    public SipMethod Method { get; internal set; }

    public bool IsInvite => Method == SipMethod.Invite;

    /// <summary>Where the request came from.</summary>
    public SipEndpoint Source { get; internal set; }

    /// <summary>The socket it came in at; replies leave through it.</summary>
    public ListenSocket Local { get; internal set; } = null!;

    internal ViaStamp Stamp;
    internal long RequestId;

    /// <summary>Where replies go.</summary>
    public SipEndpoint ReplyTo { get; internal set; }

    /// <summary>Replies go back over the connection of the request, and no other is opened for them; nothing changes for UDP.</summary>
    public void KeepToConnection()
    {
        if (ReplyTo.Protocol != TransportProtocol.Udp)
            ReplyTo = ReplyTo.WithPort(0);
    }

    /// <summary>What the script has set for this transaction alone; the caller must own it.</summary>
    public ref TransactionOverrides Overrides => ref _overrides;

    public TxState State { get; internal set; }

    /// <summary>Last status sent upstream; 0 for none.</summary>
    public int LastStatus { get; internal set; }

    /// <summary>True when the last status sent upstream was made here.</summary>
    public bool LastStatusIsLocal { get; internal set; }

    /// <summary>True once a final reply was sent upstream.</summary>
    public bool HasFinal => LastStatus >= 200;

    /// <summary>True once a CANCEL for this INVITE was processed.</summary>
    public bool IsCancelled { get; internal set; }

    /// <summary>True once a 6xx has ended the search (RFC 3261 16.7, step 5).</summary>
    public bool IsDeclined { get; internal set; }

    /// <summary>False once nobody may be rung any more: the client has cancelled, or a 6xx has ended the search.</summary>
    public bool TakesBranches => !IsCancelled && !IsDeclined;

    /// <summary>How often its request has been relayed; the branches of one relay share it.</summary>
    public int Attempt { get; set; }

    /// <summary>Status of the reply that made the other branches superfluous; 0 for none.</summary>
    internal int EndedBy;

    /// <summary>Whole lines for the CANCELs its client has caused (RFC 3326); empty for none.</summary>
    internal Utf8Text CancelReason;

    /// <summary>Hash of what a merged request has in common with it; 0 when none can come.</summary>
    internal ulong MergeKey;

    /// <summary>The tag of replies made here.</summary>
    internal ulong LocalTag;

    /// <summary>The last reply sent upstream; null when there was none or it is no longer needed.</summary>
    public MessageBuffer? LastReply { get; internal set; }

    /// <summary>Who in this program sent the request; null for requests that came in.</summary>
    public IRequester? Requester { get; internal set; }

    /// <summary>What the transaction user keeps with the transaction.</summary>
    public object? UserState { get; set; }

    /// <summary>What the transaction user gave along with the CANCEL.</summary>
    public object? CancelUserState { get; internal set; }

    /// <summary>When it was made, in the clock's milliseconds.</summary>
    internal long CreatedAt;

    /// <summary>fr_timer of this transaction in ms.</summary>
    public int NoReplyTimeout { get; set; }

    /// <summary>fr_inv_timer of this transaction in ms.</summary>
    public int NoFinalReplyTimeout { get; set; }

    internal long TryingAt = ClientBranch.Never;
    internal long RetransmitAt = ClientBranch.Never;
    internal long TimeoutAt = ClientBranch.Never;
    internal long LingerAt = ClientBranch.Never;
    internal int Interval;

    // Timer wheel links; guarded by the wheel's lock.
    internal Transaction? WheelNext;
    internal Transaction? WheelPrevious;
    internal long WheelTick;
    internal long WheelDeadline = ClientBranch.Never;

    public int BranchCount { get; private set; }

    public ReadOnlySpan<ClientBranch> Branches => new(_branches, 0, BranchCount);

    internal bool IsReliable => Source.Protocol != TransportProtocol.Udp;

    /// <summary>True while a branch may still bring a final reply.</summary>
    public bool HasPendingBranch
    {
        get
        {
            foreach (var branch in Branches)
            {
                if (branch.IsPending)
                    return true;
            }
            return false;
        }
    }

    internal ClientBranch AddBranch()
    {
        if (BranchCount == _branches.Length)
            Array.Resize(ref _branches, BranchCount * 2);
        var branch = _branches[BranchCount] ??= new ClientBranch(BranchCount);
        branch.Attempt = Attempt;
        BranchCount++;
        return branch;
    }

    internal long NextDeadline()
    {
        var next = Math.Min(Math.Min(RetransmitAt, TimeoutAt), Math.Min(LingerAt, TryingAt));
        foreach (var branch in Branches)
            next = Math.Min(next, branch.NextDeadline());
        return next;
    }

    internal void ReleaseRequest()
    {
        Request?.Release();
        Request = null;
    }

    internal void ReleaseLastReply()
    {
        LastReply?.Release();
        LastReply = null;
    }

    /// <summary>Ends the server machine at once.</summary>
    internal void Stop()
    {
        State = TxState.Terminated;
        TryingAt = RetransmitAt = TimeoutAt = LingerAt = ClientBranch.Never;
    }

    internal void Clear()
    {
        ReleaseRequest();
        ReleaseLastReply();
        foreach (var branch in Branches)
            branch.Clear();
        BranchCount = 0;
        State = TxState.None;
        LastStatus = 0;
        LastStatusIsLocal = IsCancelled = IsDeclined = false;
        EndedBy = Attempt = 0;
        MergeKey = 0;
        CancelReason = default;
        _overrides = default;
        UserState = CancelUserState = null;
        Requester = null;
        TryingAt = RetransmitAt = TimeoutAt = LingerAt = ClientBranch.Never;
    }

    /// <summary>Takes ownership; false while another thread has it.</summary>
    internal bool TryEnter() => Volatile.Read(ref _owned) == 0 && Interlocked.CompareExchange(ref _owned, 1, 0) == 0;

    internal void Post(TransactionMail mail)
    {
        TransactionMail? head;
        do
        {
            head = Volatile.Read(ref _mailbox);
            mail.Next = head;
        }
        while (Interlocked.CompareExchange(ref _mailbox, mail, head) != head);
    }

    internal bool HasMail => Volatile.Read(ref _mailbox) is not null;

    /// <summary>Takes all mail, oldest first.</summary>
    internal TransactionMail? TakeMail()
    {
        var newest = Interlocked.Exchange(ref _mailbox, null);
        TransactionMail? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }
        return oldest;
    }

    internal void Disown() => Interlocked.Exchange(ref _owned, 0);
}

/// <summary>What an event for a transaction is about when it has to wait for the thread that owns it.</summary>
internal enum MailKind : byte
{
    Reply,
    Retransmission,
    Ack,
    Cancel,
    Timer,
    Resolved,
    SendFailed,
    Unreachable,
}

/// <summary>An event waiting in a transaction's mailbox. Made only when two threads meet at one transaction.</summary>
internal sealed class TransactionMail
{
    public TransactionMail? Next;
    public MailKind Kind;
    public uint Label;
    public int Branch;
    public MessageBuffer? Bytes;
    public MessageEdits? Edits;
    public SipEndpoint Source;
    public ListenSocket? Local;
    public ResolvedTargets? Targets;
    public object? UserState;
    public Utf8Text Reason;
}
