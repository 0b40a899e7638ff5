using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>
/// The compiled patterns of the scripts of one program by their text. A script that is loaded again compiles only what is new in it; what no script uses
/// any more is not kept. Patterns never change and may be shared.
/// </summary>
internal sealed class PatternCache
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WeakReference<object>> _known = new(StringComparer.Ordinal);

    /// <summary>The pattern, or null and a sentence about what is wrong.</summary>
    public BytePattern? TryCompile(string text, bool linewise, out string? error)
    {
        var key = (linewise ? "l" : "t") + text;
        if (TryGet<BytePattern>(key, out var known))
        {
            error = null;
            return known;
        }
        return PatternCompiler.TryCompile(text, linewise, out error) is { } pattern ? Keep(key, pattern) : null;
    }

    /// <summary>The expression of a substitution, or null and a sentence about what is wrong.</summary>
    public Lazy<Regex>? TryBuild(string text, bool ignoreCase, bool linewise, out string? error)
    {
        var key = (ignoreCase, linewise) switch { (false, false) => "s", (false, true) => "sl", (true, false) => "si", _ => "sil" } + "/" + text;
        if (TryGet<Lazy<Regex>>(key, out var known))
        {
            error = null;
            return known;
        }
        return PosixParser.TryParse(text, ignoreCase, linewise, out error) is { } tree && PatternCompiler.TryBuild(tree, linewise, out error) is { } regex ? Keep(key, regex) : null;
    }

    /// <summary>Forgets what has been collected; called before a script is loaded.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            foreach (var (key, reference) in _known)
            {
                if (!reference.TryGetTarget(out _))
                    _known.Remove(key);
            }
        }
    }

    private bool TryGet<T>(string key, [NotNullWhen(true)] out T? found)
        where T : class
    {
        lock (_gate)
        {
            found = _known.TryGetValue(key, out var reference) && reference.TryGetTarget(out var target) ? (T)target : null;
            return found is not null;
        }
    }

    private T Keep<T>(string key, T made)
        where T : class
    {
        lock (_gate)
            _known[key] = new WeakReference<object>(made);
        return made;
    }
}
