using System.Globalization;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>The RTP proxies in their numbered sets. A call stays with its proxy as long as that is in use: chosen by a hash of the Call-ID over the weights.</summary>
internal sealed class RtpProxySets
{
    private readonly Dictionary<int, List<RtpProxyNode>> _sets = [];

    /// <summary>True when there is no proxy at all.</summary>
    public bool IsEmpty => _sets.Count == 0;

    /// <summary>Adds the proxies of a parameter, <c>[set ==] address[=weight] address…</c>; the one that cannot be used, or null.</summary>
    public string? Add(string parameter)
    {
        var set = 0;
        var mark = parameter.IndexOf("==", StringComparison.Ordinal);
        if (mark >= 0 && !int.TryParse(parameter.AsSpan(0, mark), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out set))
            return parameter;
        foreach (var address in (mark < 0 ? parameter : parameter[(mark + 2)..]).Split((char[])[' ', '\t', '\n', '\r', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (RtpProxyNode.Parse(address) is not { } node)
                return address;
            if (!_sets.TryGetValue(set, out var nodes))
                _sets.Add(set, nodes = []);
            nodes.Add(node);
        }
        return null;
    }

    public bool Has(int set) => _sets.ContainsKey(set);

    /// <summary>The proxy for a call; null when none of the set is in use.</summary>
    public RtpProxyNode? Choose(int set, ReadOnlySpan<byte> callId, long now)
    {
        if (!_sets.TryGetValue(set, out var nodes))
            return null;
        var weights = 0;
        foreach (var node in nodes)
            weights += node.IsUsable(now) ? node.Weight : 0;
        if (weights == 0)
            return null;
        // FNV-1a: the same in every run.
        var hash = 2166136261u;
        foreach (var letter in callId)
            hash = (hash ^ letter) * 16777619;
        var place = (int)((hash ^ (hash >> 16)) % (uint)weights);
        foreach (var node in nodes)
        {
            place -= node.IsUsable(now) ? node.Weight : 0;
            if (place < 0)
                return node;
        }
        return null;
    }
}
