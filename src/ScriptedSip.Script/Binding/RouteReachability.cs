using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>
/// Walks from every block that starts a run through the blocks it calls: what is called must be legal in all kinds that reach it, a block
/// that calls itself and a block nobody needs are worth a word.
/// </summary>
internal sealed class RouteReachability(RouteTable routes, RouteKinds started, DiagnosticBag diagnostics)
{
    private readonly HashSet<(RouteEntry, RouteKinds)> _seen = [];
    private readonly HashSet<RouteEntry> _recursive = [];
    private readonly List<(RouteEntry Route, TextSpan Call)> _path = [];

    public void Check()
    {
        foreach (var entry in routes.All)
        {
            if (!entry.IsSubroute)
                Visit(entry, entry);
        }
        foreach (var entry in routes.All)
        {
            if (entry.IsSubroute)
                FindRecursion(entry);
            if ((entry.Kind & started) == 0)
                diagnostics.Add(DiagnosticCatalog.RouteNeverRuns, entry.Block.Head, entry);
            else if (IsUnused(entry))
                diagnostics.Add(DiagnosticCatalog.UnusedRoute, entry.Block.Head, entry);
        }
    }

    private void Visit(RouteEntry entry, RouteEntry route)
    {
        if (!_seen.Add((route, entry.Kind)))
            return;
        foreach (var (function, name, span) in route.Functions)
        {
            if ((function.Attribute.Routes & entry.Kind) == 0)
                diagnostics.Add(DiagnosticCatalog.FunctionNotAllowedHere, span, name, entry, Path());
        }
        foreach (var (called, span) in route.Calls)
        {
            _path.Add((called, span));
            Visit(entry, called);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private string Path() => _path.Count == 0
        ? ""
        : ", which reaches it through " + string.Join(" and ", _path.Select(static step => $"{step.Route} (line {step.Call.Line})"));

    private void FindRecursion(RouteEntry start)
    {
        var chain = new List<RouteEntry> { start };
        if (_recursive.Contains(start) || !LeadsBack(start, start, chain, []))
            return;
        foreach (var member in chain)
            _recursive.Add(member);
        diagnostics.Add(DiagnosticCatalog.RecursiveRoute, start.Block.Head, string.Join(" → ", chain.Append(start)));
    }

    private static bool LeadsBack(RouteEntry start, RouteEntry route, List<RouteEntry> chain, HashSet<RouteEntry> seen)
    {
        foreach (var (called, _) in route.Calls)
        {
            if (called == start)
                return true;
            if (!seen.Add(called))
                continue;
            chain.Add(called);
            if (LeadsBack(start, called, chain, seen))
                return true;
            chain.RemoveAt(chain.Count - 1);
        }
        return false;
    }

    private bool IsUnused(RouteEntry entry)
    {
        if (entry.IsUsed || entry.Name.Length == 0 || !routes.IsComplete)
            return false;
        return entry.Kind switch
        {
            RouteKinds.Request => !routes.HasComputedCalls,
            RouteKinds.Failure or RouteKinds.Branch or RouteKinds.OnReply or RouteKinds.BranchFailure => true,
            _ => false,
        };
    }
}
