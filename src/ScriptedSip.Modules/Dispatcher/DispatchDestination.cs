using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Dispatcher;

/// <summary>Whether a destination is used; the values are the bits of the list's flags column.</summary>
[Flags]
internal enum DestinationState
{
    Active = 0,

    /// <summary>Not used.</summary>
    Inactive = 1,

    /// <summary>Used, but the last probes failed.</summary>
    Trying = 2,

    /// <summary>Taken out by the operator: neither used nor probed.</summary>
    Disabled = 4,

    /// <summary>Probed at each interval.</summary>
    Probing = 8,
}

/// <summary>One destination of a set. All but its state is fixed when the list is read.</summary>
internal sealed class DispatchDestination(Utf8Text uri)
{
    private int _state;
    private int _failures;
    private int _successes;

    public Utf8Text Uri { get; } = uri;

    /// <summary>Higher is better; for algorithm 8.</summary>
    public int Priority { get; init; }

    /// <summary>Attributes as written in the list; empty for none.</summary>
    public Utf8Text Attributes { get; init; }

    /// <summary>Share of the requests of algorithm 9; 0 for none.</summary>
    public int Weight { get; init; }

    /// <summary>Share of the requests of algorithm 11, among those that are in use; 0 for none.</summary>
    public int RelativeWeight { get; init; }

    /// <summary>Socket to leave through, as written; empty for free choice.</summary>
    public Utf8Text Socket { get; init; }

    public DestinationState State
    {
        get => (DestinationState)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>True while requests are sent there.</summary>
    public bool IsUsable => (State & (DestinationState.Inactive | DestinationState.Disabled)) == 0;

    /// <summary>Notes a probe or call that failed; it is taken out at <paramref name="threshold"/> failures in a row. True when it has just been.</summary>
    public bool Fail(int threshold)
    {
        _successes = 0;
        if (!IsUsable)
            return false;
        if (Interlocked.Increment(ref _failures) < threshold)
        {
            State |= DestinationState.Trying;
            return false;
        }
        State = DestinationState.Inactive | DestinationState.Probing;
        return true;
    }

    /// <summary>Notes a probe that was answered; an unused one is taken back at <paramref name="threshold"/> answers in a row. True when it has just been.</summary>
    public bool Succeed(int threshold)
    {
        Volatile.Write(ref _failures, 0);
        if ((State & DestinationState.Disabled) != 0)
            return false;
        if (IsUsable)
        {
            State &= ~DestinationState.Trying;
            return false;
        }
        if (Interlocked.Increment(ref _successes) < threshold)
            return false;
        _successes = 0;
        State = DestinationState.Active;
        return true;
    }

    /// <summary>Takes over what an older reading of the list has learned.</summary>
    public void Inherit(DispatchDestination older)
    {
        State = older.State;
        _failures = older._failures;
        _successes = older._successes;
    }
}
