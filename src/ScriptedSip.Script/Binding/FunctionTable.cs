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

    public FunctionTable(ModuleCatalog catalog, IEnumerable<ScriptModule> core)
    {
        _catalog = catalog;
        foreach (var module in core)
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

    /// <summary>What all modules have, loaded or not.</summary>
    public NameIndex Everything => _catalog.Index;

    /// <summary>Every function name there is, loaded or not.</summary>
    public IEnumerable<string> AllFunctionNames => FunctionNames.Concat(Everything.FunctionNames);

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

    private static List<T> ListOf<T>(Dictionary<string, List<T>> table, string name)
    {
        if (!table.TryGetValue(name, out var list))
            table.Add(name, list = []);
        return list;
    }
}
