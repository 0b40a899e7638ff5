using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Dialog;

/// <summary>One side of a dialog, as a request sent to it must be written (RFC 3261 12.2.1.1).</summary>
internal struct Party
{
    public Utf8Text Uri;

    public Utf8Text Tag;

    /// <summary>Its remote target.</summary>
    public Utf8Text Contact;

    /// <summary>Route values from this server to it; empty for none.</summary>
    public Utf8Text Route;

    /// <summary>The socket it was heard on; null when unknown.</summary>
    public ListenSocket? Socket;

    /// <summary>The highest sequence number it has used.</summary>
    public uint CSeq;

    /// <summary>Set when it is sent keep-alives.</summary>
    public CallKeepAlive? KeepAlive;
}

/// <summary>
/// A dialog made by an INVITE. What changes is changed under <see cref="Lock"/>; its texts are its own, not those of a message.
/// </summary>
internal sealed class Call
{
    private readonly Dictionary<int, Value> _values = [];
    private volatile bool _isChanged;

    public Call(SipMessage invite, long now)
    {
        CallId = Copy(invite.Text(invite.CallId));
        Caller = new Party
        {
            Uri = Copy(invite.Text(invite.From.Uri)),
            Tag = Copy(invite.Text(invite.From.Tag)),
            Contact = ContactOf(invite),
            Socket = invite.Local,
            CSeq = invite.CSeq.Number,
        };
        Callee = new Party { Uri = Copy(invite.Text(invite.To.Uri)) };
        CreatedAt = now;
        Ending = new CallEnding(this);
    }

    /// <summary>A call that was answered before the program began.</summary>
    public Call(Utf8Text callId, in Party caller, in Party callee, long createdAt)
    {
        CallId = callId;
        (Caller, Callee, CreatedAt) = (caller, callee, createdAt);
        Ending = new CallEnding(this);
    }

    public Lock Lock { get; } = new();

    public Utf8Text CallId { get; }

    public Party Caller;

    public Party Callee;

    /// <summary>How the callee knows the call when the INVITE was changed on its way to him; null when as the caller does.</summary>
    public InviteAsSent? Sent { get; set; }

    public DialogState State { get; set; } = DialogState.Unconfirmed;

    /// <summary>When it was made and when it was answered, in milliseconds of the clock.</summary>
    public long CreatedAt { get; }

    public long AnsweredAt { get; set; }

    /// <summary>How long it may last in seconds, from the answer or the last change.</summary>
    public int Timeout { get; set; }

    /// <summary>When it is over, whatever its parties do.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>At its timeout both parties are sent a BYE.</summary>
    public bool SendsBye { get; set; }

    /// <summary>What requests of it say about its timeout does not count.</summary>
    public bool KeepsTimeout { get; set; }

    /// <summary>When its parties are sent keep-alives again, in milliseconds of the clock; 0 before the timer has seen it. The timer's own.</summary>
    public long NextKeepAliveAt { get; set; }

    /// <summary>A transaction keeps it: it ends with that.</summary>
    public bool IsKept { get; set; }

    /// <summary>Flags 0–31 of the script.</summary>
    public uint Flags { get; set; }

    /// <summary>What a BYE keeps with its transaction.</summary>
    public CallEnding Ending { get; }

    /// <summary>Profiles it is counted in; guarded by the profiles.</summary>
    public List<ProfileEntry> Memberships { get; } = [];

    /// <summary>Set after each change of what is kept in a database.</summary>
    public bool IsChanged { get => _isChanged; set => _isChanged = value; }

    /// <summary>The number it is kept under in a database; 0 while it is not.</summary>
    public long StoredAs { get; set; }

    /// <summary>It has been removed from the database, and must not be written there again.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>The values of the script; guarded by <see cref="Lock"/>.</summary>
    public IReadOnlyDictionary<int, Value> Values => _values;

    public bool IsActive => State is DialogState.Answered or DialogState.Confirmed;

    public Value GetValue(int name)
    {
        lock (Lock)
            return _values.GetValueOrDefault(name);
    }

    public void SetValue(int name, in Value value)
    {
        lock (Lock)
        {
            if (value.IsNull)
                _values.Remove(name);
            else
                _values[name] = CopyOf(value);
            IsChanged = true;
        }
    }

    /// <summary>The answer has been sent to the caller.</summary>
    public void Answer(SipMessage? reply, Utf8Text callerRoute, Utf8Text calleeRoute, long now)
    {
        lock (Lock)
        {
            if (State >= DialogState.Answered)
                return;
            State = DialogState.Answered;
            IsChanged = true;
            AnsweredAt = now;
            ExpiresAt = now + Timeout * 1000L;
            Caller.Route = callerRoute;
            Callee.Route = calleeRoute;
            if (reply is null)
                return;
            Callee.Tag = Copy(reply.Text(reply.To.Tag));
            Callee.Contact = ContactOf(reply);
        }
    }

    /// <summary>True when a request of the caller has these tags; the callee's is not known before the answer.</summary>
    public bool IsFromCaller(SipMessage message) => message[message.From.Tag].SequenceEqual(Caller.Tag.Span)
        && (Callee.Tag.IsEmpty || message.To.Tag.IsEmpty || message[message.To.Tag].SequenceEqual(Callee.Tag.Span));

    /// <summary>True when a request of the callee has these tags.</summary>
    public bool IsFromCallee(SipMessage message) => message[message.To.Tag].SequenceEqual(Caller.Tag.Span)
        && (Callee.Tag.IsEmpty || message[message.From.Tag].SequenceEqual(Callee.Tag.Span));

    /// <summary>A value whose text outlives the message.</summary>
    public static Value CopyOf(in Value value)
    {
        if (!value.IsText)
            return value;
        var text = Copy(value.Text);
        return value.IsInt ? Value.FromBoth(value.Number, text) : Value.FromText(text);
    }

    private static Utf8Text ContactOf(SipMessage message)
    {
        var value = message.FirstValue(HeaderId.Contact);
        return value.IsPresent && NameAddrParser.TryParse(message.Buffer, value.Offset, value.End, out var contact) ? Copy(message.Text(contact.Uri)) : default;
    }

    /// <summary>The INVITE has been sent with another From, To or CSeq than it came with, as functions of uac do.</summary>
    public void NoteSent(SipMessage invite, uint raise)
    {
        lock (Lock)
            Sent = new InviteAsSent(Copy(invite.Text(invite.From.Uri)), Copy(invite.Text(invite.To.Uri)), raise);
        IsChanged = true;
    }

    private static Utf8Text Copy(Utf8Text text) => text.IsEmpty ? default : Utf8Text.CopyOf(text.Span);
}

/// <summary>Kept with the transaction of a BYE: its answer ends the call.</summary>
internal sealed record CallEnding(Call Call);

/// <summary>An INVITE as the callee has got it.</summary>
/// <param name="From">URI.</param>
/// <param name="To">URI.</param>
/// <param name="Raise">By how much the callee's numbers of the caller's requests are above the caller's own.</param>
internal sealed record InviteAsSent(Utf8Text From, Utf8Text To, uint Raise);
