using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>A set of bytes as 256 bits.</summary>
internal struct ByteMask : IEquatable<ByteMask>
{
    // Four words: what handles wider integers is compiled at run time only.
    private ulong _first, _second, _third, _fourth;

    public static ByteMask All => ~default(ByteMask);

    public readonly bool this[int value] => ((value >> 6) switch { 0 => _first, 1 => _second, 2 => _third, _ => _fourth } >> value & 1) != 0;

    /// <summary>Number of bytes in the set.</summary>
    public readonly int Count => BitOperations.PopCount(_first) + BitOperations.PopCount(_second) + BitOperations.PopCount(_third) + BitOperations.PopCount(_fourth);

    public void Add(int value) => WordOf(value) |= 1UL << value;

    public void Remove(int value) => WordOf(value) &= ~(1UL << value);

    public void AddRange(int first, int last)
    {
        for (var value = first; value <= last; value++)
            Add(value);
    }

    /// <summary>With each ASCII letter its other case.</summary>
    public readonly ByteMask WithBothCases()
    {
        var both = this;
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            if (this[letter] || this[letter - 32])
            {
                both.Add(letter);
                both.Add(letter - 32);
            }
        }
        return both;
    }

    public static ByteMask operator ~(ByteMask mask) => new() { _first = ~mask._first, _second = ~mask._second, _third = ~mask._third, _fourth = ~mask._fourth };

    public readonly bool Equals(ByteMask other) => _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    public override readonly bool Equals(object? obj) => obj is ByteMask other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(_first, _second, _third, _fourth);

    [UnscopedRef]
    private ref ulong WordOf(int value)
    {
        switch (value >> 6)
        {
            case 0:
                return ref _first;
            case 1:
                return ref _second;
            case 2:
                return ref _third;
            default:
                return ref _fourth;
        }
    }
}
