using System.Collections.Concurrent;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Attributes;

/// <summary>Attributes a script keeps in a table of its own under a key: which table, and which flag says that an attribute belongs to it.</summary>
internal sealed record AttributeGroup(string Id, string Table, string Flag, string Key, string Name, string Type, string Value, string Flags)
{
    public KeyLocks Locks { get; } = new();

    /// <summary>From "id=x,table=name,flag=name,…"; null when a part is missing or unknown.</summary>
    public static AttributeGroup? Parse(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || field[..equals] is not ("id" or "table" or "flag" or "key_column" or "name_column" or "type_column" or "value_column" or "flags_column"))
                return null;
            fields[field[..equals]] = field[(equals + 1)..];
        }
        return fields.TryGetValue("id", out var id) && fields.TryGetValue("table", out var table) && fields.TryGetValue("flag", out var flag)
            ? new AttributeGroup(id, table, flag, Of("key_column", "id"), Of("name_column", "name"), Of("type_column", "type"), Of("value_column", "value"), Of("flags_column", "flags"))
            : null;

        string Of(string name, string otherwise) => fields.GetValueOrDefault(name, otherwise);
    }
}

/// <summary>A group as a function names it. Which it is turns out once the parameters of the module are known.</summary>
internal sealed class GroupArgument : IParsedArgument<GroupArgument>
{
    public static string Form => "a group that attr_group declares";

    public required string Id { get; init; }

    public AttributeGroup Group { get; private set; } = null!;

    /// <summary>The group's flag.</summary>
    public uint Mask { get; private set; }

    public static GroupArgument? Parse(ArgumentText argument)
    {
        var group = new GroupArgument { Id = argument.Text.Trim() };
        (argument.Module as AvpDbModule)!.Uses(group);
        return group;
    }

    /// <summary>Finds the group and the number of its flag; a sentence when there is none.</summary>
    public string? Settle(AttributeGroup? group, ScriptVersion script)
    {
        if (group is null)
            return $"avp_db: attr_group declares no group \"{Id}\"";
        if (script.FlagNumber(group.Flag) is not { } flag)
            return $"avp_db: avpflags declares no flag \"{group.Flag}\" for the group \"{Id}\"";
        Group = group;
        Mask = 1u << flag;
        return null;
    }
}

/// <summary>Locks by name, each held by one run at a time.</summary>
internal sealed class KeyLocks
{
    private static readonly int HeldSlot = Frame.ReserveSlot();

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    /// <summary>Waits for a lock, without keeping others from working; false when the time is over. Who holds it already goes on.</summary>
    public bool Enter(Frame frame, string key, int milliseconds)
    {
        var held = frame.Slot(HeldSlot) as HeldLocks;
        if (held?.Holds(this, key) == true)
            return true;
        while (true)
        {
            var gate = _locks.GetOrAdd(key, static _ => new SemaphoreSlim(1, 1));
            var isEntered = gate.Wait(0) || frame.Await(token => gate.WaitAsync(milliseconds, token), milliseconds) is { IsAnswered: true, Answer: true };
            if (!isEntered)
                return false;
            // Whoever leaves takes the lock out of the table: then this is not the lock others see.
            if (!_locks.TryGetValue(key, out var current) || current != gate)
            {
                gate.Release();
                continue;
            }
            frame.Slot(HeldSlot) = held ??= new HeldLocks();
            held.Add(this, key, gate);
            return true;
        }
    }

    /// <summary>Lets go of a lock this run holds.</summary>
    public void Leave(Frame frame, string key) => (frame.Slot(HeldSlot) as HeldLocks)?.Remove(this, key);

    private void Release(string key, SemaphoreSlim gate)
    {
        _locks.TryRemove(new KeyValuePair<string, SemaphoreSlim>(key, gate));
        gate.Release();
    }

    private sealed class HeldLocks : IRunState
    {
        private readonly List<(KeyLocks Owner, string Key, SemaphoreSlim Gate)> _held = [];

        public bool Holds(KeyLocks owner, string key) => _held.Exists(h => h.Owner == owner && h.Key == key);

        public void Add(KeyLocks owner, string key, SemaphoreSlim gate) => _held.Add((owner, key, gate));

        public void Remove(KeyLocks owner, string key)
        {
            var at = _held.FindIndex(h => h.Owner == owner && h.Key == key);
            if (at < 0)
                return;
            owner.Release(key, _held[at].Gate);
            _held.RemoveAt(at);
        }

        public void RunEnded()
        {
            foreach (var (owner, key, gate) in _held)
                owner.Release(key, gate);
            _held.Clear();
        }
    }
}
