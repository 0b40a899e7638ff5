using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>The modules there are: what every script has, and what <c>loadmodule</c> can name.</summary>
/// <param name="Names">Names for <c>loadmodule</c>, without path and ending.</param>
/// <param name="Create">A new instance of a loadable module; null when there is none of that name.</param>
/// <param name="CreateCore">New instances of the modules every script has.</param>
public sealed record ModuleCatalog(IEnumerable<string> Names, Func<string, ScriptModule?> Create, Func<IReadOnlyList<ScriptModule>> CreateCore)
{
    private NameIndex? _index;

    /// <summary>Which module has which name.</summary>
    internal NameIndex Index => _index ??= new NameIndex(this);
}

/// <summary>A module that was not running, or whose parameters have changed so that a new instance is to take the running one's place.</summary>
/// <param name="Name">The name in <c>loadmodule</c>.</param>
/// <param name="Module">The new instance, with its parameters.</param>
/// <param name="Predecessor">The running instance; null for none.</param>
/// <param name="Place">Where the script loads it, or sets what has changed.</param>
public sealed record NewModule(string Name, ScriptModule Module, ScriptModule? Predecessor, TextSpan Place)
{
    /// <summary>Where the script gives its parameters, the last one of each name.</summary>
    public IReadOnlyDictionary<string, TextSpan> ParameterPlaces { get; init; } = new Dictionary<string, TextSpan>();
}

/// <summary>The module instances of a running program: they outlive every version of the script.</summary>
public sealed class ModuleSet
{
    private readonly Dictionary<string, ScriptModule> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<BoundParameter>> _parameters = new(StringComparer.Ordinal);

    public ModuleSet(IReadOnlyList<ScriptModule> core) => Core = core;

    /// <summary>What every script has.</summary>
    public IReadOnlyList<ScriptModule> Core { get; }

    /// <summary>What <c>loadmodule</c> named, in that order, by name.</summary>
    public IReadOnlyDictionary<string, ScriptModule> Loaded => _loaded;

    /// <summary>All instances, the core first, each once.</summary>
    public IEnumerable<ScriptModule> All => Core.Concat(_loaded.Values);

    /// <summary>The parameters a loaded module was given.</summary>
    internal IReadOnlyList<BoundParameter> ParametersOf(string name) => _parameters[name];

    /// <summary>The same instances; what a load adds is not added here.</summary>
    internal ModuleSet Copy()
    {
        var copy = new ModuleSet(Core);
        foreach (var (name, module) in _loaded)
            copy.Put(name, module, _parameters[name]);
        return copy;
    }

    internal void Put(string name, ScriptModule module, IReadOnlyList<BoundParameter> parameters)
    {
        _loaded[name] = module;
        _parameters[name] = parameters;
    }
}
