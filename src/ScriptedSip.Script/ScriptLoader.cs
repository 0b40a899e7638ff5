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
    /// The modules of the running program when a script is loaded anew: its functions are bound to those whose parameters have not changed.
    /// Null at start and for a check. New instances get the script's parameters.
    /// </summary>
    public ModuleSet? Modules { get; init; }

    /// <summary>What nodes reach at run time.</summary>
    public RuntimeServices Services { get; init; } = new();

    /// <summary>The kinds of block the program starts runs in; a script that has others is told so.</summary>
    public RouteKinds StartedRoutes { get; init; } = RouteKinds.Request | RouteKinds.OnReply | RouteKinds.Failure | RouteKinds.Branch
        | RouteKinds.BranchFailure | RouteKinds.Error | RouteKinds.OnSend | RouteKinds.Local | RouteKinds.Startup | RouteKinds.Timer | RouteKinds.Event;

    /// <summary>The names of the event routes the program starts runs in.</summary>
    public IReadOnlyCollection<string> StartedEvents { get; init; } = StartEvents;

    /// <summary>The event routes that run once, before the first message.</summary>
    public static readonly IReadOnlyList<string> StartEvents = ["htable:mod-init", "core:worker-one-init"];

    /// <summary>The beginning of the names of event routes that run when a value of a table has ended; the table's name follows.</summary>
    public const string ExpiredEvent = "htable:expired:";

    public ParseOptions Parse { get; init; } = new();
}

/// <summary>What came of a load.</summary>
/// <param name="Script">The script; null when there is an error.</param>
/// <param name="Modules">The module instances of the program once this script has been taken over, those of scripts before it included.</param>
/// <param name="NewModules">Which of them have not been started; with their parameters set when there is a script.</param>
/// <param name="LoadedModules">The modules it names, in that order.</param>
/// <param name="Diagnostics">Every finding, in file order.</param>
public sealed record LoadResult(BoundScript? Script, ModuleSet Modules, IReadOnlyList<NewModule> NewModules, IReadOnlyList<string> LoadedModules, IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool HasErrors => Script is null;

    /// <summary>How the script was read, and why.</summary>
    public required DialectDecision Dialect { get; init; }

    /// <summary>Where the script writes each of its core settings.</summary>
    public IReadOnlyDictionary<string, TextSpan> SettingPlaces { get; init; } = new Dictionary<string, TextSpan>();

    /// <summary>The file that was named; others may be included.</summary>
    public required SourceFile File { get; init; }
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
        options.Services.Patterns.Sweep();
        var (tree, diagnostics) = ScriptParser.Parse(file, options.Parse);
        var modules = options.Modules?.Copy() ?? new ModuleSet(options.Catalog.CreateCore());
        var binder = new ScriptBinder(tree, options, modules, diagnostics);
        var script = binder.Bind();
        if (script is not null && !binder.ApplyParameters(script))
            script = null;
        return new LoadResult(script, modules, binder.NewModules, binder.LoadedModules, diagnostics.Sorted()) { Dialect = tree.Dialect, SettingPlaces = binder.SettingPlaces, File = file };
    }
}
