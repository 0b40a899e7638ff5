namespace ScriptedSip.Sip.Messages;

/// <summary>Bytes that are known only when a message leaves, because they name the socket it leaves through: a Record-Route, a Path.</summary>
public interface IDeferredText
{
    /// <summary>Writes the text for one outgoing copy; <paramref name="argument"/> is what the edit was made with.</summary>
    void Write(ref SpanWriter writer, Utf8Text argument, in SendingContext sending);
}

/// <summary>What a deferred text may know of the copy being written.</summary>
/// <param name="Inbound">Socket the message came in at.</param>
/// <param name="Outbound">Socket it leaves through.</param>
public readonly record struct SendingContext(Transport.ListenSocket Inbound, Transport.ListenSocket Outbound);

/// <summary>One change: at an offset of the original, delete so many bytes and insert text.</summary>
public struct Edit
{
    /// <summary>Offset in the original message.</summary>
    public int At;

    /// <summary>Bytes of the original to leave out from <see cref="At"/>.</summary>
    public int DeleteLength;

    /// <summary>Bytes to put there: in the edit list's own storage; or the argument of <see cref="Deferred"/>.</summary>
    public Slice Insert;

    /// <summary>Who writes the inserted text when the message leaves; null for plain text.</summary>
    public IDeferredText? Deferred;
}

/// <summary>
/// The changes a script made to a message, as a difference list over the untouched original, in the order of offsets and, at one
/// offset, of their making. Applied once, when the message is written (RFC 3261 16.6 asks for all else to stay byte for byte).
/// As in the dialect, a change is not seen by later look-ups in the same script run.
/// </summary>
public sealed class MessageEdits
{
    private Edit[] _edits = new Edit[8];
    private byte[] _text = new byte[512];
    private int _textLength;

    /// <summary>Number of changes.</summary>
    public int Count { get; private set; }

    /// <summary>The changes, ordered by offset.</summary>
    public ReadOnlySpan<Edit> All => new(_edits, 0, Count);

    /// <summary>The inserted text of a change.</summary>
    public Utf8Text TextOf(in Edit edit) => edit.Insert.IsEmpty ? default : new Utf8Text(_text, edit.Insert.Offset, edit.Insert.Length);

    /// <summary>Bytes of all inserted text together: an upper bound of how much plain edits add.</summary>
    public int InsertedLength => _textLength;

    /// <summary>Forgets all changes, keeping the storage.</summary>
    public void Clear()
    {
        Count = 0;
        _textLength = 0;
    }

    /// <summary>Makes this list equal to another: how a branch starts from the shared changes.</summary>
    public void CopyFrom(MessageEdits other)
    {
        if (_edits.Length < other.Count)
            Array.Resize(ref _edits, other._edits.Length);
        Array.Copy(other._edits, _edits, other.Count);
        Count = other.Count;
        if (_text.Length < other._textLength)
            _text = new byte[other._text.Length];
        other._text.AsSpan(0, other._textLength).CopyTo(_text);
        _textLength = other._textLength;
    }

    /// <summary>Inserts text before the byte at <paramref name="at"/>.</summary>
    public void Insert(int at, ReadOnlySpan<byte> text) => Add(at, 0, Store(text), null);

    /// <summary>Inserts two pieces of text as one change.</summary>
    public void Insert(int at, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => Add(at, 0, Store(first, second), null);

    /// <summary>Inserts text that is written when the message leaves; <paramref name="argument"/> is copied and handed to the writer.</summary>
    public void InsertDeferred(int at, IDeferredText text, ReadOnlySpan<byte> argument) => Add(at, 0, Store(argument), text);

    /// <summary>Leaves out a part of the original. A part that is already deleted is left alone; false then.</summary>
    public bool Delete(Slice part)
    {
        if (IsDeleted(part))
            return false;
        Add(part.Offset, part.Length, Slice.None, null);
        return true;
    }

    /// <summary>Puts text in the place of a part of the original. A second replacement of the very same part replaces the first.</summary>
    public void Replace(Slice part, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var edit = ref _edits[i];
            if (edit.At == part.Offset && edit.DeleteLength == part.Length && part.Length > 0)
            {
                edit.Insert = Store(text);
                edit.Deferred = null;
                return;
            }
        }
        Add(part.Offset, part.Length, Store(text), null);
    }

    /// <summary>True when a deletion covers all of the part.</summary>
    public bool IsDeleted(Slice part)
    {
        for (var i = 0; i < Count; i++)
        {
            ref readonly var edit = ref _edits[i];
            if (edit.DeleteLength > 0 && edit.At <= part.Offset && edit.At + edit.DeleteLength >= part.End)
                return true;
        }
        return false;
    }

    /// <summary>Position of the change made with that deferred text, or -1.</summary>
    public int FindDeferred(IDeferredText text)
    {
        for (var i = 0; i < Count; i++)
        {
            if (ReferenceEquals(_edits[i].Deferred, text))
                return i;
        }
        return -1;
    }

    /// <summary>Replaces the argument of a deferred change.</summary>
    public void SetArgument(int position, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        _edits[position].Insert = Store(first, second);

    private void Add(int at, int deleteLength, Slice insert, IDeferredText? deferred)
    {
        if (Count == _edits.Length)
            Array.Resize(ref _edits, Count * 2);
        var position = Count;
        while (position > 0 && _edits[position - 1].At > at)
            position--;
        Array.Copy(_edits, position, _edits, position + 1, Count - position);
        _edits[position] = new Edit { At = at, DeleteLength = deleteLength, Insert = insert, Deferred = deferred };
        Count++;
    }

    private Slice Store(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var length = first.Length + second.Length;
        if (_textLength + length > _text.Length)
        {
            // The pieces may lie in the old array, so it is left to the garbage collector only after the copy.
            var grown = new byte[Math.Max(_text.Length * 2, _textLength + length)];
            _text.AsSpan(0, _textLength).CopyTo(grown);
            _text = grown;
        }
        var at = _textLength;
        first.CopyTo(_text.AsSpan(at));
        second.CopyTo(_text.AsSpan(at + first.Length));
        _textLength += length;
        return new Slice(at, length);
    }
}
