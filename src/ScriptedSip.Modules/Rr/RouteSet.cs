using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Rr;

/// <summary>One value of the Route header lines of a request.</summary>
internal struct RouteEntry
{
    /// <summary>Row of its header line.</summary>
    public int Row;

    public Slice Whole;

    public Slice Uri;

    /// <summary>Offset of the comma behind it, or of the end of the field.</summary>
    public int End;
}

/// <summary>
/// The Route values of a request in order, over all lines and commas, and which of them are to go. Lives on the stack.
/// </summary>
internal ref struct RouteSet(Span<RouteEntry> entries)
{
    /// <summary>Most values that are handled; RFC 3261 sets no limit, Max-Forwards does.</summary>
    public const int Capacity = 64;

    private readonly Span<RouteEntry> _entries = entries;
    private ulong _removed;

    public int Count { get; private set; }

    public readonly ref readonly RouteEntry this[int index] => ref _entries[index];

    /// <summary>Reads all values; false when one is malformed or there are too many.</summary>
    public bool TryRead(SipMessage message)
    {
        for (var row = message.First(HeaderId.Route); row >= 0; row = message.Header(row).NextSame)
        {
            var rest = message.Header(row).Value;
            while (!rest.IsEmpty)
            {
                if (Count == _entries.Length || !NameAddrParser.TryParse(message.Buffer, rest.Offset, rest.End, out var value) || value.IsStar)
                    return false;
                _entries[Count++] = new RouteEntry { Row = row, Whole = value.Whole, Uri = value.Uri, End = value.End };
                rest = value.End < rest.End ? Slice.Between(value.End + 1, rest.End) : Slice.None;
            }
        }
        return true;
    }

    public void Remove(int index) => _removed |= 1UL << index;

    public void Keep(int index) => _removed &= ~(1UL << index);

    /// <summary>Index of the first value that stays, or -1.</summary>
    public readonly int First()
    {
        for (var i = 0; i < Count; i++)
        {
            if (!IsRemoved(i))
                return i;
        }
        return -1;
    }

    public readonly bool IsRemoved(int index) => (_removed & (1UL << index)) != 0;

    /// <summary>Records the removals as edits: whole lines where nothing stays, else values with the comma that parted them.</summary>
    public readonly void Apply(SipMessage message, MessageEdits edits)
    {
        for (var start = 0; start < Count;)
        {
            var end = start + 1;
            while (end < Count && _entries[end].Row == _entries[start].Row)
                end++;
            ApplyLine(message, edits, start, end);
            start = end;
        }
    }

    private readonly void ApplyLine(SipMessage message, MessageEdits edits, int start, int end)
    {
        var kept = -1;
        for (var i = start; i < end; i++)
        {
            if (!IsRemoved(i))
            {
                if (kept < 0 && i > start)
                    edits.Delete(Slice.Between(_entries[start].Whole.Offset, _entries[i].Whole.Offset));
                kept = i;
                continue;
            }
            var isEndOfRun = i + 1 == end || !IsRemoved(i + 1);
            if (kept >= 0 && isEndOfRun)
                edits.Delete(Slice.Between(_entries[kept].End, _entries[i].End));
        }
        if (kept < 0)
            edits.Delete(message.Header(_entries[start].Row).Line);
    }
}
