using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Dialog;

/// <content>Variables of the dialog at hand.</content>
internal sealed partial class DialogModule
{
    private static readonly Value Downstream = Value.FromText(Utf8Text.From("downstream"));
    private static readonly Value Upstream = Value.FromText(Utf8Text.From("upstream"));

    [SipVariable("dlg_var dlg_val", "A value kept with the dialog at hand; set before there is one, it goes to the one this INVITE makes.",
        InternArgument = true, Setter = nameof(SetValue))]
    public Value GetValue(Frame frame, int name, int index)
    {
        if (Current(frame) is { } call)
            return call.GetValue(name);
        return frame.Slot(_slot) is CallRun { Pending: { } pending } ? pending.GetValueOrDefault(name) : Value.Null;
    }

    public bool SetValue(Frame frame, int name, int index, AssignKind kind, in Value value)
    {
        if (Current(frame) is { } call)
            call.SetValue(name, value);
        else
            (RunOf(frame).Pending ??= [])[name] = Call.CopyOf(value);
        return true;
    }

    [SipFunction("store_dlg_value", RouteKinds.Any, "Keeps a value with the dialog at hand, for $dlg_val(name); -1 without one.")]
    public Outcome Store(Frame frame, [Literal] Utf8Text name, Utf8Text value)
    {
        if (Current(frame) is not { } call)
            return Outcome.False;
        call.SetValue(AvpList.NameOf(name.ToString()), Value.FromText(value));
        return Outcome.True;
    }

    [SipFunction("fetch_dlg_value", RouteKinds.Any, "Writes a value of the dialog at hand to a variable; -1 when there is none.")]
    public Outcome Fetch(Frame frame, [Literal] Utf8Text name, VariableRef result) =>
        Outcome.From(Current(frame)?.GetValue(AvpList.NameOf(name.ToString())) is { IsNull: false } value && result.Set(frame, AssignKind.Set, value));

    [SipVariable("DLG_count", "Dialogs that are answered and not over.")]
    public Value Count(Frame frame) => Value.FromInt(Volatile.Read(ref _answered));

    [SipVariable("DLG_status", "State of the dialog at hand: 1 sent on, 2 provisional reply, 3 answered, 4 ACK seen, 5 over; null without one.")]
    public Value Status(Frame frame) => Current(frame) is { } call ? Value.FromInt((int)call.State) : Value.Null;

    [SipVariable("DLG_lifetime", "Seconds since the dialog at hand was answered; 0 before, null without one.")]
    public Value Lifetime(Frame frame) =>
        Current(frame) is { } call ? Value.FromInt(call.IsActive ? (frame.Context.Now - call.AnsweredAt) / 1000 : 0) : Value.Null;

    [SipVariable("DLG_dir", "\"downstream\" for a request of the caller, \"upstream\" for one of the callee; null without a dialog.")]
    public Value Direction(Frame frame) => Current(frame) is null ? Value.Null : RunOf(frame).IsUpstream ? Upstream : Downstream;

    [SipVariable("DLG_timeout", "Seconds the dialog at hand has left; null without one.", Setter = nameof(SetTimeLeft))]
    public Value TimeLeft(Frame frame)
    {
        if (Current(frame) is not { } call)
            return Value.Null;
        return Value.FromInt(call.IsActive ? Math.Max(0, (call.ExpiresAt - frame.Context.Now) / 1000) : call.Timeout);
    }

    public bool SetTimeLeft(Frame frame, in Value value) => TryRead(value, out var seconds) && SetTimeout(frame, seconds).Code > 0;

    [SipVariable("dlg", "Part of the dialog at hand: callid, from_uri, from_tag, from_contact, from_cseq, to_uri, to_tag, to_contact, to_cseq, state, lifetime.")]
    public Value Part(Frame frame, Utf8Text name, int index)
    {
        if (Current(frame) is not { } call)
            return Value.Null;
        return name.Span switch
        {
            [.. var n] when n.SequenceEqual("callid"u8) => Value.FromText(call.CallId),
            [.. var n] when n.SequenceEqual("state"u8) => Value.FromInt((int)call.State),
            [.. var n] when n.SequenceEqual("lifetime"u8) => Value.FromInt(call.Timeout),
            [.. var n] when n.StartsWith("from_"u8) => Part(call.Caller, n[5..]),
            [.. var n] when n.StartsWith("to_"u8) => Part(call.Callee, n[3..]),
            _ => Value.Null,
        };
    }

    private static Value Part(in Party party, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("cseq"u8))
            return Value.FromInt(party.CSeq);
        var text = name.SequenceEqual("uri"u8) ? party.Uri : name.SequenceEqual("tag"u8) ? party.Tag : name.SequenceEqual("contact"u8) ? party.Contact : default;
        return text.IsEmpty ? Value.Null : Value.FromText(text);
    }
}
