using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Core actions on the destination set: further branches, the next hop, serial forking by q.</summary>
internal sealed class BranchActions : ScriptModule
{
    private const RouteKinds Routes = RouteKinds.RequestOrFailureOrBranch | RouteKinds.Local | RouteKinds.Error | RouteKinds.Event | RouteKinds.BranchFailure;

    private static readonly Outcome LastTaken = new(2);

    private SerialBranches _serial = null!;

    public override void Start(ModuleHost host) => _serial = new SerialBranches(host.Sockets);

    [SipFunction("append_branch", Routes, "Adds the current Request-URI with its next hop, path, socket and flags as a branch; -1 when there are 12 already.")]
    public Outcome AppendBranch(Frame frame) => Append(frame, new BranchTarget
    {
        Uri = frame.RequestUri,
        DestinationUri = frame.DestinationUri,
        Path = frame.Path,
        Socket = frame.SendSocket,
        Flags = frame.BranchFlags,
        Q = frame.Q,
    });

    [SipFunction("append_branch", Routes, "Adds a URI as a branch; -1 when it is no URI or there are 12 branches already.")]
    public Outcome AppendBranch(Frame frame, Utf8Text uri) => uri.IsEmpty ? AppendBranch(frame) : AppendUri(frame, uri, BranchTarget.NoQ);

    [SipFunction("append_branch", Routes, "Adds a URI as a branch with a preference from 0 to 1; -1 when one of them is malformed or there are 12 branches already.")]
    public Outcome AppendBranch(Frame frame, Utf8Text uri, Utf8Text q) =>
        QValue.TryParse(q.Span, out var preference) ? AppendUri(frame, uri, preference) : Outcome.False;

    [SipFunction("clear_branches", Routes, "Removes all appended branches; 1.")]
    public Outcome ClearBranches(Frame frame)
    {
        frame.ClearBranches();
        return Outcome.True;
    }

    [SipFunction("remove_branch", Routes, "Removes the appended branch of that number, counted from 0; those behind it move up. -1 when there is none.")]
    public Outcome RemoveBranch(Frame frame, int index)
    {
        if (index < 0 || index >= frame.BranchCount)
            return Outcome.False;
        frame.RemoveBranch(index);
        return Outcome.True;
    }

    [SipFunction("setdsturi", Routes, "Sets the next hop the request is sent to instead of its Request-URI; -1 when it is no URI.", Aliases = "setduri")]
    public Outcome SetDestinationUri(Frame frame, Utf8Text uri)
    {
        if (!UriParser.TryParse(uri.Span, out _))
            return Outcome.False;
        frame.DestinationUri = uri;
        return Outcome.True;
    }

    [SipFunction("resetdsturi", Routes, "Forgets the next hop: the Request-URI decides again; 1.", Aliases = "resetduri")]
    public Outcome ResetDestinationUri(Frame frame)
    {
        frame.DestinationUri = default;
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("isdsturiset", Routes, "1 when a next hop is set, else -1.", Aliases = "isduriset")]
    public Outcome IsDestinationUriSet(Frame frame) => Outcome.From(!frame.DestinationUri.IsEmpty);

    [SipFunction("serialize_branches", Routes,
        "Puts the Request-URI and the appended branches aside, to be taken in the order of q by next_branches(); with 1, those set aside earlier are forgotten; 1.")]
    public Outcome SerializeBranches(Frame frame, int clear = 0)
    {
        if (clear != 0)
            _serial.Clear(frame);
        _serial.PutAside(frame);
        return Outcome.True;
    }

    [SipFunction("next_branches", Routes,
        "Makes the branches with the highest q among those set aside the destination set; 1 when others are left, 2 when these were the last, -1 when there was none.")]
    public Outcome NextBranches(Frame frame)
    {
        if (!_serial.TakeNext(frame))
            return Outcome.False;
        return _serial.IsEmpty(frame) ? LastTaken : Outcome.True;
    }

    private static Outcome AppendUri(Frame frame, Utf8Text uri, int q)
    {
        if (!UriParser.TryParse(uri.Span, out _))
            return Outcome.False;
        return Append(frame, new BranchTarget { Uri = uri, Q = q, Socket = frame.SendSocket });
    }

    private static Outcome Append(Frame frame, in BranchTarget target) => Outcome.From(frame.AppendBranch(target));
}
