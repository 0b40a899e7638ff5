using System.Collections.Concurrent;
using ScriptedSip.Modules.Attributes;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.HTable;

/// <summary>A table of a script: values by name, which all messages share, and which may end after some time.</summary>
internal sealed class ScriptTable(string name)
{
    private readonly ConcurrentDictionary<byte[], TableEntry> _entries = new(NameComparer.Instance);

    public string Name { get; } = name;

    public byte[] NameBytes { get; } = System.Text.Encoding.UTF8.GetBytes(name);

    /// <summary>How long a value lives, in milliseconds; 0 for ever.</summary>
    public long Lifetime { get; set; }

    /// <summary>Whether a new value for a name begins a new life.</summary>
    public bool RenewsLife { get; set; } = true;

    /// <summary>What a name has that was never given a value; null for nothing.</summary>
    public Value Initial { get; set; }

    /// <summary>The table of a database it is filled from at the start; empty for none.</summary>
    public string DatabaseTable { get; set; } = "";

    /// <summary>Whether that table gets what is here when the program ends.</summary>
    public bool IsWrittenBack { get; set; }

    /// <summary>Column of the name and column of the value; empty for the standard four.</summary>
    public string[] Columns { get; set; } = [];

    public KeyLocks Locks { get; } = new();

    public int Count => _entries.Count;

    /// <summary>A value; null when there is none, or its time is over.</summary>
    public Value Get(ReadOnlySpan<byte> key, long now) => TryFind(key, now, out var entry) ? entry.Value : Initial;

    /// <summary>Milliseconds a value has left, 0 for one that does not end; -1 when there is none.</summary>
    public long TimeLeft(ReadOnlySpan<byte> key, long now) => TryFind(key, now, out var entry) ? entry.EndsAt == 0 ? 0 : entry.EndsAt - now : -1;

    /// <summary>Gives a name a value; its text is copied. Null removes it.</summary>
    public void Set(ReadOnlySpan<byte> key, in Value value, long now)
    {
        if (value.IsNull)
        {
            Remove(key);
            return;
        }
        var kept = value.IsText ? Value.FromText(Utf8Text.CopyOf(value.Text.Span)) : Value.FromInt(value.Number);
        _entries[Known(key)] = new TableEntry(kept, EndOf(key, now));
    }

    /// <summary>Takes over a value of another table.</summary>
    public void Keep(byte[] key, TableEntry entry) => _entries[key] = entry;

    /// <summary>Lets a value end after some milliseconds, 0 for never; false when there is none.</summary>
    public bool SetTimeLeft(ReadOnlySpan<byte> key, long milliseconds, long now)
    {
        if (!TryFind(key, now, out var entry))
            return false;
        _entries[Known(key)] = entry with { EndsAt = milliseconds == 0 ? 0 : now + milliseconds };
        return true;
    }

    /// <summary>Adds to a number, from the initial one or 0 where there is none; null when there is a text.</summary>
    public Value Add(ReadOnlySpan<byte> key, long amount, long now)
    {
        var name = Known(key);
        while (true)
        {
            if (!_entries.TryGetValue(name, out var entry) || entry.IsOver(now))
            {
                var first = new TableEntry(Value.FromInt(Initial.Number + amount), Lifetime == 0 ? 0 : now + Lifetime);
                if (entry.EndsAt == 0 ? _entries.TryAdd(name, first) : _entries.TryUpdate(name, first, entry))
                    return first.Value;
                continue;
            }
            if (!entry.Value.IsInt)
                return Value.Null;
            var sum = new TableEntry(Value.FromInt(entry.Value.Number + amount), RenewsLife && Lifetime > 0 ? now + Lifetime : entry.EndsAt);
            if (_entries.TryUpdate(name, sum, entry))
                return sum.Value;
        }
    }

    /// <summary>Removes a name; false when it was not there.</summary>
    public bool Remove(ReadOnlySpan<byte> key) => _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryRemove(key, out _);

    /// <summary>Removes everything.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>What there is, at one moment each.</summary>
    public IEnumerable<KeyValuePair<byte[], TableEntry>> All(long now) => _entries.Where(pair => !pair.Value.IsOver(now));

    /// <summary>Takes out what has ended.</summary>
    public List<KeyValuePair<byte[], TableEntry>> TakeEnded(long now)
    {
        var ended = new List<KeyValuePair<byte[], TableEntry>>();
        foreach (var pair in _entries)
        {
            if (pair.Value.IsOver(now) && _entries.TryRemove(pair))
                ended.Add(pair);
        }
        return ended;
    }

    private bool TryFind(ReadOnlySpan<byte> key, long now, out TableEntry entry) =>
        _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out entry) && !entry.IsOver(now);

    private long EndOf(ReadOnlySpan<byte> key, long now)
    {
        if (!RenewsLife && TryFind(key, now, out var old))
            return old.EndsAt;
        return Lifetime == 0 ? 0 : now + Lifetime;
    }

    // A name that is there keeps its bytes.
    private byte[] Known(ReadOnlySpan<byte> key) =>
        _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var known, out _) ? known : key.ToArray();

    private sealed class NameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}

/// <summary>A value of a table and when it ends, in milliseconds of the clock; 0 for never.</summary>
internal readonly record struct TableEntry(Value Value, long EndsAt)
{
    public bool IsOver(long now) => EndsAt != 0 && EndsAt <= now;
}
