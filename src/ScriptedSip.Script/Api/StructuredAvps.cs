using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Api;

/// <summary>The three families of structured AVPs, which share nothing but their form.</summary>
public enum StructuredFamily
{
    /// <summary><c>$xavp</c>: a stack of values under each name.</summary>
    Stacked,

    /// <summary><c>$xavu</c>: one value under each name.</summary>
    Unique,

    /// <summary><c>$xavi</c>: as <c>$xavp</c>, with names whose case does not matter.</summary>
    IgnoringCase,
}

/// <summary>
/// Kamailio's structured AVPs: under each name a stack of values, the last written first, each of them a number, a text, or names with values of their
/// own. Owns the text of its names and values. One user at a time. Places are numbers that are good until <see cref="Clear"/>.
/// </summary>
public sealed class StructuredAvps
{
    /// <summary>No place.</summary>
    public const int None = -1;

    private const int Roots = 3;

    private Node[] _nodes = new Node[16];
    private byte[] _text = new byte[512];
    private int _count = Roots;
    private int _textLength;

    public StructuredAvps() => Clear();

    private struct Node
    {
        public Slice Name;
        public Slice Text;
        public long Number;
        public ValueKinds Kind;
        public bool IsList;

        /// <summary>The next older value of the list this one is in.</summary>
        public int Next;

        /// <summary>The newest value of the list this one is.</summary>
        public int First;
    }

    /// <summary>True when nothing has been put in.</summary>
    public bool IsEmpty => _count == Roots;

    /// <summary>The list all names of a family are in.</summary>
    public static int RootOf(StructuredFamily family) => (int)family;

    /// <summary>The value number <paramref name="index"/> of a name in a list, 0 being the last written; negative counts from the oldest (-1). <see cref="None"/> when there is none.</summary>
    public int Find(int list, ReadOnlySpan<byte> name, int index, bool ignoresCase)
    {
        if (index < 0)
            index += CountOf(list, name, ignoresCase);
        for (var place = index < 0 ? None : _nodes[list].First; place != None; place = _nodes[place].Next)
        {
            if (IsNamed(place, name, ignoresCase) && index-- == 0)
                return place;
        }
        return None;
    }

    /// <summary>Number of values under a name in a list.</summary>
    public int CountOf(int list, ReadOnlySpan<byte> name, bool ignoresCase)
    {
        var count = 0;
        for (var place = _nodes[list].First; place != None; place = _nodes[place].Next)
            count += IsNamed(place, name, ignoresCase) ? 1 : 0;
        return count;
    }

    /// <summary>Puts a value on top of a list; the texts are copied.</summary>
    public int Push(int list, ReadOnlySpan<byte> name, in Value value)
    {
        var place = Add(list, name);
        Set(place, value);
        return place;
    }

    /// <summary>Puts an empty list on top of a list.</summary>
    public int PushList(int list, ReadOnlySpan<byte> name)
    {
        var place = Add(list, name);
        _nodes[place].IsList = true;
        return place;
    }

    /// <summary>Makes a place hold a value, whatever it held.</summary>
    public void Set(int place, in Value value)
    {
        var text = Store(value.Text.Span);
        ref var node = ref _nodes[place];
        (node.Kind, node.Number, node.Text, node.IsList, node.First) = (value.Kind, value.Number, text, false, None);
    }

    /// <summary>Makes a place an empty list, unless it is a list already.</summary>
    public void MakeList(int place)
    {
        ref var node = ref _nodes[place];
        if (node.IsList)
            return;
        (node.Kind, node.Text, node.IsList, node.First) = (ValueKinds.Null, default, true, None);
    }

    /// <summary>Takes a value out of its list; false when it is not there.</summary>
    public bool Remove(int list, int place)
    {
        if (place == None)
            return false;
        var before = None;
        for (var at = _nodes[list].First; at != None; before = at, at = _nodes[at].Next)
        {
            if (at != place)
                continue;
            if (before == None)
                _nodes[list].First = _nodes[at].Next;
            else
                _nodes[before].Next = _nodes[at].Next;
            return true;
        }
        return false;
    }

    /// <summary>Takes all values of a name out of a list.</summary>
    public void RemoveAll(int list, ReadOnlySpan<byte> name, bool ignoresCase)
    {
        for (var place = Find(list, name, 0, ignoresCase); place != None; place = Find(list, name, 0, ignoresCase))
            Remove(list, place);
    }

    /// <summary>The newest value of a list; <see cref="None"/> for an empty one.</summary>
    public int FirstOf(int list) => _nodes[list].First;

    /// <summary>The next older value of the same list, whatever its name.</summary>
    public int NextOf(int place) => _nodes[place].Next;

    public bool IsList(int place) => _nodes[place].IsList;

    public Utf8Text NameOf(int place) => TextAt(_nodes[place].Name);

    /// <summary>What a place holds; null for a list.</summary>
    public Value ValueOf(int place)
    {
        ref readonly var node = ref _nodes[place];
        return node.Kind switch
        {
            ValueKinds.Int => Value.FromInt(node.Number),
            ValueKinds.Text => Value.FromText(TextAt(node.Text)),
            ValueKinds.Both => Value.FromBoth(node.Number, TextAt(node.Text)),
            _ => Value.Null,
        };
    }

    /// <summary>Copies what is in one list, older values first, on top of another, which may not be within it.</summary>
    public void CopyList(int from, int to)
    {
        var depth = 0;
        for (var place = _nodes[from].First; place != None; place = _nodes[place].Next)
            depth++;
        for (; depth > 0; depth--)
        {
            var place = _nodes[from].First;
            for (var i = 1; i < depth; i++)
                place = _nodes[place].Next;
            var name = NameOf(place);
            if (_nodes[place].IsList)
                CopyList(place, PushList(to, name.Span));
            else
                Push(to, name.Span, ValueOf(place));
        }
    }

    /// <summary>Makes this equal to another.</summary>
    public void CopyFrom(StructuredAvps other)
    {
        if (_nodes.Length < other._count)
            _nodes = new Node[other._nodes.Length];
        Array.Copy(other._nodes, _nodes, other._count);
        _count = other._count;
        if (_text.Length < other._textLength)
            _text = new byte[other._text.Length];
        other._text.AsSpan(0, other._textLength).CopyTo(_text);
        _textLength = other._textLength;
    }

    /// <summary>Forgets everything, keeping the storage.</summary>
    public void Clear()
    {
        _count = Roots;
        _textLength = 0;
        for (var root = 0; root < Roots; root++)
            _nodes[root] = new Node { IsList = true, Next = None, First = None };
    }

    private int Add(int list, ReadOnlySpan<byte> name)
    {
        if (_count == _nodes.Length)
            Array.Resize(ref _nodes, _count * 2);
        var stored = Store(name);
        var place = _count++;
        _nodes[place] = new Node { Name = stored, Next = _nodes[list].First, First = None };
        _nodes[list].First = place;
        return place;
    }

    private bool IsNamed(int place, ReadOnlySpan<byte> name, bool ignoresCase)
    {
        var own = _nodes[place].Name;
        var text = _text.AsSpan(own.Offset, own.Length);
        return ignoresCase ? Ascii.EqualsIgnoreCase(text, name) : text.SequenceEqual(name);
    }

    private Utf8Text TextAt(Slice part) => new(_text, part.Offset, part.Length);

    private Slice Store(ReadOnlySpan<byte> text)
    {
        if (_textLength + text.Length > _text.Length)
        {
            // Values handed out earlier keep reading the old array.
            var grown = new byte[Math.Max(_text.Length * 2, _textLength + text.Length)];
            _text.AsSpan(0, _textLength).CopyTo(grown);
            _text = grown;
        }
        text.CopyTo(_text.AsSpan(_textLength));
        _textLength += text.Length;
        return new Slice(_textLength - text.Length, text.Length);
    }
}
