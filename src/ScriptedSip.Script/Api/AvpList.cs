using System.Collections.Concurrent;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Api;

/// <summary>
/// The attribute-value pairs of a message and then of its transaction: under each name a stack of values, the last written first.
/// Owns the text of its values. One user at a time.
/// </summary>
public sealed class AvpList
{
    private static readonly ConcurrentDictionary<string, int> Names = new(StringComparer.Ordinal);

    private (int Name, ValueKinds Kind, uint Flags, long Number, Slice Text)[] _entries = new (int, ValueKinds, uint, long, Slice)[8];
    private byte[] _text = new byte[256];
    private StructuredAvps? _structures;
    private int _textLength;
    private int _count;

    /// <summary>The number of a name; "s:x" is x, "i:5" and "5" are names of their own as in the dialect. For load time and slow paths.</summary>
    public static int NameOf(string name) =>
        Names.GetOrAdd(name.StartsWith("s:", StringComparison.Ordinal) ? name[2..] : name, static _ => Names.Count + 1);

    /// <summary>The name behind a number; for slow paths.</summary>
    public static string TextOf(int name) => Names.FirstOrDefault(n => n.Value == name).Key ?? "";

    /// <summary>The structured AVPs, which live as long as the others; made when they are first asked for.</summary>
    public StructuredAvps Structures => _structures ??= new StructuredAvps();

    /// <summary>True when there are structured AVPs.</summary>
    public bool HasStructures => _structures is { IsEmpty: false };

    /// <summary>True when there are no values of any kind.</summary>
    public bool IsEmpty => _count == 0 && !HasStructures;

    /// <summary>Number of values under all names.</summary>
    public int Count => _count;

    /// <summary>A value in the order of writing, 0 to <see cref="Count"/> - 1, with its name.</summary>
    public (int Name, Value Value) At(int position) => (_entries[position].Name, ValueAt(position));

    /// <summary>The flags of the value at a position.</summary>
    public uint FlagsAt(int position) => _entries[position].Flags;

    /// <summary>Sets or clears flags of the value at a position.</summary>
    public void MarkAt(int position, uint flags, bool isSet)
    {
        ref var entry = ref _entries[position];
        entry.Flags = isSet ? entry.Flags | flags : entry.Flags & ~flags;
    }

    /// <summary>The value number <paramref name="index"/> of a name, 0 being the last written; negative counts from the oldest (-1). Null when there is none.</summary>
    public Value Get(int name, int index = 0)
    {
        if (index < 0)
        {
            for (var i = 0; i < _count; i++)
            {
                if (_entries[i].Name == name && ++index == 0)
                    return ValueAt(i);
            }
            return Value.Null;
        }
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_entries[i].Name == name && index-- == 0)
                return ValueAt(i);
        }
        return Value.Null;
    }

    /// <summary>Number of values under a name.</summary>
    public int CountOf(int name)
    {
        var count = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].Name == name)
                count++;
        }
        return count;
    }

    /// <summary>Puts a value on top of the stack of a name; the text is copied. Null adds nothing.</summary>
    public void Add(int name, in Value value)
    {
        if (value.IsNull)
            return;
        if (_count == _entries.Length)
            Array.Resize(ref _entries, _count * 2);
        _entries[_count++] = (name, value.Kind, 0, value.Number, Store(value.Text.Span));
    }

    /// <summary>Replaces the value number <paramref name="index"/> of a name (0: the top); adds it when there is none.</summary>
    public void Replace(int name, int index, in Value value)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_entries[i].Name == name && index-- == 0)
            {
                _entries[i] = (name, value.Kind, _entries[i].Flags, value.Number, Store(value.Text.Span));
                return;
            }
        }
        Add(name, value);
    }

    /// <summary>Puts a value under a name so that it becomes number <paramref name="index"/>, or the oldest when there are fewer. Null adds nothing.</summary>
    public void Insert(int name, int index, in Value value)
    {
        var count = _count;
        Add(name, value);
        if (_count == count)
            return;
        var added = _entries[count];
        var place = count;
        for (var i = count - 1; i >= 0 && index > 0; i--)
        {
            if (_entries[i].Name != name)
                continue;
            place = i;
            index--;
        }
        Array.Copy(_entries, place, _entries, place + 1, count - place);
        _entries[place] = added;
    }

    /// <summary>Deletes value number <paramref name="index"/> of a name, 0 being the last written.</summary>
    public void RemoveAt(int name, int index)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_entries[i].Name != name || index-- > 0)
                continue;
            Array.Copy(_entries, i + 1, _entries, i, --_count - i);
            return;
        }
    }

    /// <summary>Deletes the top value of a name, or all of them; true when there was one.</summary>
    public bool Remove(int name, bool all)
    {
        var removed = false;
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_entries[i].Name != name)
                continue;
            Array.Copy(_entries, i + 1, _entries, i, --_count - i);
            removed = true;
            if (!all)
                break;
        }
        return removed;
    }

    /// <summary>Makes this list equal to another.</summary>
    public void CopyFrom(AvpList other)
    {
        if (_entries.Length < other._count)
            Array.Resize(ref _entries, other._entries.Length);
        Array.Copy(other._entries, _entries, other._count);
        _count = other._count;
        if (_text.Length < other._textLength)
            _text = new byte[other._text.Length];
        other._text.AsSpan(0, other._textLength).CopyTo(_text);
        _textLength = other._textLength;
        if (other.HasStructures)
            Structures.CopyFrom(other.Structures);
        else
            _structures?.Clear();
    }

    /// <summary>Forgets everything, keeping the storage.</summary>
    public void Clear()
    {
        _count = 0;
        _textLength = 0;
        _structures?.Clear();
    }

    private Value ValueAt(int position)
    {
        var (_, kind, _, number, text) = _entries[position];
        return kind switch
        {
            ValueKinds.Int => Value.FromInt(number),
            ValueKinds.Text => Value.FromText(new Utf8Text(_text, text.Offset, text.Length)),
            ValueKinds.Both => Value.FromBoth(number, new Utf8Text(_text, text.Offset, text.Length)),
            _ => Value.Null,
        };
    }

    private Slice Store(ReadOnlySpan<byte> text)
    {
        if (_textLength + text.Length > _text.Length)
        {
            // Values handed out earlier keep reading the old array.
            var grown = new byte[Math.Max(_text.Length * 2, _textLength + text.Length)];
            _text.AsSpan(0, _textLength).CopyTo(grown);
            _text = grown;
        }
        var slice = new Slice(_textLength, text.Length);
        text.CopyTo(_text.AsSpan(_textLength));
        _textLength += text.Length;
        return slice;
    }
}
