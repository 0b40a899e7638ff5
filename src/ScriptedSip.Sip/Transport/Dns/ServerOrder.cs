namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>Puts the servers of a plan into the order of one request: by priority, within it by chance in proportion to weight (RFC 2782).</summary>
internal static class ServerOrder
{
    /// <param name="groups">By priority.</param>
    /// <param name="random">Chance; the argument is exclusive.</param>
    /// <param name="isAvoided">Endpoints that failed a moment ago: they come last, in case everything else fails too.</param>
    public static SipEndpoint[] Arrange(IReadOnlyList<ServerGroup> groups, Func<int, int> random, Func<SipEndpoint, bool> isAvoided)
    {
        var ordered = new List<SipEndpoint>();
        var avoided = new List<SipEndpoint>();
        var start = 0;
        while (start < groups.Count)
        {
            var end = start + 1;
            while (end < groups.Count && groups[end].Priority == groups[start].Priority)
                end++;
            // Weight zero first: it can then be picked only by the lowest number (RFC 2782).
            var left = groups.Skip(start).Take(end - start).OrderBy(g => g.Weight).ToList();
            while (left.Count > 0)
            {
                var pick = random(left.Sum(g => g.Weight) + 1);
                var index = 0;
                while (index < left.Count - 1 && (pick -= left[index].Weight) > 0)
                    index++;
                foreach (var endpoint in left[index].Endpoints)
                    (isAvoided(endpoint) ? avoided : ordered).Add(endpoint);
                left.RemoveAt(index);
            }
            start = end;
        }
        ordered.AddRange(avoided);
        return [.. ordered];
    }
}
