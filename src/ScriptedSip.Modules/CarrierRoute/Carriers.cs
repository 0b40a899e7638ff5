namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>All routing trees, by name and by number. Immutable once read; a reload makes new ones.</summary>
internal sealed class Carriers
{
    private readonly Dictionary<string, Carrier> _byName = new(StringComparer.Ordinal);

    public IEnumerable<Carrier> All => _byName.Values.Distinct();

    public void Add(Carrier carrier)
    {
        _byName[carrier.Name] = carrier;
        if (carrier.Id != 0)
            _byName.TryAdd(carrier.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), carrier);
    }

    /// <summary>A tree by name or number; null when there is none.</summary>
    public Carrier? Find(string name) => _byName.GetValueOrDefault(name);
}
