using System.Runtime.CompilerServices;
using System.Text;

namespace ScriptedSip.Sip.Messages;

/// <summary>
/// Text as a run of bytes inside an array that someone else owns: a message, an arena, a constant of the script.
/// Sixteen bytes, no allocation, no ownership; whoever keeps it longer than its owner lives must copy it.
/// </summary>
public readonly struct Utf8Text : IEquatable<Utf8Text>
{
    private readonly byte[]? _array;
    private readonly int _offset;
    private readonly int _length;

    /// <summary>A view of <paramref name="length"/> bytes of <paramref name="array"/> from <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Utf8Text(byte[] array, int offset, int length)
    {
        _array = array;
        _offset = offset;
        _length = length;
    }

    /// <summary>A view of a whole array.</summary>
    public Utf8Text(byte[] array) : this(array, 0, array.Length) { }

    /// <summary>Length in bytes.</summary>
    public int Length => _length;

    /// <summary>True for no bytes at all.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>The array behind the text; null only for the default value.</summary>
    public byte[]? Array => _array;

    /// <summary>Where in <see cref="Array"/> the text begins.</summary>
    public int Offset => _offset;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_array, _offset, _length);
    }

    /// <summary>A part of this text, offsets relative to it; empty for an absent slice.</summary>
    public Utf8Text this[Slice part] => part.IsEmpty ? default : new Utf8Text(_array!, _offset + part.Offset, part.Length);

    /// <summary>A constant from a C# string; allocates, so for load time only.</summary>
    public static Utf8Text From(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>A copy of some bytes on the heap; allocates, so for load time and slow paths only.</summary>
    public static Utf8Text CopyOf(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>True when both hold the same bytes.</summary>
    public bool Equals(Utf8Text other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Utf8Text other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>Byte equality.</summary>
    public static bool operator ==(Utf8Text left, Utf8Text right) => left.Equals(right);

    /// <summary>Byte inequality.</summary>
    public static bool operator !=(Utf8Text left, Utf8Text right) => !left.Equals(right);

    /// <summary>True when the bytes are equal but for the case of ASCII letters.</summary>
    public bool EqualsIgnoreCase(ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(Span, other);

    /// <summary>The text as a string; allocates, so for logs, load time and tests.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);
}
