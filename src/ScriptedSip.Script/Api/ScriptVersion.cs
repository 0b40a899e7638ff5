namespace ScriptedSip.Script.Api;

/// <summary>A <c>timer_route</c> and the seconds between two runs, at least 1.</summary>
public readonly record struct TimedRoute(RouteRef Route, int Seconds);

/// <summary>One loaded script, immutable. A message keeps the version it began with; a transaction keeps the routes it was armed with.</summary>
public abstract class ScriptVersion
{
    /// <summary>Number of slots for <c>$var(…)</c> names.</summary>
    public abstract int VariableCount { get; }

    /// <summary>The main route.</summary>
    public abstract RouteRef RequestRoute { get; }

    /// <summary>The nameless <c>onreply_route</c> every reply enters before transaction matching; null when the script has none.</summary>
    public abstract RouteRef? ReplyRoute { get; }

    /// <summary><c>onsend_route</c>; null when the script has none.</summary>
    public abstract RouteRef? SendRoute { get; }

    /// <summary><c>error_route</c>; null when the script has none.</summary>
    public abstract RouteRef? ErrorRoute { get; }

    /// <summary>The blocks to be run by the clock.</summary>
    public virtual IReadOnlyList<TimedRoute> TimerRoutes => [];

    /// <summary>The core settings of the script.</summary>
    public abstract ScriptSettings Settings { get; }

    /// <summary>What <c>$g.name</c> reads when no message has its own.</summary>
    public virtual GlobalAttributes GlobalAttributes { get; } = new();

    /// <summary>The number of a flag the script declares by name, 0 to 31; null when it declares none of that name.</summary>
    public virtual int? FlagNumber(string name) => null;

    /// <summary>A route block by kind and name, for modules that look one up when the script is loaded; null when there is none.</summary>
    public abstract RouteRef? FindRoute(RouteKinds kind, string name);

    /// <summary>True when the script uses that instance of a module; one of an earlier script may still be there for the transactions of that.</summary>
    public virtual bool Uses(ScriptModule module) => true;

    /// <summary>Compiles a regular expression a module has read from a file or a table; null, and a sentence about it, when it is none.</summary>
    public abstract BytePattern? CompilePattern(string text, out string? error);

    /// <summary>Compiles a substitution, <c>/regex/replacement/flags</c> with any mark for the slash, that a module has got from elsewhere; its text is taken as it is. Null when it is none.</summary>
    public virtual Substitution? CompileSubstitution(string text) => null;
}
