using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Interpretation;

/// <summary>What bound scripts need from the program while they run. One object for all versions of a script, given at load.</summary>
public sealed class RuntimeServices
{
    /// <summary>The names that mean this server, known once its sockets are open; until then nothing does.</summary>
    public LocalNames LocalNames { get; set; } = new([], []);

    /// <summary>Attributes of the whole server, which modules read from tables.</summary>
    public GlobalAttributes GlobalAttributes { get; } = new();

    /// <summary>Hosts the script knows by name only.</summary>
    public NamedHosts Hosts { get; init; } = new();

    /// <summary>Where failures are told, and whether colours are wanted; null for a check that runs nothing.</summary>
    public ScriptLog? Log { get; init; }

    /// <summary>Told of every failed run instead of the log; may count and limit.</summary>
    public Action<ScriptFailure>? OnFailure { get; set; }

    /// <summary>
    /// The slots of <c>$var(name)</c>. A name keeps its slot in all versions of the script: a parameter that holds a variable is bound only once.
    /// </summary>
    internal Dictionary<string, int> VariableSlots { get; } = new(StringComparer.Ordinal);

    /// <summary>What the scripts' expressions were compiled to.</summary>
    internal Patterns.PatternCache Patterns { get; } = new();

    internal void Report(ScriptFailure failure)
    {
        if (OnFailure is { } told)
            told(failure);
        else
            Log?.Write(LogLevel.Critical, failure.ToString());
    }
}
