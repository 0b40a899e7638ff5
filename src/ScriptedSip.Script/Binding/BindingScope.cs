using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>What the binders of one script share: its names, its dialect, its findings.</summary>
internal sealed class BindingScope
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    public required DiagnosticBag Diagnostics { get; init; }

    public required DialectDecision Decision { get; init; }

    public required FunctionTable Functions { get; init; }

    public required RouteTable Routes { get; init; }

    public required RuntimeServices Services { get; init; }

    public required ScriptSettings Settings { get; init; }

    public ScriptDialect Dialect => Decision.Dialect;

    public bool IsKamailio => Dialect == ScriptDialect.Kamailio;

    /// <summary>Flag names of <c>flags</c> declarations.</summary>
    public Dictionary<string, int> Flags { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of AVPs by the aliases of <c>avp_aliases</c>.</summary>
    public Dictionary<string, string> AvpAliases { get; } = new(StringComparer.Ordinal);

    /// <summary>How values compare in this dialect.</summary>
    public Comparison Comparison => IsKamailio ? Comparison.Converting : Comparison.Strict;

    public int SlotCount => _slots.Count;

    /// <summary>The slot of <c>$var(name)</c>.</summary>
    public int SlotOf(string name)
    {
        if (!_slots.TryGetValue(name, out var slot))
            _slots.Add(name, slot = _slots.Count);
        return slot;
    }

    public void Report(DiagnosticDescriptor descriptor, TextSpan span, params ReadOnlySpan<object?> arguments) =>
        Diagnostics.Add(descriptor, span, arguments);

    public void ReportWithHint(DiagnosticDescriptor descriptor, TextSpan span, string? hint, params ReadOnlySpan<object?> arguments) =>
        Diagnostics.AddWithHint(descriptor, span, hint, arguments);
}
