using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Api;

/// <summary>
/// The run of a script on one message: what the script sees, what it has changed, and where it wants the message to go.
/// Rented from a context, never kept beyond the run.
/// </summary>
public sealed partial class Frame
{
    private BranchTarget[] _branches = new BranchTarget[4];
    private readonly MessageEdits _ownEdits = new();
    private readonly AvpList _ownAvps = new();
    private Value[] _variables = [];
    private object?[] _slots = [];
    private static int _slotCount;
    private Utf8Text _initialUri;
    private TransactionOverrides _overrides;

    internal Frame(ScriptContext context)
    {
        Context = context;
        Edits = _ownEdits;
        Avps = _ownAvps;
    }

    public ScriptContext Context { get; }

    public Arena Arena => Context.Arena;

    /// <summary>The message; in failure and branch routes the original request.</summary>
    public SipMessage Message { get; private set; } = null!;

    public ScriptVersion Script { get; private set; } = null!;

    /// <summary>The kind of block being run.</summary>
    public RouteKinds Kind { get; set; }

    /// <summary>Changes to the message.</summary>
    public MessageEdits Edits { get; set; }

    /// <summary>AVPs of the message, or of its transaction once there is one.</summary>
    public AvpList Avps { get; set; }

    /// <summary>The Request-URI as rewritten; empty when it is the received one.</summary>
    public Utf8Text NewUri { get; set; }

    /// <summary>The Request-URI as it would be sent now.</summary>
    public Utf8Text RequestUri => NewUri.IsEmpty ? Message.Text(Message.RequestUri) : NewUri;

    /// <summary>Next hop that overrides the Request-URI (<c>$du</c>); empty for none.</summary>
    public Utf8Text DestinationUri { get; set; }

    /// <summary>Path of the current branch as Route values; empty for none.</summary>
    public Utf8Text Path { get; set; }

    /// <summary>Socket the request must leave through; null for free choice.</summary>
    public ListenSocket? SendSocket { get; set; }

    /// <summary>Where the message is about to be sent, in an onsend route; else none.</summary>
    public SipEndpoint SendDestination { get; set; }

    /// <summary>q of the current Request-URI, 0–1000, or <see cref="BranchTarget.NoQ"/>.</summary>
    public int Q { get; set; } = BranchTarget.NoQ;

    /// <summary>Branches appended besides the Request-URI.</summary>
    public Span<BranchTarget> Branches => _branches.AsSpan(0, BranchCount);

    public int BranchCount { get; private set; }

    /// <summary>Most branches of one request, the Request-URI's included.</summary>
    public const int MaxBranches = 12;

    /// <summary>Message flags; they become the transaction's flags.</summary>
    public uint Flags { get; set; }

    /// <summary>Flags of the current branch.</summary>
    public uint BranchFlags { get; set; }

    /// <summary>Flags of this script run only.</summary>
    public uint ScriptFlags { get; set; }

    /// <summary>Code of the last command or route: <c>$rc</c>.</summary>
    public int ReturnCode { get; set; }

    /// <summary>Set when the run must end: <c>exit</c>, <c>drop</c>, or a function that returned 0.</summary>
    public bool Stopped { get; set; }

    /// <summary>Set by <c>drop</c>.</summary>
    public bool Dropped { get; set; }

    /// <summary>Set when the run was ended by an exception or as a runaway: a request nobody has answered is then answered 500.</summary>
    public bool Failed { get; set; }

    /// <summary>Set when a function answered or relayed the request.</summary>
    public bool Handled { get; set; }

    /// <summary>Set when this run gave the request its final reply.</summary>
    public bool Answered { get; set; }

    /// <summary>The transaction of the message; null when it has none (yet).</summary>
    public Transaction? Transaction { get; set; }

    /// <summary>Index of the branch a reply or branch route is about; -1 elsewhere.</summary>
    public int BranchIndex { get; set; } = -1;

    /// <summary>Status code of the winning reply in a failure route, of the reply in a reply route; else 0.</summary>
    public int StatusCode { get; set; }

    /// <summary>Reply route armed for the transaction about to be made, or of the one at hand.</summary>
    public RouteRef? OnReply { get; set; }

    public RouteRef? OnFailure { get; set; }

    public RouteRef? OnBranch { get; set; }

    /// <summary>Route armed for the failure of each single branch sent from now on.</summary>
    public RouteRef? OnBranchFailure { get; set; }

    /// <summary>What replies to the request are changed by before they go upstream; null for nothing.</summary>
    public IReplyChange? ReplyChange { get; set; }

    /// <summary>Parameters to put behind the branch of the own Via, each with its ';' (add_local_rport, …); empty for none.</summary>
    public Utf8Text ViaParameters { get; set; }

    /// <summary>True when this run has rewritten the Request-URI.</summary>
    public bool UriChanged => NewUri != _initialUri;

    /// <summary>The Request-URI a failure route starts from.</summary>
    public void SetInitialUri(Utf8Text uri) => NewUri = _initialUri = uri;

    /// <summary>Any-reply timer for the transaction of this request in milliseconds; 0 for the parameter's.</summary>
    public int NoReplyTimeout { get; set; }

    /// <summary>Final-reply timer for the transaction of this INVITE in milliseconds; 0 for the parameter's.</summary>
    public int NoFinalReplyTimeout { get; set; }

    /// <summary>What this run has set for the transaction it may make.</summary>
    public ref TransactionOverrides Overrides => ref _overrides;

    /// <summary>No automatic 100 for this INVITE.</summary>
    public bool SuppressTrying { get; set; }

    /// <summary>Header lines to add to replies made here (append_to_reply, CRLF-terminated); empty for none.</summary>
    public Utf8Text ReplyHeaders { get; set; }

    /// <summary>Body of replies made here (set_reply_body); empty for none.</summary>
    public Utf8Text ReplyBody { get; set; }

    /// <summary>Content-Type of <see cref="ReplyBody"/>.</summary>
    public Utf8Text ReplyContentType { get; set; }

    /// <summary>Why the last function failed, as the status code <c>sl_reply_error</c> answers; 0 when nothing failed.</summary>
    public int ErrorCode { get; set; }

    /// <summary>Statements left before the run is ended as a runaway.</summary>
    public int StepsLeft { get; set; }

    /// <summary>Nesting depth of route calls.</summary>
    public int RouteDepth { get; set; }

    /// <summary>The storage of the script's <c>$var(…)</c> names; each run starts with them unset.</summary>
    public Span<Value> Variables => _variables.AsSpan(0, Script.VariableCount);

    /// <summary>One of <see cref="Variables"/>.</summary>
    internal ref Value Variable(int slot) => ref _variables[slot];

    /// <summary>Adds a branch; false when there are <see cref="MaxBranches"/> already.</summary>
    public bool AppendBranch(in BranchTarget target)
    {
        if (BranchCount + 1 >= MaxBranches)
            return false;
        if (BranchCount == _branches.Length)
            Array.Resize(ref _branches, BranchCount * 2);
        _branches[BranchCount++] = target;
        return true;
    }

    /// <summary>Forgets the appended branches.</summary>
    public void ClearBranches() => BranchCount = 0;

    /// <summary>Removes one appended branch.</summary>
    public void RemoveBranch(int index)
    {
        Array.Copy(_branches, index + 1, _branches, index, --BranchCount - index);
    }

    /// <summary>Reserves a place for a module's own data in every frame; for start-up.</summary>
    public static int ReserveSlot() => Interlocked.Increment(ref _slotCount) - 1;

    /// <summary>A module's data of this run; null at its start.</summary>
    public ref object? Slot(int slot)
    {
        if (_slots.Length <= slot)
            Array.Resize(ref _slots, Math.Max(_slotCount, slot + 1));
        return ref _slots[slot];
    }

    internal void Begin(SipMessage message, RouteKinds kind, ScriptVersion script)
    {
        Message = message;
        Kind = kind;
        Script = script;
        StepsLeft = DefaultSteps;
        var count = script.VariableCount;
        if (_variables.Length < count)
            _variables = new Value[count];
    }

    internal void End()
    {
        _variables.AsSpan(0, Script.VariableCount).Clear();
        foreach (ref var slot in _slots.AsSpan())
        {
            (slot as IRunState)?.RunEnded();
            slot = null;
        }
        ReleaseApplied();
        Message = null!;
        Script = null!;
        Edits = _ownEdits;
        _ownEdits.Clear();
        Avps = _ownAvps;
        _ownAvps.Clear();
        NewUri = DestinationUri = Path = ReplyHeaders = ReplyBody = ReplyContentType = ViaParameters = _initialUri = default;
        SendSocket = null;
        SendDestination = default;
        Q = BranchTarget.NoQ;
        _branches.AsSpan(0, BranchCount).Clear();
        BranchCount = 0;
        Flags = BranchFlags = ScriptFlags = 0;
        ReturnCode = StatusCode = ErrorCode = RouteDepth = 0;
        Stopped = Dropped = Failed = Handled = Answered = SuppressTrying = false;
        NoReplyTimeout = NoFinalReplyTimeout = 0;
        _overrides = default;
        Transaction = null;
        BranchIndex = -1;
        ReplyChange = null;
        OnReply = OnFailure = OnBranch = OnBranchFailure = null;
    }

    /// <summary>Statements a run may execute: generous for any real script, final for a runaway.</summary>
    public const int DefaultSteps = 1_000_000;
}
