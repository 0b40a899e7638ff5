using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Tm;

/// <summary>
/// What a script leaves with a transaction when its request route ends: armed routes, AVPs, flags, and the changes a failure route starts from.
/// Pooled; its script version keeps the routes it was armed with alive across a reload.
/// </summary>
internal sealed class TransactionScript
{
    private byte[] _text = [];

    public ScriptVersion Script = null!;
    public RouteRef? OnReply;
    public RouteRef? OnFailure;
    public RouteRef? OnBranch;
    public RouteRef? OnBranchFailure;
    public IReplyChange? ReplyChange;
    public uint Flags;
    public Utf8Text NewUri;
    public Utf8Text DestinationUri;
    public ListenSocket? SendSocket;

    /// <summary>What the observer keeps with the transaction.</summary>
    public object? Observed;

    /// <summary>Made on first use and kept with the pooled object.</summary>
    public AvpList? Avps;
    public MessageEdits? Edits;

    /// <summary>The edits are those of t_save_lumps(); later ones are for the branches at hand alone.</summary>
    public bool HasSavedEdits;

    /// <summary>t_drop_replies("n"): replies so far still count although branches are added.</summary>
    public bool KeepsReplies;

    /// <summary>Keeps the changes made so far for the branches failure routes add.</summary>
    public void SaveEdits(MessageEdits edits)
    {
        (Edits ??= new MessageEdits()).CopyFrom(edits);
        HasSavedEdits = true;
    }

    /// <summary>Takes over what a request or failure route has left.</summary>
    public void Save(Frame frame)
    {
        Script = frame.Script;
        TakeRoutes(frame);
        Flags = frame.Flags;
        SendSocket = frame.SendSocket;
        if (!ReferenceEquals(frame.Avps, Avps) && (!frame.Avps.IsEmpty || Avps is { IsEmpty: false }))
            (Avps ??= new AvpList()).CopyFrom(frame.Avps);
        if (OnFailure is null && OnBranchFailure is null)
            return;
        if (!HasSavedEdits && !ReferenceEquals(frame.Edits, Edits))
            (Edits ??= new MessageEdits()).CopyFrom(frame.Edits);
        var uri = frame.NewUri;
        var destination = frame.DestinationUri;
        var needed = uri.Length + destination.Length;
        var text = _text.Length >= needed ? _text : new byte[needed];
        // Both may lie in the old array when a failure route did not touch them.
        Span<byte> copy = needed <= 512 ? stackalloc byte[needed] : new byte[needed];
        uri.Span.CopyTo(copy);
        destination.Span.CopyTo(copy[uri.Length..]);
        copy.CopyTo(text);
        _text = text;
        NewUri = uri.IsEmpty ? default : new Utf8Text(_text, 0, uri.Length);
        DestinationUri = destination.IsEmpty ? default : new Utf8Text(_text, uri.Length, destination.Length);
    }

    /// <summary>Arms a frame with what the transaction is armed with.</summary>
    public void GiveRoutes(Frame frame)
    {
        frame.OnReply = OnReply;
        frame.OnFailure = OnFailure;
        frame.OnBranch = OnBranch;
        frame.OnBranchFailure = OnBranchFailure;
        frame.ReplyChange = ReplyChange;
    }

    /// <summary>Arms the transaction with what a frame has left.</summary>
    public void TakeRoutes(Frame frame)
    {
        OnReply = frame.OnReply;
        OnFailure = frame.OnFailure;
        OnBranch = frame.OnBranch;
        OnBranchFailure = frame.OnBranchFailure;
        ReplyChange = frame.ReplyChange;
    }

    public void Clear()
    {
        Script = null!;
        Observed = null;
        ReplyChange = null;
        OnReply = OnFailure = OnBranch = OnBranchFailure = null;
        HasSavedEdits = KeepsReplies = false;
        Flags = 0;
        NewUri = DestinationUri = default;
        SendSocket = null;
        Avps?.Clear();
        Edits?.Clear();
    }
}
