using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>
/// Walks from every block that starts a run through the blocks it calls: what is called must be legal in all kinds that reach it, a block
/// that calls itself and a block nobody needs are worth a word.
/// </summary>
internal sealed class RouteReachability(RouteTable routes, LoadOptions options, MissingModules missing, DiagnosticBag diagnostics)
{
    // How each block was first reached by a run of a kind: the block before it and the call there.
    private readonly Dictionary<(RouteEntry Route, RouteKinds Kind), (RouteEntry Caller, TextSpan Call)?> _reached = [];

    public void Check()
    {
        foreach (var entry in routes.All)
        {
            if (!entry.IsSubroute)
                Walk(entry);
        }
        foreach (var chain in Cycles())
            diagnostics.Add(DiagnosticCatalog.RecursiveRoute, chain[0].Block.Head, string.Join(" → ", chain.Append(chain[0])));
        foreach (var entry in routes.All)
        {
            if ((entry.Kind & options.StartedRoutes) == 0 || (entry.Kind == RouteKinds.Event && !options.StartedEvents.Contains(entry.Name) && !entry.Name.StartsWith(LoadOptions.ExpiredEvent, StringComparison.Ordinal)))
            {
                if (entry.Kind != RouteKinds.Event || !missing.ClaimsByName(entry.ToString(), entry.Name, entry.Block.Head))
                    diagnostics.Add(DiagnosticCatalog.RouteNeverRuns, entry.Block.Head, entry);
            }
            else if (IsUnused(entry))
                diagnostics.Add(DiagnosticCatalog.UnusedRoute, entry.Block.Head, entry);
        }
    }

    private void Walk(RouteEntry start)
    {
        var waiting = new Queue<RouteEntry>();
        if (_reached.TryAdd((start, start.Kind), null))
            waiting.Enqueue(start);
        while (waiting.TryDequeue(out var route))
        {
            var refused = route.Functions.Where(call => (call.Function.Attribute.Routes & start.Kind) == 0).ToList();

            // In a block that others call, the call that leads here is the mistake: one, however many functions are behind it.
            var reported = route == start ? refused.Count : Math.Min(1, refused.Count);
            foreach (var (function, name, span) in refused.Take(reported))
            {
                var others = refused.Skip(reported).Select(static call => call.Name).Distinct().Where(other => other != name).ToList();
                var too = others.Count switch { 0 => null, 1 => $"neither is {others[0]}", _ => $"neither are {string.Join(", ", others)}" };
                var hint = string.Join("; ", new[] { WhereAllowed(function.Attribute.Routes), too }.OfType<string>());
                diagnostics.AddWithHint(DiagnosticCatalog.FunctionNotAllowedHere, span, hint.Length == 0 ? null : hint, name, start, Path(route, start.Kind));
            }
            foreach (var (called, span) in route.Calls)
            {
                if (_reached.TryAdd((called, start.Kind), (route, span)))
                    waiting.Enqueue(called);
            }
        }
    }

    private string Path(RouteEntry route, RouteKinds kind)
    {
        var steps = new List<string>();
        for (var step = _reached[(route, kind)]; step is var (caller, call); step = _reached[(caller, kind)])
        {
            steps.Add($"{route} (line {call.Line})");
            route = caller;
        }
        steps.Reverse();
        return steps.Count == 0 ? "" : ", which reaches it through " + string.Join(" and ", steps);
    }

    private static string? WhereAllowed(RouteKinds kinds)
    {
        var names = Enum.GetValues<RouteKinds>().Where(kind => int.PopCount((int)kind) == 1 && (kinds & kind) != 0).Select(RouteTable.KeywordOf).Distinct().ToList();
        return names.Count > 3 ? null : "it may be called from " + (names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}");
    }

    // Blocks on no circle are taken away until only circles are left; then the shortest one through each block is looked for.
    private List<List<RouteEntry>> Cycles()
    {
        var callers = new Dictionary<RouteEntry, List<RouteEntry>>();
        var open = new Dictionary<RouteEntry, int>();
        foreach (var entry in routes.All)
        {
            open[entry] = entry.Calls.Count;
            foreach (var (called, _) in entry.Calls)
                (callers.TryGetValue(called, out var list) ? list : callers[called] = []).Add(entry);
        }
        var harmless = new Queue<RouteEntry>(open.Where(static pair => pair.Value == 0).Select(static pair => pair.Key));
        while (harmless.TryDequeue(out var entry))
        {
            open.Remove(entry);
            foreach (var caller in callers.GetValueOrDefault(entry) ?? [])
            {
                if (--open[caller] == 0)
                    harmless.Enqueue(caller);
            }
        }
        var found = new List<List<RouteEntry>>();
        var told = new HashSet<RouteEntry>();
        foreach (var entry in routes.All)
        {
            if (!entry.IsSubroute || !open.ContainsKey(entry) || told.Contains(entry) || Circle(entry, open) is not { } chain)
                continue;
            told.UnionWith(chain);
            found.Add(chain);
        }
        return found;
    }

    private static List<RouteEntry>? Circle(RouteEntry start, Dictionary<RouteEntry, int> among)
    {
        var before = new Dictionary<RouteEntry, RouteEntry>();
        var waiting = new Queue<RouteEntry>([start]);
        while (waiting.TryDequeue(out var route))
        {
            foreach (var (called, _) in route.Calls)
            {
                if (called == start)
                {
                    var chain = new List<RouteEntry>();
                    for (var step = route; step != start; step = before[step])
                        chain.Add(step);
                    chain.Add(start);
                    chain.Reverse();
                    return chain;
                }
                if (among.ContainsKey(called) && before.TryAdd(called, route))
                    waiting.Enqueue(called);
            }
        }
        return null;
    }

    private bool IsUnused(RouteEntry entry)
    {
        if (entry.IsUsed || routes.PossiblyUsed.Contains(entry.Name) || entry.Name.Length == 0 || routes.HasUnknownCalls || routes.Main is null)
            return false;
        return entry.Kind switch
        {
            RouteKinds.Request => !routes.HasComputedCalls,
            RouteKinds.Failure or RouteKinds.Branch or RouteKinds.OnReply or RouteKinds.BranchFailure => true,
            _ => false,
        };
    }
}
