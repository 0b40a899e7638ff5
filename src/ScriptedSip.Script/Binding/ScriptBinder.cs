using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>
/// Pass 1 collects what the top level declares: settings, modules and their parameters, flags, route blocks. Pass 2 binds the bodies, which
/// may name anything of pass 1. Every mistake is reported; a script with an error yields no result.
/// </summary>
internal sealed class ScriptBinder(ScriptFile file, LoadOptions options, ModuleSet modules, DiagnosticBag diagnostics)
{
    // OpenSIPS 2 made its functions part of the core; the module is no longer loaded there.
    private const string CoreOfOpenSips = "xlog";

    // SER 0.8 could be built with tm inside: scripts of its time set the module's parameters and do not load it.
    private const string BuiltInOfSer = "tm";

    // What became auth_db in SER 0.8.11 was part of auth before.
    private const string PartOfAuth = "auth_db";

    private readonly RouteTable _routes = new(diagnostics, options.Services);
    private readonly FunctionTable _functions = new(options.Catalog, modules.Core);
    private readonly SettingsBinder _settings = new(file.Dialect.Dialect, file.Main.Path, diagnostics);
    private readonly List<FlagDeclaration> _flags = [];
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private readonly Dictionary<ScriptModule, (string Name, int Position, TextSpan Place)> _places = [];
    private readonly ModuleBinder _modules = new(options.Catalog, modules, diagnostics);

    /// <summary>The modules the script loads, in its order.</summary>
    public IReadOnlyList<string> LoadedModules => _modules.Loaded;

    /// <summary>Where the script writes each of its settings.</summary>
    public IReadOnlyDictionary<string, TextSpan> SettingPlaces => _settings.Places;

    /// <summary>Modules the running program has not started yet, or not with these parameters.</summary>
    public IReadOnlyList<NewModule> NewModules => _modules.New;

    public BoundScript? Bind()
    {
        // What could not be read may be the very block another one names, or the only call of one.
        _routes.IsComplete = file.HasAllBlocks;
        var hasAllStatements = !diagnostics.HasErrors;
        _routes.HasUnknownCalls = !hasAllStatements;
        IncludeBuiltIn();
        for (var i = 0; i < file.Items.Count; i++)
            Declare(file.Items[i], i);
        if (file.Dialect.Dialect == ScriptDialect.OpenSips && _positions.TryAdd(CoreOfOpenSips, 0))
            _modules.Include(CoreOfOpenSips, new TextSpan(file.Main, 0, 0));
        foreach (var (name, module) in _modules.Settle())
        {
            _functions.Add(name, module);
            _places.TryAdd(module, (name, _positions[name], _modules.PlaceOf(name)));
        }
        _settings.CheckListen();
        _modules.CheckRequirements();
        var scope = new BindingScope
        {
            Diagnostics = diagnostics,
            Decision = file.Dialect,
            Functions = _functions,
            Routes = _routes,
            Services = options.Services,
            Settings = _settings.Build(),
            ModulePlaces = _places,
            Missing = _modules.Missing,
            DefinedNames = file.DefinedNames,
            DefinedValue = file.DefinedValue,
            EnvironmentValue = options.Parse.Environment,
            HasLostDefinition = diagnostics.Has(DiagnosticCatalog.BadDirective),
        };
        foreach (var declaration in _flags)
            DeclareFlags(declaration, scope);
        _settings.ReadAvpAliases(scope.AvpAliases);
        _modules.BindFormats(new ExpressionBinder(scope, route: null));
        if (_routes.Main is null && _routes.IsComplete)
            diagnostics.Add(DiagnosticCatalog.NoMainRoute, new TextSpan(file.Main, 0, 0));
        foreach (var entry in _routes.All)
            entry.Route.Bind(new StatementBinder(scope, entry).Block(entry.Block.Body, StatementPlace.RouteEnd));
        var timers = TimerRoutes();
        foreach (var (name, place) in _modules.RouteNames)
        {
            if (_routes.Find(RouteKinds.Request, name) is { } entry)
                entry.IsUsed = true;
            else
                _routes.NoteUndefined(RouteKinds.Request, name, place);
        }
        _routes.ReportUndefined();
        new RouteReachability(_routes, options, _modules.Missing, diagnostics).Check();
        _modules.Missing.Report(diagnostics);
        if (hasAllStatements)
            new RequestFlow(_functions, _routes, diagnostics).Check();
        scope.CheckVariables();
        return diagnostics.HasErrors ? null : new BoundScript(scope.Settings, _routes.Bound(), options.Services.VariableSlots.Count, _modules.Parameters, timers, options.Services.GlobalAttributes, scope.Flags)
        {
            Modules = [.. _places.Keys],
        };
    }

    /// <summary>Puts the script's parameters into the module instances, which may refuse them; false then.</summary>
    public bool ApplyParameters(BoundScript script)
    {
        _modules.Apply();
        _modules.Validate(script);
        return !diagnostics.HasErrors;
    }

    private void IncludeBuiltIn()
    {
        var start = new TextSpan(file.Main, 0, 0);
        if (file.Dialect.Dialect == ScriptDialect.Ser && SetsParameter(BuiltInOfSer) && !Loads(BuiltInOfSer) && _positions.TryAdd(BuiltInOfSer, 0))
            _modules.Include(BuiltInOfSer, start);
        if (SetsParameter("auth", "db_url") && !Loads(PartOfAuth) && _positions.TryAdd(PartOfAuth, 0))
            _modules.Include(PartOfAuth, start, partOf: "auth");
    }

    private bool Loads(string module) => file.Items.OfType<LoadModule>().Any(load => load.ModuleName == module);

    private bool SetsParameter(string module, string? name = null) => file.Items.OfType<ModuleParameter>()
        .Any(p => p.Module is StringLiteral written && written.Value == module && (name is null || (p.Name is StringLiteral parameter && parameter.Value == name)));

    private void Declare(TopLevelItem item, int position)
    {
        switch (item)
        {
            case RouteBlock block:
                _routes.Add(block, position);
                break;
            case LoadModule load:
                _modules.Load(load);
                _positions.TryAdd(load.ModuleName, position);
                break;
            case ModuleParameter parameter:
                _modules.Set(parameter);
                break;
            case GlobalAssignment assignment:
                _settings.Add(assignment);
                break;
            case SettingsBlock block:
                _settings.Add(block);
                break;
            case FlagDeclaration declaration:
                _flags.Add(declaration);
                break;
        }
    }

    private List<TimedRoute> TimerRoutes()
    {
        var result = new List<TimedRoute>();
        foreach (var entry in _routes.All.Where(static entry => entry.Kind == RouteKinds.Timer))
        {
            var interval = entry.Block.Interval is { } expression ? ConstantFolding.TryFold(expression) : null;
            if (interval is long and >= 1 and <= int.MaxValue)
                result.Add(new TimedRoute(entry.Route, (int)(long)interval));
            else
                diagnostics.Add(DiagnosticCatalog.BadSettingValue, (entry.Block.Interval?.Span).GetValueOrDefault(entry.Block.Head), entry, "followed by a number of seconds, as in timer_route[name, 10]");
        }
        return result;
    }

    private static void DeclareFlags(FlagDeclaration declaration, BindingScope scope)
    {
        foreach (var flag in declaration.Flags)
        {
            var number = flag.Number ?? Enumerable.Range(0, 32).FirstOrDefault(free => !scope.Flags.ContainsValue(free), -1);
            if (number is >= 0 and < 32)
                scope.Flags[flag.Name.Text] = number;
            else
                scope.Report(DiagnosticCatalog.UnknownFlag, flag.Span, flag.Name.Text);
        }
    }
}
