namespace ScriptedSip.Modules.Acc;

/// <summary>Where records go.</summary>
[Flags]
internal enum AccountTargets
{
    None = 0,
    Log = 1,
    Database = 2,
}

/// <summary>What is known of a request when its route has ended: all of a record but how the transaction ends.</summary>
internal sealed record Account
{
    public required string Method { get; init; }

    public required string FromTag { get; init; }

    public required string ToTag { get; init; }

    public required string CallId { get; init; }

    public required string Caller { get; init; }

    public required string Callee { get; init; }

    public required string RequestUri { get; init; }

    /// <summary>From and To are exchanged in the record: the request went against the direction of the call.</summary>
    public bool IsUpstream { get; init; }

    /// <summary>The values of log_extra.</summary>
    public string[] LogExtra { get; init; } = [];

    /// <summary>The values of db_extra.</summary>
    public string?[] DatabaseExtra { get; init; } = [];

    /// <summary>What the script has asked for with do_accounting(); flags may ask for more.</summary>
    public AccountRequest Asked { get; init; }
}

/// <summary>What do_accounting() has asked for.</summary>
internal record struct AccountRequest(AccountTargets Answered, AccountTargets Failed, AccountTargets Missed, AccountTargets Calls, string? Table)
{
    public readonly bool IsEmpty => Answered == AccountTargets.None && Failed == AccountTargets.None && Missed == AccountTargets.None && Calls == AccountTargets.None;

    public readonly AccountRequest Without(AccountTargets targets) => this with
    {
        Answered = Answered & ~targets,
        Failed = Failed & ~targets,
        Missed = Missed & ~targets,
        Calls = Calls & ~targets,
    };

    public readonly AccountRequest And(AccountRequest more) => new(
        Answered | more.Answered, Failed | more.Failed, Missed | more.Missed, Calls | more.Calls, more.Table ?? Table);
}

/// <summary>What do_accounting() and drop_accounting() have changed in a run; it may be a later one of the same transaction.</summary>
internal record struct AccountChanges(AccountRequest Added, AccountTargets Dropped)
{
    public readonly AccountRequest To(AccountRequest earlier) => earlier.Without(Dropped).And(Added);
}
