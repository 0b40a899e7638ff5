using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>What the binders of one script share: its names, its dialect, its findings.</summary>
internal sealed class BindingScope
{
    private readonly Dictionary<string, TextSpan> _reads = new(StringComparer.Ordinal);
    private readonly HashSet<ScriptModule> _late = [];
    private readonly HashSet<string> _writes = new(StringComparer.Ordinal);

    public required DiagnosticBag Diagnostics { get; init; }

    public required DialectDecision Decision { get; init; }

    public required FunctionTable Functions { get; init; }

    public required RouteTable Routes { get; init; }

    public required RuntimeServices Services { get; init; }

    public required ScriptSettings Settings { get; init; }

    public required MissingModules Missing { get; init; }

    /// <summary>True when a definition could not be read: what it should have defined is not known.</summary>
    public bool HasLostDefinition { get; init; }

    /// <summary>Where the modules are loaded; what is always there is not in it.</summary>
    public required IReadOnlyDictionary<ScriptModule, (string Name, int Position, TextSpan Place)> ModulePlaces { get; init; }

    /// <summary>Names defined by a directive or on the command line.</summary>
    public required IReadOnlyCollection<string> DefinedNames { get; init; }

    /// <summary>The value of such a name; null when there is none.</summary>
    public required Func<string, string?> DefinedValue { get; init; }

    /// <summary>The value of an environment variable; null when there is none.</summary>
    public required Func<string, string?> EnvironmentValue { get; init; }

    public ScriptDialect Dialect => Decision.Dialect;

    public bool IsKamailio => Dialect == ScriptDialect.Kamailio;

    /// <summary>Flag names of <c>flags</c> declarations.</summary>
    public Dictionary<string, int> Flags { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of AVPs by the aliases of <c>avp_aliases</c>.</summary>
    public Dictionary<string, string> AvpAliases { get; } = new(StringComparer.Ordinal);

    /// <summary>How values compare in this dialect.</summary>
    public Comparison Comparison => IsKamailio ? Comparison.Converting : Comparison.Strict;

    /// <summary>The slot of <c>$var(name)</c>.</summary>
    public int SlotOf(string name)
    {
        var slots = Services.VariableSlots;
        if (!slots.TryGetValue(name, out var slot))
            slots.Add(name, slot = slots.Count);
        return slot;
    }

    /// <summary>Names, once for each module, a function used above the line that loads it.</summary>
    public void CheckOrder(ScriptModule module, RouteEntry route, Word function)
    {
        if (ModulePlaces.TryGetValue(module, out var loaded) && loaded.Position > route.Position && _late.Add(module))
            ReportWithHint(DiagnosticCatalog.LoadedTooLate, function.Span, "put its loadmodule line above the routes", function.Text, loaded.Name, loaded.Place.Line);
    }

    /// <summary>Notes that a script variable is read at a place.</summary>
    public void NoteRead(string name, TextSpan span) => _reads.TryAdd(name, span);

    /// <summary>Notes that a script variable may get a value.</summary>
    public void NoteWrite(string name) => _writes.Add(name);

    /// <summary>Names the script variables that are read and can have no value. In a script with mistakes the assignment may be what is wrong.</summary>
    public void CheckVariables()
    {
        if (Diagnostics.HasErrors)
            return;
        foreach (var (name, span) in _reads)
        {
            if (!_writes.Contains(name))
                ReportWithHint(DiagnosticCatalog.NeverAssigned, span, Spelling.DidYouMean(name, _writes), name);
        }
    }

    public void Report(DiagnosticDescriptor descriptor, TextSpan span, params ReadOnlySpan<object?> arguments) =>
        Diagnostics.Add(descriptor, span, arguments);

    public void ReportWithHint(DiagnosticDescriptor descriptor, TextSpan span, string? hint, params ReadOnlySpan<object?> arguments) =>
        Diagnostics.AddWithHint(descriptor, span, hint, arguments);
}
