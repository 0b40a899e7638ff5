using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation.Patterns;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

/// <summary>A loaded script: settings, routes and the number of its variables. Immutable once bound.</summary>
public sealed class BoundScript : ScriptVersion
{
    private readonly Dictionary<(RouteKinds Kind, string Name), BoundRoute> _routes;
    private readonly IReadOnlyDictionary<string, int> _flags;
    private readonly int _variableCount;

    internal BoundScript(ScriptSettings settings, Dictionary<(RouteKinds, string), BoundRoute> routes, int variableCount, IReadOnlyList<BoundParameter> parameters,
        IReadOnlyList<TimedRoute> timerRoutes, GlobalAttributes globalAttributes, IReadOnlyDictionary<string, int> flags)
    {
        _flags = flags;
        GlobalAttributes = globalAttributes;
        Settings = settings;
        Parameters = parameters;
        TimerRoutes = timerRoutes;
        _routes = routes;
        _variableCount = variableCount;
        RequestRoute = routes[(RouteKinds.Request, "")];
        ReplyRoute = routes.GetValueOrDefault((RouteKinds.OnReply, ""));
        SendRoute = routes.GetValueOrDefault((RouteKinds.OnSend, ""));
        ErrorRoute = routes.GetValueOrDefault((RouteKinds.Error, ""));
    }

    public override int VariableCount => _variableCount;

    public override RouteRef RequestRoute { get; }

    public override RouteRef? ReplyRoute { get; }

    public override RouteRef? SendRoute { get; }

    public override RouteRef? ErrorRoute { get; }

    public override IReadOnlyList<TimedRoute> TimerRoutes { get; }

    public override ScriptSettings Settings { get; }

    /// <summary>Every modparam as written, in order: what decides whether another version can take over.</summary>
    public IReadOnlyList<BoundParameter> Parameters { get; }

    public override GlobalAttributes GlobalAttributes { get; }

    public override int? FlagNumber(string name) => _flags.TryGetValue(name, out var number) ? number : null;

    public override RouteRef? FindRoute(RouteKinds kind, string name) => _routes.GetValueOrDefault((kind, name));

    /// <summary>The instances of the modules it loads.</summary>
    internal IReadOnlyCollection<ScriptModule> Modules { get; init; } = [];

    public override bool Uses(ScriptModule module) => Modules.Contains(module);

    public override BytePattern? CompilePattern(string text, out string? error) => PatternCompiler.TryCompile(text, linewise: false, out error);

    public override Substitution? CompileSubstitution(string text) =>
        SubstitutionReader.TryRead(text, new PatternCache(), (start, end) => new ConstantFormat(Utf8Text.From(text[start..end])), out _);
}

/// <summary>One modparam of one module.</summary>
public sealed record BoundParameter(string Module, string Name, object Value);
