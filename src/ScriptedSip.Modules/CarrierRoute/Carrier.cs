using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>The routing tree of a carrier: domains, in each of them rules for prefixes, and where to go on when a gateway fails.</summary>
internal sealed class Carrier(string name, int id)
{
    public string Name { get; } = name;

    /// <summary>Its number in the database; 0 where there are none.</summary>
    public int Id { get; } = id;

    /// <summary>Rules by domain and prefix; of one prefix those that look at more flags first.</summary>
    public Dictionary<string, PrefixTable<List<CarrierRule>>> Domains { get; } = [];

    /// <summary>Failure rules by domain and prefix, in the order in which they are looked at.</summary>
    public Dictionary<string, PrefixTable<List<FailureRule>>> Failures { get; } = [];

    /// <summary>
    /// The rule for the longest prefix of a number that has one for these flags; null when there is none.
    /// </summary>
    public CarrierRule? Find(string domain, Utf8Text number, uint flags)
    {
        if (!Domains.TryGetValue(domain, out var prefixes))
            return null;
        for (var length = int.MaxValue; prefixes.Find(number, ref length) is { } rules; length--)
        {
            foreach (var rule in rules)
            {
                if (rule.Matches(flags))
                    return rule;
            }
        }
        return null;
    }

    /// <summary>The domain to go on with after a failure; empty when there is none.</summary>
    public Utf8Text NextDomain(string domain, Utf8Text number, in FailedAttempt attempt)
    {
        if (!Failures.TryGetValue(domain, out var prefixes))
            return default;
        for (var length = int.MaxValue; prefixes.Find(number, ref length) is { } rules; length--)
        {
            foreach (var rule in rules)
            {
                if (rule.Matches(attempt))
                    return rule.NextDomain;
            }
        }
        return default;
    }

    /// <summary>Enters a target, making domain, prefix and rule on the way.</summary>
    public void Add(string domain, Utf8Text prefix, IReadOnlyList<CarrierRule> rules)
    {
        if (!Domains.TryGetValue(domain, out var prefixes))
            Domains.Add(domain, prefixes = new PrefixTable<List<CarrierRule>>());
        prefixes[prefix] = [.. rules.OrderByDescending(r => System.Numerics.BitOperations.PopCount(r.Mask))];
    }
}

/// <summary>What a failure rule is asked about.</summary>
internal readonly record struct FailedAttempt(Utf8Text Host, Utf8Text ReplyCode, uint Flags);

/// <summary>Where to go on when a gateway has failed.</summary>
/// <param name="Host">The gateway; empty for any.</param>
/// <param name="ReplyCode">Three characters, a dot for any digit; empty for any code.</param>
/// <param name="Flags">Message flags that must be so.</param>
/// <param name="Mask">Message flags that are looked at.</param>
/// <param name="NextDomain">Empty: nowhere.</param>
internal sealed record FailureRule(Utf8Text Host, Utf8Text ReplyCode, uint Flags, uint Mask, Utf8Text NextDomain)
{
    /// <summary>What a rule is sorted by: a host first, then fewer wildcards in the code, then more flags. Of equal ones the first counts.</summary>
    public (bool, int, int) Order =>
        (Host.IsEmpty, ReplyCode.IsEmpty ? 3 : ReplyCode.Span.Count((byte)'.'), -System.Numerics.BitOperations.PopCount(Mask));

    public bool Matches(in FailedAttempt attempt)
    {
        if ((!Host.IsEmpty && Host != attempt.Host) || (attempt.Flags & Mask) != Flags)
            return false;
        if (ReplyCode.IsEmpty)
            return true;
        var code = attempt.ReplyCode.Span;
        if (code.Length != ReplyCode.Length)
            return false;
        for (var i = 0; i < code.Length; i++)
        {
            if (ReplyCode.Span[i] != '.' && ReplyCode.Span[i] != code[i])
                return false;
        }
        return true;
    }
}
