using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Binding;

/// <summary>A function together with the instance it is called on.</summary>
internal sealed record BoundFunction(FunctionDescription Description, ScriptModule Module);

internal sealed record BoundVariableDescription(VariableDescription Description, ScriptModule Module);

/// <summary>The names a script can use: those of the core and of the modules it loads; and, to say what is missing, those of the others.</summary>
internal sealed class FunctionTable
{
    private readonly Dictionary<string, List<BoundFunction>> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<BoundVariableDescription>> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _loaded = new(StringComparer.Ordinal);
    private readonly ModuleCatalog _catalog;
    private readonly List<ScriptModule> _core;
    private Dictionary<string, string>? _elsewhere;
    private Dictionary<string, string>? _variablesElsewhere;

    public FunctionTable(ModuleCatalog catalog, IEnumerable<ScriptModule> core)
    {
        _catalog = catalog;
        _core = [.. core];
        foreach (var module in _core)
            Add(module);
    }

    public IEnumerable<string> FunctionNames => _functions.Keys;

    public IEnumerable<string> VariableNames => _variables.Keys;

    public void Add(string name, ScriptModule module)
    {
        if (_loaded.Add(name))
            Add(module);
    }

    /// <summary>All forms of a function; empty when there is none.</summary>
    public IReadOnlyList<BoundFunction> Functions(string name) => _functions.TryGetValue(name, out var found) ? found : [];

    /// <summary>The form of a function that takes so many arguments; null when there is none.</summary>
    public BoundFunction? Function(string name, int argumentCount)
    {
        foreach (var form in Functions(name))
        {
            if (argumentCount >= form.Description.Minimum && argumentCount <= form.Description.Parameters.Length)
                return form;
        }
        return null;
    }

    /// <summary>The forms of a pseudo-variable, with and without inner name; empty when there is none.</summary>
    public IReadOnlyList<BoundVariableDescription> Variables(string name) => _variables.TryGetValue(name, out var found) ? found : [];

    /// <summary>The module that has the function and is not loaded, "a or b" when several have; null when none has.</summary>
    public string? ModuleWithFunction(string name)
    {
        _elsewhere ??= Elsewhere(static module => module.Functions.SelectMany(static function => function.Names));
        return _elsewhere.GetValueOrDefault(name);
    }

    /// <summary>The module that has the pseudo-variable and is not loaded; null when none has.</summary>
    public string? ModuleWithVariable(string name)
    {
        _variablesElsewhere ??= Elsewhere(static module => module.Variables.SelectMany(static variable => variable.Names));
        return _variablesElsewhere.GetValueOrDefault(name);
    }

    /// <summary>Why a function that other servers have is not offered here; null when it is no such function.</summary>
    public string? ReasonNotOffered(string name)
    {
        foreach (var module in _core.Concat(_catalog.Names.Select(_catalog.Create).OfType<ScriptModule>()))
        {
            if (ModuleDescription.Of(module).NotOffered.FirstOrDefault(candidate => candidate.Names.Split(' ').Contains(name, StringComparer.Ordinal)) is { } found)
                return found.Reason;
        }
        return null;
    }

    /// <summary>Every function name there is, loaded or not.</summary>
    public IEnumerable<string> AllFunctionNames
    {
        get
        {
            _ = ModuleWithFunction("");
            return FunctionNames.Concat(_elsewhere!.Keys);
        }
    }

    private void Add(ScriptModule module)
    {
        var description = ModuleDescription.Of(module);
        foreach (var function in description.Functions)
        {
            foreach (var name in function.Names)
                ListOf(_functions, name).Add(new BoundFunction(function, module));
        }
        foreach (var variable in description.Variables)
        {
            foreach (var name in variable.Names)
                ListOf(_variables, name).Add(new BoundVariableDescription(variable, module));
        }
    }

    private Dictionary<string, string> Elsewhere(Func<ModuleDescription, IEnumerable<string>> namesOf)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var module in _catalog.Names)
        {
            if (_loaded.Contains(module) || _catalog.Create(module) is not { } instance)
                continue;
            foreach (var name in namesOf(ModuleDescription.Of(instance)).Distinct())
                result[name] = result.TryGetValue(name, out var other) ? $"{other} or {module}" : module;
        }
        return result;
    }

    private static List<T> ListOf<T>(Dictionary<string, List<T>> table, string name)
    {
        if (!table.TryGetValue(name, out var list))
            table.Add(name, list = []);
        return list;
    }
}
