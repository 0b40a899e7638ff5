using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>loadmodule and modparam.</summary>
internal sealed class ModuleBinder(ModuleCatalog catalog, ModuleSet modules, DiagnosticBag diagnostics)
{
    private readonly List<string> _loaded = [];
    private readonly Dictionary<string, string> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ScriptModule Fresh, TextSpan Place)> _fresh = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly List<(ParameterDescription Parameter, ScriptModule Module, object Value)> _values = [];
    private readonly List<BoundParameter> _parameters = [];
    private readonly List<(ParameterDescription Parameter, ScriptModule Module, Expression Value)> _formats = [];
    private readonly Dictionary<BoundParameter, TextSpan> _places = [];
    private readonly List<NewModule> _new = [];
    private readonly List<(string Name, TextSpan Place)> _routeNames = [];

    public IReadOnlyList<string> Loaded => _loaded;

    /// <summary>Every parameter as it will be set.</summary>
    public IReadOnlyList<BoundParameter> Parameters => _parameters;

    /// <summary>Modules that must be started, or take a running one's place; known once <see cref="Settle"/> has been called.</summary>
    public IReadOnlyList<NewModule> New => _new;

    /// <summary>What the script uses and does not load.</summary>
    public MissingModules Missing { get; } = new();

    /// <summary>The blocks that parameters name for modules to run.</summary>
    public IReadOnlyList<(string Name, TextSpan Place)> RouteNames => _routeNames;

    /// <summary>Where a module is loaded.</summary>
    public TextSpan PlaceOf(string name) => _fresh[name].Place;

    public void Load(LoadModule load)
    {
        var name = load.ModuleName;
        if (_fresh.ContainsKey(name))
            return;
        if (catalog.Create(name) is { } module)
        {
            _fresh.Add(name, (module, load.Path.Span));
            _loaded.Add(name);
            if (module.GetType().GetCustomAttribute<SupersededAttribute>() is { } superseded)
                diagnostics.Add(DiagnosticCatalog.SupersededModule, load.Path.Span, name, superseded.Instead);
        }
        else
        {
            if (!_unknown.Add(name))
                return;
            var meant = Spelling.Nearest(name, catalog.Names) ?? catalog.Names.FirstOrDefault(known => known == new string([.. name.TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c == '_')]));
            Missing.NoteUnknown(name, meant, Diagnostic.Of(DiagnosticCatalog.UnknownModule, load.Path.Span, Spelling.Question(meant), name));
        }
    }

    /// <summary>Loads a module as if the script's first line did, when nothing in it does.</summary>
    /// <param name="name">The module.</param>
    /// <param name="place">Where a finding about it points to.</param>
    /// <param name="partOf">The module under whose name the script sets its parameters; null for its own.</param>
    public void Include(string name, TextSpan place, string? partOf = null)
    {
        if (partOf is not null)
            _parts[partOf] = name;
        if (_fresh.ContainsKey(name) || catalog.Create(name) is not { } module)
            return;
        _fresh.Add(name, (module, place));
        _loaded.Add(name);
    }

    /// <summary>
    /// Chooses the instance of each module the script loads, all parameters being known: the running one when it was given the same parameters,
    /// else the new one.
    /// </summary>
    public IEnumerable<(string Name, ScriptModule Module)> Settle()
    {
        foreach (var name in _loaded)
        {
            var (fresh, place) = _fresh[name];
            var parameters = _parameters.Where(p => p.Module == name).ToList();
            var running = modules.Loaded.GetValueOrDefault(name);
            if (running is not null && parameters.SequenceEqual(modules.ParametersOf(name)))
            {
                _values.RemoveAll(v => ReferenceEquals(v.Module, fresh));
                _formats.RemoveAll(f => ReferenceEquals(f.Module, fresh));
            }
            else
            {
                var change = running is null ? null : FirstChange(parameters, modules.ParametersOf(name));
                _new.Add(new NewModule(name, fresh, running, change is null ? place : _places.GetValueOrDefault(change, place))
                {
                    ParameterPlaces = parameters.GroupBy(static p => p.Name).ToDictionary(static group => group.Key, group => _places.GetValueOrDefault(group.Last(), place)),
                });
                modules.Put(name, fresh, parameters);
            }
            yield return (name, modules.Loaded[name]);
        }
    }

    // From "key=value;other=value", or from "name=value,…" for any key.
    private static string? ValueIn(string text, string key) => key == "*"
        ? text.Split(',')[0].Split('=', 2, StringSplitOptions.TrimEntries)[^1]
        : text.Split(';', StringSplitOptions.TrimEntries)
        .Select(static field => field.Split('=', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(pair => pair.Length == 2 && pair[0] == key)?[1];

    // The first parameter that is new or has another value; null when some are just gone.
    private static BoundParameter? FirstChange(List<BoundParameter> parameters, IReadOnlyList<BoundParameter> running) =>
        parameters.FirstOrDefault(p => !running.Contains(p));

    /// <summary>Names the modules that lack another one the script would have to load as well.</summary>
    public void CheckRequirements()
    {
        foreach (var name in _loaded)
        {
            foreach (var required in ModuleDescription.Of(modules.Loaded[name]).Required)
            {
                if (!_fresh.ContainsKey(required.Name) && !_unknown.Contains(required.Name) && (required.When is null || IsSet(name, required.When)))
                {
                    var place = _fresh[name].Place;
                    Missing.Note([required.Name], $"module '{name}'", place, _ => Diagnostic.Of(DiagnosticCatalog.RequiredModule, place, $"add loadmodule \"{required.Name}.so\"", name, required.Name));
                }
            }
        }
    }

    private bool IsSet(string module, string name) =>
        _parameters.FindLast(parameter => parameter.Module == module && parameter.Name == name) is { Value: not (0 or false or "") };

    /// <summary>Asks every module whether it can work with the script and its parameters.</summary>
    public void Validate(ScriptVersion script)
    {
        foreach (var name in _loaded)
        {
            if (modules.Loaded[name].Validate(script) is { } objection)
                diagnostics.Add(DiagnosticCatalog.ParametersRefused, _fresh[name].Place, objection);
        }
    }

    public void Set(ModuleParameter parameter)
    {
        var pattern = TextOf(parameter.Module);
        if (Matching(pattern) is not { } isMeant)
        {
            diagnostics.Add(DiagnosticCatalog.BadRegex, parameter.Module.Span, "it cannot name modules");
            return;
        }
        var isKnown = _unknown.Any(isMeant);
        foreach (var name in _loaded.Where(isMeant))
        {
            isKnown = true;
            Set(parameter, name);
        }
        if (isKnown)
            return;
        var place = parameter.Module.Span;
        var meant = catalog.Names.Where(isMeant).ToList();
        if (meant.Count > 0)
            Missing.Note(meant, $"modparam \"{pattern}\"", place, modules => Diagnostic.Of(DiagnosticCatalog.ParameterBeforeModule, place, $"put loadmodule \"{modules[^1]}.so\" before it", pattern));
        else if (Spelling.DidYouMean(pattern, _loaded) is { } hint)
            diagnostics.AddWithHint(DiagnosticCatalog.ParameterBeforeModule, place, hint, pattern);
        else if (Missing.IsFirst($"modparam \"{pattern}\""))
            diagnostics.Add(DiagnosticCatalog.ParameterBeforeModule, place, pattern);
    }

    // Nearly always one name or several with a bar between; anything else is a regular expression, which takes far longer to build than to use.
    private static Func<string, bool>? Matching(string pattern)
    {
        if (pattern.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '|'))
        {
            var names = pattern.Split('|');
            return name => Array.Exists(names, candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase));
        }
        try
        {
            return new Regex($"^(?:{pattern})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking).IsMatch;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Looks up the variables in parameters that hold some: what they name may come from a module loaded later.</summary>
    public void BindFormats(ExpressionBinder binder)
    {
        foreach (var (parameter, module, expression) in _formats)
        {
            if (binder.ParameterValue(expression, parameter.ValueType) is { } value)
                _values.Add((parameter, module, value));
            else
                diagnostics.Add(DiagnosticCatalog.BadSettingValue, expression.Span, parameter.Attribute.Name, Wanted(parameter.ValueType));
        }
    }

    /// <summary>Puts all values into the modules, in the order written.</summary>
    public void Apply()
    {
        foreach (var (parameter, module, value) in _values)
            parameter.Set(module, value);
    }

    private void Set(ModuleParameter parameter, string moduleName)
    {
        var module = _fresh[moduleName].Fresh;
        if (module.GetType().IsDefined(typeof(SupersededAttribute)))
            return;
        var name = TextOf(parameter.Name);
        var known = ModuleDescription.Of(module).Parameters;
        var found = known.FirstOrDefault(candidate => candidate.Attribute.Name == name);
        if (found is null && _parts.TryGetValue(moduleName, out var part))
        {
            Set(parameter, part);
            return;
        }
        if (found is null)
        {
            diagnostics.AddWithHint(DiagnosticCatalog.UnknownParameter, parameter.Name.Span, Spelling.DidYouMean(name, known.Select(static candidate => candidate.Attribute.Name)), moduleName, name);
            return;
        }
        if (found.Attribute.Ignored)
            diagnostics.Add(DiagnosticCatalog.IgnoredSetting, parameter.Name.Span, $"{moduleName}: {name}");
        if (parameter.Value is null)
        {
            diagnostics.Add(DiagnosticCatalog.MissingToken, parameter.Name.Span.After, "value", $" of '{name}'");
            return;
        }
        if (found.HoldsVariables && parameter.Value is { } expression)
        {
            _formats.Add((found, module, expression));
            Add(new BoundParameter(moduleName, name, expression.Span.Text.ToString()), parameter);
            return;
        }
        if (Convert(parameter.Value, found.ValueType) is not { } value)
        {
            diagnostics.Add(DiagnosticCatalog.BadSettingValue, (parameter.Value ?? parameter.Name).Span, name, Wanted(found.ValueType));
            return;
        }
        _values.Add((found, module, value));
        Add(new BoundParameter(moduleName, name, value), parameter);
        if (found.Attribute.RouteKey is { } key && value is string text && ValueIn(text, key) is { } route)
            _routeNames.Add((route, parameter.Value!.Span));
    }

    private void Add(BoundParameter bound, ModuleParameter written)
    {
        _parameters.Add(bound);
        _places[bound] = written.Name.Span;
    }

    private static string Wanted(Type type) => type == typeof(int) ? "a number"
        : type == typeof(bool) ? "yes or no"
        : type == typeof(VariableRef) ? "a pseudo-variable"
        : type == typeof(ScriptFlag) ? "a flag"
        : type == typeof(NamedFormats) ? "of the form \"name=$variable;name=text\""
        : "a text";

    private static object? Convert(Expression? expression, Type type)
    {
        if (expression is null)
            return null;
        var constant = ConstantFolding.TryFold(expression);
        if (type == typeof(string))
            return constant is long number ? number.ToString(CultureInfo.InvariantCulture) : constant as string ?? expression.Span.Text.ToString();
        var asNumber = constant switch
        {
            long value => value,
            string text when Literals.YesNo(text) is { } word => word,
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) => parsed,
            string text when text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) => Literals.Number(text),
            _ => null,
        };
        if (asNumber is not { } result || result is < int.MinValue or > int.MaxValue)
            return null;
        return type == typeof(bool) ? result != 0 : (int)result;
    }

    private static string TextOf(Expression expression) => ConstantFolding.TryFold(expression)?.ToString() ?? expression.Span.Text.ToString();
}
