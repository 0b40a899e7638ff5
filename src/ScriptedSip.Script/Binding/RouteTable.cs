using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>One route block while it is being bound: what it calls, and who needs it.</summary>
internal sealed class RouteEntry(RouteBlock block, BoundRoute route, RouteKinds kind, string name, int position)
{
    /// <summary>Which of the items at top level it is.</summary>
    public int Position { get; } = position;

    public RouteBlock Block { get; } = block;

    public BoundRoute Route { get; } = route;

    /// <summary>The kind it starts runs as; a <c>route[x]</c> starts none.</summary>
    public RouteKinds Kind { get; set; } = kind;

    public string Name { get; } = name;

    /// <summary>True for a block only other blocks enter: <c>route[x]</c>.</summary>
    public bool IsSubroute => Kind == RouteKinds.Request && Name.Length > 0;

    /// <summary>Set when something names it: a call, an arming function.</summary>
    public bool IsUsed { get; set; }

    public List<(RouteEntry Route, TextSpan Span)> Calls { get; } = [];

    public List<(FunctionDescription Function, string Name, TextSpan Span)> Functions { get; } = [];

    /// <summary>For people: <c>failure_route[1]</c>; an event route by its whole name.</summary>
    public override string ToString() => Block is { Keyword.Text: "event_route", Name.Text: var written } ? $"event_route[{written}]" : Name.Length == 0 ? Block.Keyword.Text : $"{Block.Keyword.Text}[{Name}]";
}

/// <summary>The route blocks of a script by kind and name.</summary>
internal sealed class RouteTable(DiagnosticBag diagnostics, RuntimeServices services)
{
    private const string BranchFailurePrefix = "tm:branch-failure:";

    private const string LocalRequestEvent = "tm:local-request";

    private readonly Dictionary<(RouteKinds, string), RouteEntry> _entries = [];
    private readonly Dictionary<RouteKinds, RouteIndex> _indexes = [];
    private readonly List<RouteEntry> _order = [];
    private readonly Dictionary<RouteKinds, int> _doubled = [];
    private readonly Dictionary<(RouteKinds Kind, string Name), List<Diagnostic>> _undefined = [];

    public IReadOnlyList<RouteEntry> All => _order;

    /// <summary>Set when a route is called by a name found per message: then any may be the one.</summary>
    public bool HasComputedCalls { get; set; }

    /// <summary>Set when statements could not be read: any block may be the one they call, so none is unused.</summary>
    public bool HasUnknownCalls { get; set; }

    /// <summary>Names of blocks something may use that cannot be read or bound as it is.</summary>
    public HashSet<string> PossiblyUsed { get; } = new(StringComparer.Ordinal);

    /// <summary>False when a block may have been lost to a mistake: a name without block is then no finding.</summary>
    public bool IsComplete { get; set; } = true;

    public RouteEntry? Main => Find(RouteKinds.Request, "");

    public void Add(RouteBlock block, int position)
    {
        var kind = KindOf(block.Kind);
        var name = block.Name?.Text ?? "";

        // route[0] and onreply_route[0] are the main blocks of their kinds.
        if (name == "0" && kind is RouteKinds.Request or RouteKinds.OnReply)
            name = "";

        // event_route[tm:branch-failure:x] is the long name of a branch_failure_route[x].
        if (kind == RouteKinds.BranchFailure && name.StartsWith(BranchFailurePrefix, StringComparison.Ordinal))
            name = name[BranchFailurePrefix.Length..];

        // What Kamailio calls event_route[tm:local-request] is local_route elsewhere.
        if (kind == RouteKinds.Event && name == LocalRequestEvent)
            (kind, name) = (RouteKinds.Local, "");
        if (_entries.TryGetValue((kind, name), out var first) && first.Block.Body.Statements.Any(static statement => statement is not EmptyStatement))
        {
            var place = first.Block.Head;
            diagnostics.Add(DiagnosticCatalog.DuplicateRoute, block.Head, first, place.File.Path, place.Line);
            _doubled[kind] = _doubled.GetValueOrDefault(kind) + 1;

            // What it calls is used all the same.
            _order.Add(new RouteEntry(block, new BoundRoute(name, kind, block.Head, services), kind, name, position) { IsUsed = true });
            return;
        }
        var entry = new RouteEntry(block, new BoundRoute(name, kind, block.Head, services), kind, name, position);
        _entries[(kind, name)] = entry;
        _order.Add(entry);
        IndexOf(kind).Add(entry.Route);
    }

    public RouteEntry? Find(RouteKinds kind, string name)
    {
        if (_entries.TryGetValue((kind, name), out var entry))
            return entry;

        // SER before 0.8.11 wrote its failure routes as reply_route[n].
        if (kind == RouteKinds.Failure && _entries.TryGetValue((RouteKinds.OnReply, name), out entry) && entry.Block.Keyword.Text == "reply_route")
        {
            entry.Kind = RouteKinds.Failure;
            return entry;
        }
        return null;
    }

    /// <summary>Notes a name no block of the kind has.</summary>
    public void NoteUndefined(RouteKinds kind, string name, TextSpan place)
    {
        if (!IsComplete)
            return;
        string? hint = null;
        if (Spelling.Nearest(name, NamesOf(kind)) is { } nearest)
        {
            // The block is used, only by another name.
            PossiblyUsed.Add(nearest);
            hint = Spelling.Question(nearest);
        }
        else if (_order.Find(entry => entry.Name == name) is { } other)
        {
            PossiblyUsed.Add(name);
            hint = $"{other} is a block of another kind (line {other.Block.Head.Line})";
        }
        var finding = Diagnostic.Of(DiagnosticCatalog.UndefinedRoute, place, hint, KeywordOf(kind), name);
        if (_undefined.TryGetValue((kind, name), out var findings))
            findings.Add(finding);
        else
            _undefined.Add((kind, name), [finding]);
    }

    /// <summary>
    /// Reports the names no block has. Where a block stands twice, one of the two was meant to be another: when no more names than that are missing, they
    /// are these.
    /// </summary>
    public void ReportUndefined()
    {
        foreach (var group in _undefined.GroupBy(static pair => pair.Key.Kind))
        {
            var isExplained = group.Count(static pair => pair.Value[0].Hint is null) <= _doubled.GetValueOrDefault(group.Key);
            foreach (var finding in group.SelectMany(static pair => pair.Value).Where(finding => finding.Hint is not null || !isExplained))
                diagnostics.Add(finding);
        }
    }

    /// <summary>The names of a kind's blocks.</summary>
    public IEnumerable<string> NamesOf(RouteKinds kind) => _order.Where(entry => entry.Kind == kind && entry.Name.Length > 0).Select(static entry => entry.Name);

    /// <summary>The blocks of a kind for look-ups per message.</summary>
    public RouteIndex IndexOf(RouteKinds kind)
    {
        if (!_indexes.TryGetValue(kind, out var index))
            _indexes.Add(kind, index = new RouteIndex());
        return index;
    }

    public Dictionary<(RouteKinds, string), BoundRoute> Bound()
    {
        var result = new Dictionary<(RouteKinds, string), BoundRoute>();
        foreach (var ((kind, name), entry) in _entries)
            result[(kind, name)] = entry.Route;
        return result;
    }

    /// <summary>The keyword of a kind of block, for messages.</summary>
    public static string KeywordOf(RouteKinds kind) => kind switch
    {
        RouteKinds.Request => "route",
        RouteKinds.OnReply => "onreply_route",
        RouteKinds.Failure => "failure_route",
        RouteKinds.Branch => "branch_route",
        RouteKinds.OnSend => "onsend_route",
        RouteKinds.Error => "error_route",
        RouteKinds.Local => "local_route",
        RouteKinds.Startup => "startup_route",
        RouteKinds.Timer => "timer_route",
        RouteKinds.BranchFailure => "branch_failure_route",
        _ => "event_route",
    };

    private static RouteKinds KindOf(RouteKind kind) => kind switch
    {
        RouteKind.Request => RouteKinds.Request,
        RouteKind.Reply => RouteKinds.OnReply,
        RouteKind.Failure => RouteKinds.Failure,
        RouteKind.Branch => RouteKinds.Branch,
        RouteKind.Send => RouteKinds.OnSend,
        RouteKind.Error => RouteKinds.Error,
        RouteKind.Local => RouteKinds.Local,
        RouteKind.Startup => RouteKinds.Startup,
        RouteKind.Timer => RouteKinds.Timer,
        RouteKind.BranchFailure => RouteKinds.BranchFailure,
        _ => RouteKinds.Event,
    };
}
