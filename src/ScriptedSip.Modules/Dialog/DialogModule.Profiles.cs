using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Dialog;

/// <content>Profiles and flags.</content>
internal sealed partial class DialogModule
{
    [SipFunction("set_dlg_profile", RouteKinds.Any, "Counts the dialog at hand in a profile, with a value when the profile was declared so; -1 without a dialog or for a profile that was not.")]
    public Outcome SetProfile(Frame frame, Utf8Text profile, Utf8Text value = default)
    {
        if (!_profiles.Takes(profile, value) || Current(frame) is not { } call)
            return Outcome.False;
        _profiles.Add(call, profile, value);
        return Outcome.True;
    }

    [SipFunction("unset_dlg_profile", RouteKinds.Any, "Takes the dialog at hand out of a profile; -1 when it was not in it.")]
    public Outcome UnsetProfile(Frame frame, Utf8Text profile, Utf8Text value = default) =>
        Outcome.From(Current(frame) is { } call && _profiles.Remove(call, profile, value));

    [ResultMatters]
    [SipFunction("is_in_profile", RouteKinds.Any, "1 when the dialog at hand is in a profile, with the value given or any; else -1.")]
    public Outcome IsInProfile(Frame frame, Utf8Text profile, Utf8Text value = default) =>
        Outcome.From(Current(frame) is { } call && _profiles.Contains(call, profile, value));

    [SipFunction("get_profile_size", RouteKinds.Any, "Writes the number of dialogs in a profile to a variable; -1 for a profile that was not declared.")]
    public Outcome GetSize(Frame frame, Utf8Text profile, VariableRef size) => GetSize(frame, profile, default, size);

    [SipFunction("get_profile_size", RouteKinds.Any, "As get_profile_size(profile, variable), for the dialogs with a value.")]
    public Outcome GetSize(Frame frame, Utf8Text profile, Utf8Text value, VariableRef size) =>
        Outcome.From(_profiles.IsDeclared(profile) && size.Set(frame, AssignKind.Set, Value.FromInt(_profiles.SizeOf(profile, value))));

    [SipFunction("dlg_setflag", RouteKinds.Any, "Sets a flag, 0 to 31, of the dialog at hand; -1 without one.", Aliases = "set_dlg_flag")]
    public Outcome SetFlag(Frame frame, int number)
    {
        if (number is < 0 or > 31 || Current(frame) is not { } call)
            return Outcome.False;
        lock (call.Lock)
            call.Flags |= 1u << number;
        call.IsChanged = true;
        return Outcome.True;
    }

    [SipFunction("dlg_resetflag", RouteKinds.Any, "Clears a flag of the dialog at hand; -1 without one.", Aliases = "reset_dlg_flag")]
    public Outcome ResetFlag(Frame frame, int number)
    {
        if (number is < 0 or > 31 || Current(frame) is not { } call)
            return Outcome.False;
        lock (call.Lock)
            call.Flags &= ~(1u << number);
        call.IsChanged = true;
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("dlg_isflagset", RouteKinds.Any, "1 when a flag of the dialog at hand is set, else -1.", Aliases = "is_dlg_flag_set")]
    public Outcome IsFlagSet(Frame frame, int number) =>
        Outcome.From(number is >= 0 and <= 31 && Current(frame) is { } call && (call.Flags & (1u << number)) != 0);
}
