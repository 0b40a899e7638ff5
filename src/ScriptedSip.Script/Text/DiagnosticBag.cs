using System.Globalization;

namespace ScriptedSip.Script.Text;

/// <summary>Collects the findings about one script, so that all of them come out together.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>Number of findings of any severity.</summary>
    public int Count => _items.Count;

    public bool HasErrors => ErrorCount > 0;

    public int ErrorCount { get; private set; }

    public void Add(DiagnosticDescriptor descriptor, TextSpan span, params ReadOnlySpan<object?> arguments) =>
        AddWithHint(descriptor, span, null, arguments);

    /// <param name="hint">What to do about it; follows the message after a semicolon.</param>
    public void AddWithHint(DiagnosticDescriptor descriptor, TextSpan span, string? hint, params ReadOnlySpan<object?> arguments)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        Add(new Diagnostic(descriptor, descriptor.Severity, span, string.Format(CultureInfo.InvariantCulture, descriptor.Format, arguments), hint));
    }

    public void Add(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        _items.Add(diagnostic);
        if (diagnostic.Severity == Severity.Error)
            ErrorCount++;
    }

    public void AddRange(DiagnosticBag other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var diagnostic in other._items)
            Add(diagnostic);
    }

    /// <summary>The findings in file order: files as first reported, then by place, then by code; exact repetitions once.</summary>
    public IReadOnlyList<Diagnostic> Sorted()
    {
        var fileOrder = new Dictionary<SourceFile, int>(ReferenceEqualityComparer.Instance);
        foreach (var diagnostic in _items)
        {
            if (diagnostic.Span.File is { } file)
                fileOrder.TryAdd(file, fileOrder.Count);
        }

        return [.. _items.Distinct()
            .OrderBy(d => d.Span.File is { } file ? fileOrder[file] : -1)
            .ThenBy(d => d.Span.Start)
            .ThenBy(d => d.Code, StringComparer.Ordinal)];
    }
}
