namespace ScriptedSip.Modules.UsrLoc;

/// <summary>An address-of-record with its bindings in order of preference. Guarded by the lock of its stripe.</summary>
internal sealed class LocationRecord(int hash, byte[] key)
{
    public LocationRecord? NextInBucket;

    private StoredBinding? _first;

    public int Hash { get; } = hash;

    public byte[] Key { get; } = key;

    /// <summary>The preferred binding; null when none is left.</summary>
    public StoredBinding? First => _first;

    public int Count
    {
        get
        {
            var count = 0;
            for (var binding = _first; binding is not null; binding = binding.Next)
                count++;
            return count;
        }
    }

    /// <summary>The binding that a contact of a REGISTER means, or null.</summary>
    public StoredBinding? Match(LocationRules rules, in Binding contact)
    {
        var binding = _first;
        while (binding is not null && !rules.AreSame(binding, contact))
            binding = binding.Next;
        return binding;
    }

    /// <summary>Behind those with the same or a higher q; or in front of all.</summary>
    public void Insert(StoredBinding binding, bool inFront)
    {
        ref var link = ref _first;
        while (!inFront && link is { } other && other.Q >= binding.Q)
            link = ref other.Next;
        binding.Next = link;
        link = binding;
    }

    public void Unlink(StoredBinding binding)
    {
        ref var link = ref _first;
        while (link != binding)
            link = ref link!.Next;
        link = binding.Next;
    }

    public int RemoveExpired(long now)
    {
        var removed = 0;
        ref var link = ref _first;
        while (link is { } binding)
        {
            if (binding.ExpiresAt > now)
            {
                link = ref binding.Next;
                continue;
            }
            link = binding.Next;
            removed++;
        }
        return removed;
    }

    /// <summary>Removes the binding written longest ago; there must be one.</summary>
    public void RemoveOldest(LocationDatabase? journal)
    {
        var oldest = _first!;
        for (var binding = oldest.Next; binding is not null; binding = binding.Next)
        {
            if (binding.ModifiedAt < oldest.ModifiedAt)
                oldest = binding;
        }
        Unlink(oldest);
        journal?.Removed(Key, oldest);
    }

    /// <summary>Removes the bindings with that contact URI, all when it is empty.</summary>
    public int Remove(ReadOnlySpan<byte> contact, LocationDatabase? journal)
    {
        var removed = 0;
        ref var link = ref _first;
        while (link is { } binding)
        {
            if (!contact.IsEmpty && !LocationRules.IsSameUri(binding.Contact.Span, contact))
            {
                link = ref binding.Next;
                continue;
            }
            link = binding.Next;
            journal?.Removed(Key, binding);
            removed++;
        }
        return removed;
    }

    /// <summary>Removes the bindings that none of the contacts means.</summary>
    public int RemoveOthers(LocationRules rules, BindingList contacts, LocationDatabase? journal)
    {
        var removed = 0;
        ref var link = ref _first;
        while (link is { } binding)
        {
            if (IsAmong(rules, binding, contacts))
            {
                link = ref binding.Next;
                continue;
            }
            link = binding.Next;
            journal?.Removed(Key, binding);
            removed++;
        }
        return removed;
    }

    private static bool IsAmong(LocationRules rules, StoredBinding binding, BindingList contacts)
    {
        foreach (ref readonly var contact in contacts.Items)
        {
            if (rules.AreSame(binding, contact))
                return true;
        }
        return false;
    }
}
