using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>One client transaction of a forwarded request (a branch), with the CANCEL that may follow it. State only; reused with its transaction.</summary>
public sealed class ClientBranch
{
    /// <summary>A deadline that never comes.</summary>
    public const long Never = long.MaxValue;

    private byte[] _target = [];
    private int _uriLength;
    private int _nextHopLength;
    private int _pathLength;

    internal ClientBranch(int index) => Index = index;

    /// <summary>Position among the transaction's branches: the N of its Via branch.</summary>
    public int Index { get; }

    public TxState State { get; internal set; }

    /// <summary>The name of the next hop is being looked up; nothing has been sent.</summary>
    public bool IsResolving { get; internal set; }

    /// <summary>Last status code of the branch; 0 before any reply, 408 when it timed out here.</summary>
    public int StatusCode { get; internal set; }

    /// <summary>True when the final status was made here (timeout, transport error), not received.</summary>
    public bool IsLocal { get; internal set; }

    /// <summary>True once any reply was received.</summary>
    public bool HasReplied { get; internal set; }

    /// <summary>The relay it belongs to (<see cref="Transaction.Attempt"/>).</summary>
    public int Attempt { get; internal set; }

    /// <summary>Leave this branch out when the best reply is chosen (t_drop_replies).</summary>
    public bool IsDropped { get; set; }

    /// <summary>A copy sent elsewhere (t_replicate): its replies end here and nothing waits for them.</summary>
    public bool IsReplica { get; set; }

    /// <summary>Request-URI it was sent with, for as long as the branch exists.</summary>
    public Utf8Text Uri => new(_target, 0, _uriLength);

    /// <summary>Next hop it was sent to instead of that; empty for none.</summary>
    public Utf8Text NextHopUri => new(_target, _uriLength, _nextHopLength);

    /// <summary>Route values it was sent with for its target alone (RFC 3327 Path); empty for none.</summary>
    public Utf8Text Path => new(_target, _uriLength + _nextHopLength, _pathLength);

    /// <summary>The request as sent; null once it is no longer needed.</summary>
    public MessageBuffer? Sent { get; internal set; }

    /// <summary>The final reply as it would go upstream: own Via removed, script changes applied; null when there is none.</summary>
    public MessageBuffer? Reply { get; internal set; }

    public ListenSocket Socket { get; internal set; } = null!;

    /// <summary>The script chose the socket.</summary>
    public bool IsSocketForced { get; set; }

    public SipEndpoint Destination { get; internal set; }

    /// <summary>All addresses of the next hop when it was a name; null for a numeric one.</summary>
    public ResolvedTargets? Targets { get; set; }

    /// <summary>Which of <see cref="Targets"/> this branch tries.</summary>
    public int TargetIndex { get; internal set; }

    /// <summary>Sent over UDP whatever its size, because TCP did not reach the server.</summary>
    internal bool IsFallback;

    /// <summary>What the transaction user keeps for the branch (its flags).</summary>
    public uint UserFlags { get; set; }

    /// <summary>What the transaction user wants to find again when the branch fails.</summary>
    public object? UserState { get; set; }

    internal MessageBuffer? Ack;
    internal MessageBuffer? Cancel;
    internal bool CancelWanted;
    internal TxState CancelState;
    internal long RetransmitAt = Never;
    internal long TimeoutAt = Never;
    internal long LingerAt = Never;
    internal long CancelRetransmitAt = Never;
    internal long CancelTimeoutAt = Never;
    internal int Interval;
    internal int CancelInterval;

    /// <summary>True when the response context has stopped waiting for the branch (timer C) although its machine still waits to acknowledge a reply.</summary>
    internal bool IsSettled;

    /// <summary>True while the machine may still get a final reply.</summary>
    internal bool IsOpen => IsResolving || State is TxState.Calling or TxState.Trying or TxState.Proceeding;

    /// <summary>True while the response context waits for a final reply.</summary>
    public bool IsPending => IsOpen && !IsSettled && !IsReplica;

    internal bool IsReliable => Destination.Protocol != TransportProtocol.Udp;

    /// <summary>Keeps where the branch goes, so that it can be found again when the branch has failed.</summary>
    public void RememberTarget(ReadOnlySpan<byte> uri, ReadOnlySpan<byte> nextHopUri, ReadOnlySpan<byte> path)
    {
        var needed = uri.Length + nextHopUri.Length + path.Length;
        if (_target.Length < needed)
            _target = new byte[Math.Max(needed, 64)];
        uri.CopyTo(_target);
        nextHopUri.CopyTo(_target.AsSpan(uri.Length));
        path.CopyTo(_target.AsSpan(uri.Length + nextHopUri.Length));
        _uriLength = uri.Length;
        _nextHopLength = nextHopUri.Length;
        _pathLength = path.Length;
    }

    internal long NextDeadline()
    {
        var next = Math.Min(Math.Min(RetransmitAt, TimeoutAt), LingerAt);
        return CancelState == TxState.None ? next : Math.Min(next, Math.Min(CancelRetransmitAt, CancelTimeoutAt));
    }

    /// <summary>Ends the machines at once: nothing is sent, awaited or absorbed any more.</summary>
    internal void Stop()
    {
        IsResolving = false;
        State = TxState.Terminated;
        if (CancelState != TxState.None)
            CancelState = TxState.Terminated;
        RetransmitAt = TimeoutAt = LingerAt = CancelRetransmitAt = CancelTimeoutAt = Never;
    }

    internal void Clear()
    {
        State = CancelState = TxState.None;
        IsResolving = IsReplica = IsLocal = HasReplied = IsDropped = CancelWanted = IsSettled = IsFallback = false;
        StatusCode = 0;
        UserFlags = 0;
        UserState = null;
        _uriLength = _nextHopLength = _pathLength = 0;
        ReleaseBuffers();
        Targets = null;
        TargetIndex = 0;
        RetransmitAt = TimeoutAt = LingerAt = CancelRetransmitAt = CancelTimeoutAt = Never;
    }

    internal void ReleaseSent()
    {
        Sent?.Release();
        Sent = null;
    }

    internal void ReleaseReply()
    {
        Reply?.Release();
        Reply = null;
    }

    internal void ReleaseCancel()
    {
        Cancel?.Release();
        Cancel = null;
    }

    private void ReleaseBuffers()
    {
        ReleaseSent();
        ReleaseReply();
        ReleaseCancel();
        Ack?.Release();
        Ack = null;
    }
}
