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
