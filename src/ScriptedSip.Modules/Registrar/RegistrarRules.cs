using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Registrar;

/// <summary>What is done with the Path header of a REGISTER (RFC 3327; parameter <c>path_mode</c>).</summary>
internal enum PathMode
{
    /// <summary>Kept, never mentioned in the reply.</summary>
    Off = 0,

    /// <summary>Kept; mentioned in the reply when the phone supports it.</summary>
    Lazy = 1,

    /// <summary>Refused with 420 when the phone does not support it.</summary>
    Strict = 2,
}

/// <summary>The parameters of the registrar, checked; times in seconds.</summary>
internal sealed record RegistrarRules
{
    public required AddressOfRecord Key { get; init; }

    public long DefaultExpires { get; init; } = 3600;

    public long MinExpires { get; init; } = 60;

    /// <summary>0 for no limit.</summary>
    public long MaxExpires { get; init; }

    /// <summary>Too short a time is answered 423 instead of being raised.</summary>
    public bool RefusesShortExpires { get; init; }

    /// <summary>Percent by which granted times are varied, so that phones do not come back together.</summary>
    public int ExpiresRange { get; init; }

    /// <summary>Percent by which the default time is varied, up and down.</summary>
    public int DefaultExpiresRange { get; init; }

    public int DefaultQ { get; init; } = BranchTarget.NoQ;

    /// <summary>Comparing every contact of a request with every stored one is quadratic, so even scripts without a limit have one.</summary>
    public const int HardContactLimit = 1000;

    public int MaxContacts { get; init; } = HardContactLimit;

    /// <summary>Longest contact URI in bytes.</summary>
    public int MaxContactLength { get; init; } = 512;

    public int ReceivedAvp { get; init; }

    /// <summary>AVP that holds the address-of-record; 0 for none.</summary>
    public int AddressAvp { get; init; }

    /// <summary>The URI a function works on: its argument, else the AVP, else <paramref name="usual"/>.</summary>
    public Utf8Text AddressFor(Frame frame, Utf8Text argument, Utf8Text usual)
    {
        if (!argument.IsEmpty)
            return argument;
        return AddressAvp != 0 && frame.Avps.Get(AddressAvp) is { IsText: true } value ? value.Text : usual;
    }

    public Utf8Text ReceivedParameter { get; init; } = Utf8Text.From("received");

    /// <summary>Seconds for Retry-After in 5xx replies; 0 for none.</summary>
    public int RetryAfter { get; init; }

    public bool UsesPath { get; init; }

    public PathMode PathMode { get; init; } = PathMode.Strict;

    public bool UsesReceivedOfPath { get; init; }

    /// <summary>Message flag that marks a phone behind NAT in scripts without branch flags; -1 for none.</summary>
    public int NatFlag { get; init; } = -1;

    /// <summary>Message flag that look-ups set for such a contact; -1 for none.</summary>
    public int LoadNatFlag { get; init; } = -1;

    public bool AppendsBranches { get; init; } = true;

    public bool FiltersMethods { get; init; }

    /// <summary>Name of the header that tells the socket a REGISTER came in at, before another server passed it on; empty for none.</summary>
    public Utf8Text SocketHeader { get; init; }

    /// <summary>Message flag without which that header is not looked at; -1 for none.</summary>
    public int SocketFlag { get; init; } = -1;
}
