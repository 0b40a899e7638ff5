using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Dialog;

/// <content>Keep-alives: OPTIONS within the dialog, so that a call whose party has vanished ends before its timeout.</content>
internal sealed partial class DialogModule
{
    [ModParam("ka_timer", "1 or more: the properties ka-src and ka-dst of dlg_set_property() send keep-alives; 0: they do not.")]
    public int KeepAliveTimer { get; set; }

    [ModParam("ka_interval", "Seconds between two keep-alives to a party, 1 or more.")]
    [ModParam("options_ping_interval", "Seconds between two keep-alives to a party, 1 or more.")]
    [ModParam("ping_interval", "Seconds between two keep-alives to a party, 1 or more.")]
    public int KeepAliveInterval { get; set; } = 30;

    [ModParam("ka_failed_limit", "How many keep-alives one after the other must be answered with 481, or not at all, until the dialog is ended. 1 or more.")]
    public int KeepAliveLimit { get; set; } = 1;

    [ModParam("timeout_noreset", "1: dialogs keep the timeout they began with, as by the property timeout-noreset.")]
    public bool KeepsTimeout { get; set; }

    [SipFunction("dlg_set_property", RouteKinds.Any,
        "Gives the dialog at hand a property: ka-src, ka-dst (its caller, its callee is sent keep-alives), timeout-noreset (timeout_avp counts at its beginning only). -1 for another, or without a dialog.")]
    public Outcome SetProperty(Frame frame, Utf8Text name) => Outcome.From(Current(frame) is { } call && Change(call, name.Span, true));

    [SipFunction("dlg_reset_property", RouteKinds.Any, "Takes a property from the dialog at hand. -1 for an unknown one, or without a dialog.")]
    public Outcome ResetProperty(Frame frame, Utf8Text name) => Outcome.From(Current(frame) is { } call && Change(call, name.Span, false));

    private bool Change(Call call, ReadOnlySpan<byte> name, bool isSet)
    {
        if (name.SequenceEqual("timeout-noreset"u8))
            call.KeepsTimeout = isSet;
        else if (name.SequenceEqual("ka-src"u8))
            call.Caller.KeepAlive = isSet && KeepAliveTimer > 0 ? call.Caller.KeepAlive ?? NewKeepAlive(call) : null;
        else if (name.SequenceEqual("ka-dst"u8))
            call.Callee.KeepAlive = isSet && KeepAliveTimer > 0 ? call.Callee.KeepAlive ?? NewKeepAlive(call) : null;
        else
            return false;
        call.IsChanged = true;
        return true;
    }

    // The flags of create_dialog(): single letters, or words with commas between.
    private void Take(Call call, ReadOnlySpan<byte> flags)
    {
        call.SendsBye |= Has(flags, 'B', "bye-on-timeout"u8);
        if (Has(flags, 'P', "options-ping-caller"u8))
            call.Caller.KeepAlive ??= NewKeepAlive(call);
        if (Has(flags, 'p', "options-ping-callee"u8))
            call.Callee.KeepAlive ??= NewKeepAlive(call);
    }

    private static bool Has(ReadOnlySpan<byte> flags, char letter, ReadOnlySpan<byte> word) =>
        flags.Contains((byte)'-') ? flags.IndexOf(word) >= 0 : flags.Contains((byte)letter);

    private CallKeepAlive NewKeepAlive(Call call) => new(call, KeepAliveLimit);

    private void KeepAlive(ScriptContext context, Call call)
    {
        if (!call.IsActive || (call.Caller.KeepAlive is null && call.Callee.KeepAlive is null))
            return;
        if (call.NextKeepAliveAt == 0)
            call.NextKeepAliveAt = FirstKeepAlive(call, context.Now);
        if (context.Now < call.NextKeepAliveAt)
            return;
        call.NextKeepAliveAt = context.Now + KeepAliveInterval * 1000L;
        _requests.Ping(context, call, isToCaller: true);
        _requests.Ping(context, call, isToCaller: false);
    }

    // Calls found again after a restart are all overdue: without a spread they would be asked at once, and in step ever after.
    private long FirstKeepAlive(Call call, long now)
    {
        var interval = KeepAliveInterval * 1000L;
        var due = call.AnsweredAt + interval;
        return due > now ? due : now + 1 + (uint)call.CallId.GetHashCode() % interval;
    }
}
