using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>One gateway for numbers that begin alike, and what is done to a number on the way to it.</summary>
internal sealed class CarrierTarget
{
    /// <summary>Host and port for the Request-URI; empty: such numbers are not routed.</summary>
    public required Utf8Text Host { get; init; }

    /// <summary>Its share of the requests, in proportion to the others'.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Its number where requests are spread without regard to shares; 0 while it has none.</summary>
    public int HashIndex { get; set; }

    /// <summary>Digits taken off the front of the number, before the prefix goes there.</summary>
    public int Strip { get; init; }

    public Utf8Text Prefix { get; init; }

    public Utf8Text Suffix { get; init; }

    public Utf8Text Comment { get; init; }

    /// <summary>False while it is out of service.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Hash index of the one that takes its requests then; 0 for none.</summary>
    public int Backup { get; init; }

    /// <summary>It counts for requests whose flags, masked, are these.</summary>
    public uint Flags { get; init; }

    public uint Mask { get; init; }
}

/// <summary>Targets for the same numbers and the same flags.</summary>
/// <param name="Flags">Message flags that must be so.</param>
/// <param name="Mask">Message flags that are looked at.</param>
/// <param name="Targets">In the order of their hash indexes.</param>
/// <param name="Modulus">Hash values go from 1 to this.</param>
internal sealed record CarrierRule(uint Flags, uint Mask, CarrierTarget[] Targets, int Modulus)
{
    public bool Matches(uint flags) => (flags & Mask) == Flags;

    /// <summary>Numbers the targets that have no hash index, from 1, and checks that the indexes are usable.</summary>
    /// <exception cref="FormatException">Two have one index, or one is out of range.</exception>
    public static CarrierRule Of(uint flags, uint mask, IReadOnlyList<CarrierTarget> targets, int modulus)
    {
        var next = 1;
        foreach (var target in targets)
        {
            if (target.HashIndex != 0)
                continue;
            while (targets.Any(t => t.HashIndex == next))
                next++;
            target.HashIndex = next;
        }
        var ordered = targets.OrderBy(t => t.HashIndex).ToArray();
        var most = modulus > 0 ? modulus : ordered[^1].HashIndex;
        for (var i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].HashIndex > most || (i > 0 && ordered[i].HashIndex == ordered[i - 1].HashIndex))
                throw new FormatException($"target {ordered[i].Host}: hash_index {ordered[i].HashIndex} is taken or beyond max_targets");
        }
        return new CarrierRule(flags, mask, ordered, most);
    }

    /// <summary>The target at a point of the shares, from 0 up to 1, among those that may be used; null when there is none.</summary>
    public CarrierTarget? ByShare(double point, Func<CarrierTarget, bool> mayBeUsed)
    {
        var total = 0.0;
        foreach (var target in Targets)
            total += mayBeUsed(target) ? target.Probability : 0;
        var left = point * total;
        CarrierTarget? last = null;
        foreach (var target in Targets)
        {
            if (target.Probability <= 0 || !mayBeUsed(target))
                continue;
            last = target;
            left -= target.Probability;
            if (left < 0)
                break;
        }
        return last is null || last.IsActive ? last : BackupOf(last) ?? Array.Find(Targets, t => t.IsActive && mayBeUsed(t));
    }

    /// <summary>The target of a hash value; one that is out of service gives way to its backup, when that is wanted.</summary>
    public CarrierTarget? ByHash(uint hash, bool usesBackup)
    {
        var index = (int)(hash % (uint)Modulus) + 1;
        var target = Array.Find(Targets, t => t.HashIndex == index);
        if (target is null || target.IsActive)
            return target;
        return usesBackup ? BackupOf(target) : null;
    }

    private CarrierTarget? BackupOf(CarrierTarget target) => Array.Find(Targets, t => t.HashIndex == target.Backup && t.IsActive);
}
