using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Core;

/// <summary>Flags 0–31: of the message (they go with the transaction), of a branch, and of the script run.</summary>
internal sealed class FlagActions : ScriptModule
{
    [SipFunction("setflag", RouteKinds.Any, "Sets message flag 0 to 31; -1 for another number.")]
    public Outcome SetFlag(Frame frame, int flag)
    {
        if (!IsFlag(flag))
            return Outcome.False;
        frame.Flags |= 1u << flag;
        return Outcome.True;
    }

    [SipFunction("resetflag", RouteKinds.Any, "Clears message flag 0 to 31; -1 for another number.")]
    public Outcome ResetFlag(Frame frame, int flag)
    {
        if (!IsFlag(flag))
            return Outcome.False;
        frame.Flags &= ~(1u << flag);
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("isflagset", RouteKinds.Any, "1 when a message flag is set, else -1.")]
    public Outcome IsFlagSet(Frame frame, int flag) => Outcome.From(IsFlag(flag) && (frame.Flags & (1u << flag)) != 0);

    [SipFunction("setbflag", RouteKinds.Any, "Sets a branch flag of the branch given by number, 0 for the Request-URI's; -1 when there is no such branch.", Aliases = "setbranchflag")]
    public Outcome SetBranchFlag(Frame frame, int flag, int branch = 0)
    {
        if (!IsFlag(flag) || !HasBranch(frame, branch))
            return Outcome.False;
        BranchFlags(frame, branch, 1u << flag, set: true);
        return Outcome.True;
    }

    [SipFunction("resetbflag", RouteKinds.Any, "Clears a branch flag of the branch given by number, 0 for the Request-URI's; -1 when there is no such branch.", Aliases = "resetbranchflag")]
    public Outcome ResetBranchFlag(Frame frame, int flag, int branch = 0)
    {
        if (!IsFlag(flag) || !HasBranch(frame, branch))
            return Outcome.False;
        BranchFlags(frame, branch, 1u << flag, set: false);
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("isbflagset", RouteKinds.Any, "1 when a branch flag is set, else -1.", Aliases = "isbranchflagset")]
    public Outcome IsBranchFlagSet(Frame frame, int flag, int branch = 0)
    {
        if (!IsFlag(flag) || !HasBranch(frame, branch))
            return Outcome.False;
        var flags = branch == 0 ? frame.BranchFlags : frame.Branches[branch - 1].Flags;
        return Outcome.From((flags & (1u << flag)) != 0);
    }

    [SipFunction("setsflag", RouteKinds.Any, "Sets a flag of this script run.", Aliases = "setscriptflag")]
    public Outcome SetScriptFlag(Frame frame, int flag)
    {
        if (!IsFlag(flag))
            return Outcome.False;
        frame.ScriptFlags |= 1u << flag;
        return Outcome.True;
    }

    [SipFunction("resetsflag", RouteKinds.Any, "Clears a flag of this script run.", Aliases = "resetscriptflag")]
    public Outcome ResetScriptFlag(Frame frame, int flag)
    {
        if (!IsFlag(flag))
            return Outcome.False;
        frame.ScriptFlags &= ~(1u << flag);
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("issflagset", RouteKinds.Any, "1 when a flag of this script run is set, else -1.", Aliases = "isscriptflagset")]
    public Outcome IsScriptFlagSet(Frame frame, int flag) => Outcome.From(IsFlag(flag) && (frame.ScriptFlags & (1u << flag)) != 0);

    private static bool IsFlag(int flag) => (uint)flag < 32;

    private static bool HasBranch(Frame frame, int branch) => branch >= 0 && branch <= frame.BranchCount;

    private static void BranchFlags(Frame frame, int branch, uint mask, bool set)
    {
        if (branch == 0)
        {
            frame.BranchFlags = set ? frame.BranchFlags | mask : frame.BranchFlags & ~mask;
            return;
        }
        ref var target = ref frame.Branches[branch - 1];
        target.Flags = set ? target.Flags | mask : target.Flags & ~mask;
    }
}
