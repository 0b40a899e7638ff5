using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Dialog;

/// <summary>
/// The dialog module: follows the calls a script asks it to follow, from the INVITE to the BYE, counts them in profiles, keeps values with them and
/// ends those that last too long.
/// </summary>
[RequiresModule("tm")]
[NotOffered("topology_hiding fix_route_dialog dlg_bridge dlg_refer dlg_refer_did dlg_refer_cid dlg_send_sequential",
    "calls are followed here, not rewritten")]
internal sealed partial class DialogModule : ScriptModule, ITransactionObserver
{
    private static readonly Outcome WrongSequence = new(-1);
    private static readonly Outcome NoDialog = new(-4);

    private readonly CallTable _calls = new();
    private readonly Profiles _profiles = new();
    private readonly int _slot = Frame.ReserveSlot();
    private Action<Call> _end = null!;
    private ModuleHost _host = null!;
    private CallRequests _requests = null!;
    private int _timeoutAvp;
    private int _answered;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        _host = host;
        _end = End;
        _timeoutAvp = TimeoutAvp.Length > 0 ? AvpReference.Parse(TimeoutAvp) : 0;
        Load(host);
        host.Every(1000, Tick);
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        _requests = new CallRequests(host.Import<ILocalRequests>()!, Utf8Text.From(ExtraHeaders));
        host.Import<IObservableTransactions>()?.Observe(this);
    }

    // Another tm may have taken the place of the one before.
    public override void Reloaded(ModuleHost host) => Started(host);

    [SipFunction("dlg_manage", RouteKinds.Request,
        "Follows the dialog of an initial INVITE from now on, or finds the one a later request belongs to; -1 when it is neither.")]
    public Outcome Manage(Frame frame) => Outcome.From(Current(frame) is not null || Create(frame) is not null);

    [SipFunction("create_dialog", RouteKinds.Request, "Follows the dialog of an initial INVITE from now on; flags: B ends it with BYE at its timeout, P and p send keep-alives to caller and callee. -1 for another request.")]
    public Outcome CreateDialog(Frame frame, Utf8Text flags = default)
    {
        if ((Current(frame) ?? Create(frame)) is not { } call)
            return Outcome.False;
        Take(call, flags.Span);
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("match_dialog", RouteKinds.Request, "Finds the dialog a request belongs to by Call-ID and tags; -1 when none is followed.", Aliases = "is_known_dlg")]
    public Outcome Match(Frame frame) => Outcome.From(Current(frame) is not null);

    [ResultMatters]
    [SipFunction("dlg_get", RouteKinds.Any, "Makes another dialog the one at hand: Call-ID, From tag, To tag. -1 when there is none.")]
    public Outcome Get(Frame frame, Utf8Text callId, Utf8Text fromTag, Utf8Text toTag)
    {
        if (_calls.Find(callId.Span, fromTag.Span, toTag.Span) is not { } call)
            return Outcome.False;
        RunOf(frame).Call = call;
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("validate_dialog", RouteKinds.Request, "1 when the request continues its dialog, -1 when its CSeq does not go up, -4 when it is of no dialog that is followed.")]
    public Outcome CheckSequence(Frame frame)
    {
        if (Current(frame) is not { } call)
            return NoDialog;
        var message = frame.Message;
        ref var sender = ref RunOf(frame).IsUpstream ? ref call.Callee : ref call.Caller;
        lock (call.Lock)
            return message.CSeq.Number > sender.CSeq || (message.Method == SipMethod.Ack && message.CSeq.Number == sender.CSeq) ? Outcome.True : WrongSequence;
    }

    [SipFunction("dlg_bye", RouteKinds.Any, "Ends an answered dialog with BYE to both parties (\"all\"), or to one (\"caller\", \"callee\"); -1 when there is nothing to end.")]
    public Outcome Bye(Frame frame, Utf8Text side)
    {
        if (Current(frame) is not { IsActive: true } call)
            return Outcome.False;
        var isAll = side.EqualsIgnoreCase("all"u8);
        var isSent = (isAll || side.EqualsIgnoreCase("caller"u8)) && _requests.ByeToCaller(frame.Context, call);
        isSent |= (isAll || side.EqualsIgnoreCase("callee"u8)) && _requests.ByeToCallee(frame.Context, call);
        if (isSent)
            End(call);
        return Outcome.From(isSent);
    }

    [SipFunction("dlg_set_timeout", RouteKinds.Any, "Seconds the dialog at hand may last from now on, or from its answer; -1 without one.")]
    public Outcome SetTimeout(Frame frame, int seconds)
    {
        if (seconds < 1 || Current(frame) is not { } call)
            return Outcome.False;
        ChangeTimeout(call, seconds, frame.Context.Now);
        return Outcome.True;
    }

    /// <inheritdoc/>
    public object? RouteEnded(Frame frame, object? kept)
    {
        if (kept is not null)
        {
            NoteSent(frame, kept);
            return kept;
        }
        var message = frame.Message;
        var isInitial = message.Method == SipMethod.Invite && message.To.Tag.IsEmpty;
        var call = frame.Slot(_slot) is CallRun { IsNew: true, Call: { } made } ? made : isInitial ? null : Current(frame);
        if (call is null && isInitial && (frame.Flags & DialogFlag.Mask) != 0)
            call = Create(frame);
        if (call is null || call.State == DialogState.Ended)
            return null;
        if (_timeoutAvp != 0 && (isInitial || !(call.KeepsTimeout || KeepsTimeout)) && frame.Avps.Get(_timeoutAvp) is { IsNull: false } seconds && TryRead(seconds, out var timeout))
            ChangeTimeout(call, timeout, frame.Context.Now);
        if (isInitial)
        {
            call.SendsBye |= SendsBye || (frame.Flags & ByeFlag.Mask) != 0;
            call.IsKept = true;
            NoteSent(frame, call);
            return call;
        }
        NoteSequence(call, message, RunOf(frame).IsUpstream);
        return message.Method == SipMethod.Bye ? call.Ending : null;
    }

    /// <inheritdoc/>
    public void SentUpstream(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code)
    {
        if (kept is CallEnding ending)
        {
            // A phone that is asked for its password is still in the call; every other answer means that it is not.
            if (code >= 200 && code is not (401 or 407))
                End(ending.Call);
            return;
        }
        var call = (Call)kept;
        if (code >= 300)
            End(call);
        else if (code >= 200)
            Answer(context, call, reply);
        else if (code > 100 && call.State == DialogState.Unconfirmed)
            call.State = DialogState.Early;
    }

    /// <inheritdoc/>
    public uint Failed(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code) => flags;

    /// <summary>The call of the message at hand, or the one dlg_get() has found; null when there is none.</summary>
    private Call? Current(Frame frame)
    {
        if (frame.Slot(_slot) is CallRun { Call: { } known })
            return known;
        if (_calls.Find(frame.Message, out var isUpstream) is not { } call)
            return null;
        var run = RunOf(frame);
        run.Call = call;
        run.IsUpstream = isUpstream;
        if (call.State == DialogState.Answered && frame.Message.IsRequest && !frame.Message.To.Tag.IsEmpty)
            (call.State, call.IsChanged) = (DialogState.Confirmed, true);
        return call;
    }

    private Call? Create(Frame frame)
    {
        var message = frame.Message;
        if (message.Method != SipMethod.Invite || !message.IsRequest || !message.To.Tag.IsEmpty || message.From.Tag.IsEmpty)
            return null;
        var now = frame.Context.Now;
        var call = new Call(message, now) { Timeout = DefaultTimeout, ExpiresAt = now + EarlyTimeout * 1000L };
        if (!_calls.Add(call))
            return null;
        var run = RunOf(frame);
        (run.Call, run.IsNew, run.IsUpstream) = (call, true, false);
        foreach (var (name, value) in run.Pending ?? [])
            call.SetValue(name, value);
        return call;
    }

    private CallRun RunOf(Frame frame) => (CallRun)(frame.Slot(_slot) ??= new CallRun(_end));

    private void Answer(ProcessingContext context, Call call, MessageBuffer? bytes)
    {
        if (call.IsActive || call.State == DialogState.Ended)
            return;
        Interlocked.Increment(ref _answered);
        if (bytes is null)
        {
            call.Answer(null, default, default, context.Now);
            SaveAtOnce(call);
            return;
        }
        var reply = context.RentMessage();
        MessageParser.Parse(reply, bytes.Bytes, bytes.Length, isStream: false);
        var (caller, callee) = CallRoutes.Read(reply, _host.LocalNames);
        call.Answer(reply, caller, callee, context.Now);
        context.Return(reply);
        SaveAtOnce(call);
    }

    private void SaveAtOnce(Call call)
    {
        if (DatabaseMode == 1)
            _store?.Save(call);
    }

    private static void ChangeTimeout(Call call, int seconds, long now)
    {
        call.Timeout = seconds;
        if (call.IsActive)
            call.ExpiresAt = now + seconds * 1000L;
        call.IsChanged = true;
    }

    private static void NoteSequence(Call call, SipMessage message, bool isUpstream)
    {
        ref var sender = ref isUpstream ? ref call.Callee : ref call.Caller;
        lock (call.Lock)
            sender.CSeq = Math.Max(sender.CSeq, message.CSeq.Number);
        call.IsChanged = true;
    }

    // Only functions that undo themselves in replies change what names a dialog; other requests need no second look.
    private static void NoteSent(Frame frame, object kept)
    {
        if (kept is not Call call || frame is not { ReplyChange: not null, Transaction.Branches: [.., { Sent: { } sent }] })
            return;
        var request = frame.Context.RentMessage();
        MessageParser.Parse(request, sent.Bytes, sent.Length, isStream: false);
        call.NoteSent(request, request.CSeq.Number - frame.Message.CSeq.Number);
        frame.Context.Return(request);
    }

    private static bool TryRead(in Value value, out int seconds)
    {
        var number = value.Number;
        if (!value.IsInt && !Value.TryParseInt(value.Text.Span, out number))
            number = 0;
        seconds = (int)Math.Clamp(number, 0, int.MaxValue / 1000);
        return seconds > 0;
    }

    private void End(Call call)
    {
        var wasActive = call.IsActive;
        if (!_profiles.End(call))
            return;
        if (wasActive)
            Interlocked.Decrement(ref _answered);
        _calls.Remove(call);
        _store?.Remove(call);
    }

    private void Tick(ScriptContext context)
    {
        if (_calls.IsEmpty)
            return;
        var saves = IsTimeToSave(context.Now);
        foreach (var call in _calls.All)
        {
            if (saves)
                _store!.Save(call);
            if (context.Now < call.ExpiresAt)
            {
                KeepAlive(context, call);
                continue;
            }
            if (call.IsActive && call.SendsBye)
            {
                _requests.ByeToCaller(context, call);
                _requests.ByeToCallee(context, call);
            }
            End(call);
        }
    }
}
