using System.Runtime.CompilerServices;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>An address-of-record with its bindings in order of preference. Changed by the holder of the lock of its stripe.</summary>
internal sealed class LocationRecord
{
    private readonly byte[]? _longKey;
    private readonly ushort _shortLength;
    private readonly ShortKey _shortKey;
    private StoredBinding? _first;

    public LocationRecord(int hash, ReadOnlySpan<byte> key)
    {
        Hash = hash;
        if (key.Length <= ShortKey.Length)
        {
            _shortLength = (ushort)key.Length;
            key.CopyTo(_shortKey);
        }
        else
        {
            _longKey = key.ToArray();
        }
    }

    // Most names fit into the record, and so are in memory where it is.
    [InlineArray(Length)]
    private struct ShortKey
    {
        public const int Length = 32;

        private byte _first;
    }

    public int Hash { get; }

    public ReadOnlySpan<byte> Key => _longKey ?? ((ReadOnlySpan<byte>)_shortKey)[.._shortLength];

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

    /// <summary>Adds the live bindings to a list; false when there are none.</summary>
    public bool Collect(long now, BindingList found)
    {
        var any = false;
        for (var stored = _first; stored is not null; stored = stored.Next)
        {
            if (stored.ExpiresAt <= now)
                continue;
            stored.CopyTo(ref found.Add());
            any = true;
        }
        return any;
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
