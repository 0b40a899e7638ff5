namespace ScriptedSip.Script.Api;

/// <summary>The kinds of route block a script is run in, as bits, so that "where may this be called" is one mask.</summary>
[Flags]
public enum RouteKinds
{
    None = 0,
    Request = 1 << 0,
    OnReply = 1 << 1,
    Failure = 1 << 2,
    Branch = 1 << 3,
    OnSend = 1 << 4,
    Error = 1 << 5,
    Local = 1 << 6,
    Startup = 1 << 7,
    Timer = 1 << 8,
    Event = 1 << 9,
    BranchFailure = 1 << 10,

    /// <summary>Routes that process a request: main, failure and branch.</summary>
    RequestOrFailureOrBranch = Request | Failure | Branch,

    Any = (1 << 11) - 1,
}
