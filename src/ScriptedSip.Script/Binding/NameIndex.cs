using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Binding;

/// <summary>Which of all modules there are have a name: for what is said about names that no loaded module has. Made once, when the first script needs it.</summary>
internal sealed class NameIndex
{
    private readonly Dictionary<string, List<string>> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _notOffered = new(StringComparer.Ordinal);

    public NameIndex(ModuleCatalog catalog)
    {
        foreach (var module in catalog.CreateCore())
            AddNotOffered(ModuleDescription.Of(module));
        foreach (var name in catalog.Names)
        {
            if (catalog.Create(name) is not { } module)
                continue;
            var description = ModuleDescription.Of(module);
            Add(_functions, description.Functions.SelectMany(static function => function.Names), name);
            Add(_variables, description.Variables.SelectMany(static variable => variable.Names), name);
            AddNotOffered(description);
        }
    }

    /// <summary>All names of functions that modules have.</summary>
    public IEnumerable<string> FunctionNames => _functions.Keys;

    /// <summary>The modules that have a function.</summary>
    public IReadOnlyList<string> ModulesWithFunction(string name) => _functions.TryGetValue(name, out var modules) ? modules : [];

    /// <summary>The modules that have a pseudo-variable.</summary>
    public IReadOnlyList<string> ModulesWithVariable(string name) => _variables.TryGetValue(name, out var modules) ? modules : [];

    /// <summary>Why a function that other servers have is not offered here; null when it is no such function.</summary>
    public string? ReasonNotOffered(string name) => _notOffered.GetValueOrDefault(name);

    private static void Add(Dictionary<string, List<string>> owners, IEnumerable<string> names, string module)
    {
        foreach (var name in names.Distinct())
        {
            if (!owners.TryGetValue(name, out var modules))
                owners.Add(name, modules = []);
            modules.Add(module);
        }
    }

    private void AddNotOffered(ModuleDescription description)
    {
        foreach (var group in description.NotOffered)
        {
            foreach (var name in group.Names.Split(' '))
                _notOffered.TryAdd(name, group.Reason);
        }
    }
}
