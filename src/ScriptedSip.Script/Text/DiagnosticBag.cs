namespace ScriptedSip.Script.Text;

/// <summary>Collects the findings about one script, so that all of them come out together.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];
    private readonly Dictionary<SourceFile, int> _files = new(ReferenceEqualityComparer.Instance);

    /// <summary>Number of findings of any severity.</summary>
    public int Count => _items.Count;

    public bool HasErrors => ErrorCount > 0;

    public int ErrorCount { get; private set; }

    /// <summary>True when there is a finding of this kind.</summary>
    public bool Has(DiagnosticDescriptor descriptor) => _items.Exists(d => d.Descriptor == descriptor);

    /// <summary>The lines whose syntax could not be read.</summary>
    internal IEnumerable<string> BrokenLines() => _items.Where(Consequences.IsSyntax).Where(static d => d.Span.File is not null).Select(static d => d.Span.File.LineText(d.Span.Line).ToString());

    /// <summary>Tells in which order files are read; findings come out in that order.</summary>
    public void NoteFile(SourceFile file) => _files.TryAdd(file, _files.Count);

    public void Add(DiagnosticDescriptor descriptor, TextSpan span, params ReadOnlySpan<object?> arguments) =>
        AddWithHint(descriptor, span, null, arguments);

    /// <param name="hint">What to do about it; follows the message after a semicolon.</param>
    public void AddWithHint(DiagnosticDescriptor descriptor, TextSpan span, string? hint, params ReadOnlySpan<object?> arguments) =>
        Add(Diagnostic.Of(descriptor, span, hint, arguments));

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

    /// <summary>The findings in file order: files as they were read, then by place, then by code; exact repetitions once, and nothing that only follows from another.</summary>
    public IReadOnlyList<Diagnostic> Sorted()
    {
        foreach (var diagnostic in _items)
        {
            if (diagnostic.Span.File is { } file)
                NoteFile(file);
        }

        return Consequences.Without([.. _items.Distinct()
            .OrderBy(d => d.Span.File is { } file ? _files[file] : -1)
            .ThenBy(d => d.Span.Start)
            .ThenBy(d => d.Code, StringComparer.Ordinal)]);
    }
}
