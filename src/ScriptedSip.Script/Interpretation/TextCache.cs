using System.Runtime.InteropServices;
using System.Text;

namespace ScriptedSip.Script.Interpretation;

/// <summary>What was made of the last few texts: for arguments that change per message but mostly among few values. Safe from any thread.</summary>
internal sealed class TextCache<T>(Func<string, T> make)
{
    private const int Size = 64;

    private readonly Entry?[] _entries = new Entry?[Size];

    private sealed record Entry(byte[] Text, T Value);

    public T Get(ReadOnlySpan<byte> text)
    {
        var hash = new HashCode();
        hash.AddBytes(text);
        ref var place = ref _entries[(uint)hash.ToHashCode() % Size];
        var entry = Volatile.Read(ref place);
        if (entry is not null && text.SequenceEqual(entry.Text))
            return entry.Value;
        // A lost race costs one more compilation, nothing else.
        var made = make(Encoding.UTF8.GetString(text));
        Volatile.Write(ref place, new Entry(text.ToArray(), made));
        return made;
    }
}
