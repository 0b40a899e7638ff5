using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>What may have become of a request at one place of a script: one bit for each way that leads there; none when no way does.</summary>
[Flags]
internal enum Fates
{
    Unreachable = 0,

    /// <summary>Nobody has settled it.</summary>
    Open = 1,

    Answered = 2,

    SentOn = 4,

    /// <summary>Something was called whose doing is not known, or a finding was made already.</summary>
    Unknown = 8,
}

/// <param name="Answer">The first call that may have answered.</param>
/// <param name="Relay">The first call that may have sent it on.</param>
internal readonly record struct FlowState(Fates Fates, TextSpan Answer = default, TextSpan Relay = default)
{
    public static FlowState Unreachable => default;

    public bool IsReachable => Fates != Fates.Unreachable;

    public bool May(Fates fate) => (Fates & fate) != 0;

    /// <summary>Two ways meet.</summary>
    public FlowState Or(FlowState other) => new(Fates | other.Fates, Answer.File is null ? other.Answer : Answer, Relay.File is null ? other.Relay : Relay);

    /// <summary>The same ways with nothing known about the request.</summary>
    public FlowState Unclear() => IsReachable ? new(Fates.Unknown) : this;

    /// <summary>What was open is not known any more.</summary>
    public FlowState WithoutOpen() => May(Fates.Open) ? this with { Fates = (Fates & ~Fates.Open) | Fates.Unknown } : this;
}

/// <summary>What comes out of a call or a condition.</summary>
internal readonly record struct Outcomes(FlowState WhenTrue, FlowState WhenFalse)
{
    public static Outcomes Both(FlowState state) => new(state, state);

    public FlowState Either => WhenTrue.Or(WhenFalse);

    public Outcomes Negated => new(WhenFalse, WhenTrue);
}
