using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script;

/// <summary>What a load needs besides the file.</summary>
public sealed record LoadOptions
{
    /// <summary>The modules there are.</summary>
    public required ModuleCatalog Catalog { get; init; }

    /// <summary>
    /// The modules of the running program when a script is loaded anew: its functions are bound to them and their parameters are left alone.
    /// Null at start and for a check: new instances get the script's parameters.
    /// </summary>
    public ModuleSet? Modules { get; init; }

    /// <summary>What nodes reach at run time.</summary>
    public RuntimeServices Services { get; init; } = new();

    /// <summary>The kinds of block the program starts runs in; a script that has others is told so.</summary>
    public RouteKinds StartedRoutes { get; init; } = RouteKinds.Request | RouteKinds.OnReply | RouteKinds.Failure | RouteKinds.Branch
        | RouteKinds.BranchFailure;

    public ParseOptions Parse { get; init; } = new();
}

/// <summary>What came of a load.</summary>
/// <param name="Script">The script; null when there is an error.</param>
/// <param name="Modules">The module instances it is bound to: those of the running program and, behind them, new ones for modules that are not running.</param>
/// <param name="LoadedModules">The modules it names, in that order.</param>
/// <param name="Diagnostics">Every finding, in file order.</param>
public sealed record LoadResult(BoundScript? Script, ModuleSet Modules, IReadOnlyList<string> LoadedModules, IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool HasErrors => Script is null;

    /// <summary>How the script was read, and why.</summary>
    public required DialectDecision Dialect { get; init; }
}

/// <summary>From a path to a script ready to run, or to everything that is wrong with it. Opens nothing but files and starts no module.</summary>
public static class ScriptLoader
{
    /// <summary>Reads, parses and binds a script with all it includes.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoadResult Load(string path, LoadOptions options) => Load(SourceFile.Load(path), options);

    /// <summary>The same for text that is at hand.</summary>
    public static LoadResult Load(SourceFile file, LoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var (tree, diagnostics) = ScriptParser.Parse(file, options.Parse);
        var modules = options.Modules?.Copy() ?? new ModuleSet(options.Catalog.CreateCore());
        var binder = new ScriptBinder(tree, options, modules, diagnostics);
        var script = binder.Bind();
        if (script is not null && options.Modules is null && !binder.ApplyParameters(script))
            script = null;
        return new LoadResult(script, modules, binder.LoadedModules, diagnostics.Sorted()) { Dialect = tree.Dialect };
    }
}
