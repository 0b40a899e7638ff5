namespace ScriptedSip.Script.Text;

/// <summary>The family a script belongs to; decides what its text means where the families disagree.</summary>
public enum ScriptDialect
{
    /// <summary>SER 0.8 to 2.0.</summary>
    Ser,

    /// <summary>OpenSER 1.0 to 1.3, and Kamailio 1.4 and 1.5.</summary>
    OpenSer,

    /// <summary>Kamailio 3 and later.</summary>
    Kamailio,

    /// <summary>OpenSIPS 1.4 and later.</summary>
    OpenSips,
}

public enum DialectSource
{
    /// <summary>Nothing in the script told; OpenSER is assumed.</summary>
    Default,

    /// <summary>What the script uses.</summary>
    Evidence,

    /// <summary>A first line such as <c>#!KAMAILIO</c>.</summary>
    IdentityLine,

    /// <summary>Asked for on the command line.</summary>
    Option,
}

/// <summary>Which dialect a script is read in, and why.</summary>
/// <param name="Dialect">The dialect.</param>
/// <param name="Source">What decided.</param>
/// <param name="Reason">A phrase for people: "uses 'request_route' (line 12)".</param>
/// <param name="ClassicOperators">True for the OpenSER 1.0/1.1 and SER 0.9 reading, where <c>&amp;</c> and <c>|</c> are <c>and</c> and <c>or</c>.</param>
public sealed record DialectDecision(ScriptDialect Dialect, DialectSource Source, string Reason, bool ClassicOperators);
