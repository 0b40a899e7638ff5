namespace ScriptedSip.Modules.UsrLoc;

/// <summary>Bindings in order of preference; reused from call to call. One user at a time.</summary>
internal sealed class BindingList
{
    private Binding[] _items = new Binding[4];

    public int Count { get; private set; }

    public ref Binding this[int index] => ref _items[index];

    public ReadOnlySpan<Binding> Items => _items.AsSpan(0, Count);

    /// <summary>A cleared place at the end.</summary>
    public ref Binding Add()
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Count * 2);
        ref var place = ref _items[Count++];
        place = default;
        return ref place;
    }

    /// <summary>Empties the list and lets go of the text it pointed at.</summary>
    public void Clear() => Truncate(0);

    /// <summary>Keeps the first bindings only.</summary>
    public void Truncate(int count)
    {
        _items.AsSpan(count, Count - count).Clear();
        Count = count;
    }
}
