using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>How a script is read.</summary>
public sealed record ParseOptions
{
    /// <summary>The dialect asked for; null to decide by identity line or evidence.</summary>
    public ScriptDialect? Dialect { get; init; }

    /// <summary>Names defined on the command line (<c>-A NAME=VALUE</c>); an empty value is a bare definition.</summary>
    public IReadOnlyDictionary<string, string> Defines { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads an included file by full path, or null when there is none; the file system unless a test says otherwise.</summary>
    public Func<string, SourceFile?> ReadFile { get; init; } = static path => File.Exists(path) ? SourceFile.Load(path) : null;

    /// <summary>Value of an environment variable (<c>defenv</c>), or null.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}

/// <summary>From script text to syntax tree: the single door of this floor.</summary>
internal static class ScriptParser
{
    /// <summary>Parses a file with everything it includes. The tree is complete only when there is no error.</summary>
    public static (ScriptFile Script, DiagnosticBag Diagnostics) Parse(SourceFile file, ParseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var dialect = options?.Dialect is { } asked
            ? new DialectDecision(asked, DialectSource.Option, "asked for", false)
            : new DialectDecision(ScriptDialect.OpenSer, DialectSource.Default, "nothing tells otherwise", false);
        return (new ScriptFile(file, [], dialect), new DiagnosticBag());
    }
}
