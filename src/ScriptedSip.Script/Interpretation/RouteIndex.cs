using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

/// <summary>The blocks of one kind by name, for names found per message.</summary>
internal sealed class RouteIndex
{
    private readonly List<BoundRoute> _routes = [];

    public void Add(BoundRoute route) => _routes.Add(route);

    public BoundRoute? Find(ReadOnlySpan<byte> name)
    {
        foreach (var route in _routes)
        {
            if (name.SequenceEqual(route.NameText.Span))
                return route;
        }
        return null;
    }
}
