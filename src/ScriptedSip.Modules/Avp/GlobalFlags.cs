using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Avp;

/// <summary>Flags 0–31 of the whole program, which outlive messages. What gflags and cfgutils share.</summary>
internal abstract class GlobalFlags : ScriptModule
{
    private uint _flags;

    /// <summary>The flags as a number.</summary>
    protected void SetAll(uint flags) => _flags = flags;

    /// <summary>The flags as a number.</summary>
    protected uint All => Volatile.Read(ref _flags);

    [SipFunction("set_gflag", RouteKinds.Any, "Sets global flag 0 to 31; -1 for another number.")]
    public Outcome Set(Frame frame, int flag)
    {
        if ((uint)flag >= 32)
            return Outcome.False;
        Interlocked.Or(ref _flags, 1u << flag);
        return Outcome.True;
    }

    [SipFunction("reset_gflag", RouteKinds.Any, "Clears global flag 0 to 31; -1 for another number.")]
    public Outcome Reset(Frame frame, int flag)
    {
        if ((uint)flag >= 32)
            return Outcome.False;
        Interlocked.And(ref _flags, ~(1u << flag));
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("is_gflag", RouteKinds.Any, "1 when a global flag is set, else -1.")]
    public Outcome IsSet(Frame frame, int flag) => Outcome.From((uint)flag < 32 && (Volatile.Read(ref _flags) & (1u << flag)) != 0);
}
