using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>
/// What a script lacks a module for. A loadmodule line that is missing, misspelt or names what is not there is one mistake, so it is one finding, at the
/// first place that shows it, however many names of the module the script uses.
/// </summary>
internal sealed class MissingModules
{
    private readonly List<Lack> _lacks = [];
    private readonly HashSet<string> _strange = new(StringComparer.Ordinal);

    private sealed class Lack(List<string> modules, string name, TextSpan place, Func<IReadOnlyList<string>, Diagnostic> make)
    {
        /// <summary>Each of them would do.</summary>
        public List<string> Modules { get; set; } = modules;

        /// <summary>True for a module nobody has: any name nobody has may be its own.</summary>
        public bool IsUnheardOf { get; init; }

        /// <summary>True when the finding says it all: what was meant is clear.</summary>
        public bool IsMisspelt { get; init; }

        private Dictionary<string, TextSpan> Others { get; } = new(StringComparer.Ordinal);

        private string _name = name;
        private TextSpan _place = place;
        private Func<IReadOnlyList<string>, Diagnostic> _make = make;

        public void Add(string name, TextSpan place, Func<IReadOnlyList<string>, Diagnostic>? make)
        {
            if (make is not null && place.File == _place.File && place.Start < _place.Start)
            {
                (name, _name) = (_name, name);
                (place, _place) = (_place, place);
                _make = make;
            }
            if (name != _name)
                Others.TryAdd(name, place);
        }

        public Diagnostic Finding()
        {
            var finding = _make(Modules);
            Others.Remove(_name);
            if (Others.Count == 0 || IsMisspelt)
                return finding;
            var (name, place) = Others.MinBy(static other => other.Value.Start);
            var rest = Others.Count switch { 1 => "", 2 => " and one other name", var count => $" and {count - 1} other names" };
            var verb = IsUnheardOf ? Others.Count == 1 ? "is taken for its own" : "are taken for its own" : Others.Count == 1 ? "needs it, too" : "need it, too";
            var sentence = $"{name} (line {place.Line}){rest} {verb}";
            return finding with { Hint = finding.Hint is null ? sentence : $"{finding.Hint}; {sentence}" };
        }
    }

    /// <summary>Notes a loadmodule line for a module there is not, and what was meant if that is clear.</summary>
    public void NoteUnknown(string name, string? meant, Diagnostic finding) =>
        _lacks.Add(new Lack([meant ?? name], name, finding.Span, _ => finding) { IsUnheardOf = meant is null, IsMisspelt = meant is not null });

    /// <summary>Notes a name that needs one of the modules.</summary>
    /// <param name="make">The finding at this place, given the modules that would do for all names noted with it.</param>
    public void Note(IReadOnlyList<string> modules, string name, TextSpan place, Func<IReadOnlyList<string>, Diagnostic> make)
    {
        foreach (var lack in _lacks)
        {
            var common = lack.Modules.Where(modules.Contains).ToList();
            if (common.Count == 0)
                continue;
            lack.Modules = common;
            lack.Add(name, place, make);
            return;
        }
        _lacks.Add(new Lack([.. modules], name, place, make));
    }

    /// <summary>True when the script loads a module nobody has, of which this name nobody has may be a part.</summary>
    /// <param name="shown">How the place is called in the finding.</param>
    /// <param name="name">The name to judge by.</param>
    public bool Claims(string shown, string name, TextSpan place)
    {
        if (ClaimsByName(shown, name, place))
            return true;
        if (_lacks.Find(static lack => lack.IsUnheardOf) is not { } owner)
            return false;
        owner.Add(shown, place, null);
        return true;
    }

    /// <summary>True when the script loads one of these modules, which are known to have the name, and it is none of ours.</summary>
    /// <param name="modules">The modules of other servers that have the name.</param>
    /// <param name="shown">How the place is called in the finding.</param>
    /// <param name="place">Where the name stands.</param>
    public bool ClaimsOf(IReadOnlyList<string> modules, string shown, TextSpan place)
    {
        if (_lacks.Find(lack => lack.IsUnheardOf && modules.Contains(lack.Modules[0])) is not { } owner)
            return false;
        owner.Add(shown, place, null);
        return true;
    }

    /// <summary>The same for a name somebody has: only a module whose name is in it, or has its beginning, may be the one.</summary>
    /// <param name="shown">How the place is called in the finding.</param>
    /// <param name="name">The name to judge by.</param>
    public bool ClaimsByName(string shown, string name, TextSpan place)
    {
        if (_lacks.Find(lack => lack.IsUnheardOf && IsOf(lack, name)) is not { } owner)
            return false;
        owner.Add(shown, place, null);
        return true;
    }

    /// <summary>True the first time a name nobody has is met: it is one thing the script lacks, however often it stands there.</summary>
    public bool IsFirst(string name) => _strange.Add(name);

    /// <summary>Reports what is missing, unless it stands in a line that could not be read.</summary>
    public void Report(DiagnosticBag diagnostics)
    {
        if (_lacks.Count == 0)
            return;
        var broken = diagnostics.BrokenLines().ToList();
        foreach (var lack in _lacks)
        {
            if (lack.IsUnheardOf || lack.IsMisspelt || !broken.Exists(line => lack.Modules.Exists(module => Names(line, module))))
                diagnostics.Add(lack.Finding());
        }
    }

    private static bool Names(string line, string module)
    {
        for (var at = line.IndexOf(module, StringComparison.Ordinal); at >= 0; at = line.IndexOf(module, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !IsNamePart(line[at - 1])) && (at + module.Length == line.Length || !IsNamePart(line[at + module.Length])))
                return true;
        }
        return false;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    // json: $json(x), json_get_field(), {json.parse}; http_client: $http_req(x); ndb_redis: $redis(x).
    private static bool IsOf(Lack lack, string name)
    {
        var end = name.AsSpan().IndexOfAnyExcept(LettersAndDigits);
        var stem = end < 0 ? name : name[..end];
        return stem.Length > 1 && (lack.Modules[0].Contains(stem, StringComparison.Ordinal) || name.StartsWith(lack.Modules[0], StringComparison.Ordinal));
    }

    private static readonly System.Buffers.SearchValues<char> LettersAndDigits =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}
