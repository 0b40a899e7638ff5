using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Api;

/// <summary>
/// Bump storage for the text made while one message is processed; emptied when the message is done. Text from it must not be kept longer.
/// </summary>
public sealed class Arena
{
    private const int ChunkSize = 16 * 1024;

    private readonly List<byte[]> _chunks = [new byte[ChunkSize]];
    private int _chunk;
    private int _used;

    /// <summary>Room for <paramref name="size"/> bytes, to be followed by <see cref="Commit"/>; a second Reserve before that reuses it.</summary>
    public Span<byte> Reserve(int size)
    {
        var chunk = _chunks[_chunk];
        if (_used + size <= chunk.Length)
            return chunk.AsSpan(_used, size);
        return ReserveInNextChunk(size);
    }

    /// <summary>Keeps the first <paramref name="length"/> reserved bytes.</summary>
    public Utf8Text Commit(int length)
    {
        var text = new Utf8Text(_chunks[_chunk], _used, length);
        _used += length;
        return text;
    }

    /// <summary>A copy that lives as long as the arena's message.</summary>
    public Utf8Text Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return Commit(bytes.Length);
    }

    /// <summary>Two texts joined.</summary>
    public Utf8Text Concat(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var room = Reserve(first.Length + second.Length);
        first.CopyTo(room);
        second.CopyTo(room[first.Length..]);
        return Commit(room.Length);
    }

    /// <summary>Forgets everything; oversized chunks are given up.</summary>
    public void Reset()
    {
        if (_chunks.Count > 4)
            _chunks.RemoveRange(4, _chunks.Count - 4);
        _chunk = 0;
        _used = 0;
    }

    private Span<byte> ReserveInNextChunk(int size)
    {
        _chunk++;
        _used = 0;
        if (_chunk == _chunks.Count)
            _chunks.Add(new byte[Math.Max(ChunkSize, size)]);
        else if (_chunks[_chunk].Length < size)
            _chunks[_chunk] = new byte[size];
        return _chunks[_chunk].AsSpan(0, size);
    }
}
